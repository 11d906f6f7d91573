"""Rules that span several keys of the stack's configuration: one file per unit, and a registry.

A rule names the keys that it reads; it is skipped where one of them is itself invalid, as what it
would say then is about a default that nobody asked for.
"""

from settings.rules import (  # noqa: F401 importing a file of rules registers them
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
from settings.rules.registry import broken

__all__ = ["broken"]
