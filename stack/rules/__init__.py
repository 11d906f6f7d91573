"""Rules over the settings: those of each unit, and below here those that read several sections."""

from stack.rules import (  # noqa: F401 importing a file of rules registers them
    applications,
    argo_access,
    argo_cd,
    argo_repositories,
    argo_server,
    credentials,
    delivery,
    delivery_build,
    health_checks,
    kube_vela,
    open_kruise,
    secrets,
    tekton,
    vela_plugin,
)
from stack.rules.base import rule

broken = rule.broken
