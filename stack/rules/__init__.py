"""Rules over the settings: those of each unit, and below here those that read several sections."""

from collections.abc import Iterator

from components.applications.rules import rule as of_applications
from components.argo_cd.rules import rule as of_argo_cd
from components.delivery.rules import rule as of_delivery
from components.kube_vela.rules import rule as of_kube_vela
from components.open_kruise.rules import rule as of_open_kruise
from components.tekton.rules import rule as of_tekton
from components.vela_plugin.rules import rule as of_vela_plugin
from settings.problems import Path, Problem
from stack.rules import (  # noqa: F401 importing a file of rules registers them
    applications,
    credentials,
    delivery,
    delivery_build,
    health_checks,
    secrets,
    vela_plugin,
)
from stack.rules.base import rule
from stack.settings import Settings


def broken(settings: Settings, invalid: set[Path]) -> Iterator[Problem]:
    """Yield what breaks a rule; `invalid` are the keys whose values stand at their defaults."""
    yield from of_open_kruise.broken(settings.open_kruise, invalid)
    yield from of_argo_cd.broken(settings.argo_cd, invalid)
    yield from of_vela_plugin.broken(settings.vela_plugin, invalid)
    yield from of_tekton.broken(settings.tekton, invalid)
    yield from of_delivery.broken(settings.delivery, invalid)
    yield from of_kube_vela.broken(settings.kube_vela, invalid)
    yield from of_applications.broken(settings.applications, invalid)
    yield from rule.broken(settings, invalid)
