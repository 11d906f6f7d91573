"""The settings as arguments of the health checks."""

from collections.abc import Sequence

from components.health_checks.actions import actions
from components.health_checks.component import HealthChecksArgs
from components.health_checks.scripts import scripts
from components.shared.argo_cd_config import EXCLUSIONS
from kube.manifests import Manifest, sole
from settings.base import Section
from stack.settings import Settings


def health_checks_args(settings: Settings, release: Sequence[Manifest]) -> HealthChecksArgs:
    """Return what is contributed to argocd-cm.

    `release` is Argo CD as published, with the list that the exclusions are added to, unless the
    stack file has one; it is empty where Argo CD is somebody else's.
    """
    argo, checks = settings.argo_cd, settings.health_checks
    shipped = {
        str(kind): script
        for kind, script in scripts(checks.partition_hold).items()
        if checks.kinds.get(str(kind), True)
    }
    published = sole(release, "ConfigMap", "argocd-cm").get("data") or {} if release else {}
    return {
        "namespace": argo.namespace,
        "scripts": {**shipped, **checks.own_scripts},
        "actions": actions() if checks.actions else {},
        "known_type_fields": checks.known_type_fields,
        "ignored_fields": _switched_on(checks.ignored_fields),
        "exclusions": _switched_on(checks.exclusions),
        "shipped_exclusions": {**published, **argo.config}.get(EXCLUSIONS, ""),
        "patch": argo.existing,
    }


def _switched_on(section: Section) -> list[str]:
    """Return the names of the switches that are on, as in the stack file."""
    return [name for name, on in section.model_dump(by_alias=True).items() if on]
