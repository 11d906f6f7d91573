"""Health checks: what Argo CD is told about the objects of OpenKruise, KubeVela and Tekton."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, PrivateAttr

from components.health_checks.scripts import KINDS
from settings.base import Section
from settings.problems import explained, suggestion

ProjectFolder = Annotated[
    str,
    Field(pattern=r"^\w[-.\w]*(/\w[-.\w]*)*$", examples=["health"]),
]
"""The path of a folder below the one that Pulumi.yaml is in."""


def _known_kind(name: str) -> str:
    if name not in KINDS:
        hint = suggestion(name, KINDS)
        listed = "" if hint else f"known: {', '.join(KINDS)}. "
        raise explained(
            f"no health check is shipped for it; {hint}{listed}Fix: rename or remove it"
        )
    return name


HealthKind = Annotated[
    str,
    AfterValidator(_known_kind),
    Field(json_schema_extra={"enum": list(KINDS)}),
]
"""A kind that a health check is shipped for, as GROUP/KIND."""


class IgnoredFieldSettings(Section):
    """Fields that Argo CD does not compare with Git, because somebody else writes them.

    A change of such a field in Git does not make an application OutOfSync either: on by default is
    only what never stands in Git.
    """

    webhook_certificates: bool = True
    """`caBundle` of webhook configurations: a controller fills it in when it starts."""

    pods_to_delete: bool = True
    """`scaleStrategy.podsToDelete` of CloneSets: set for one scale-in, emptied by OpenKruise."""

    replicas: bool = False
    """`replicas` of CloneSets and StatefulSets; for those that an autoscaler scales."""

    partition: bool = False
    """`partition` of updates; for those that are released step by step on the cluster."""

    paused: bool = False
    """`paused` of updates and jobs; for those that are paused and resumed on the cluster."""


class ExclusionSettings(Section):
    """Kinds that Argo CD neither watches nor shows, beside those that its release excludes."""

    node_reports: bool = True
    """NodeImage and NodePodProbe: one per node, rewritten at every image pull and probe."""

    vela_records: bool = True
    """ResourceTracker and ApplicationRevision: KubeVela's own records of what it applied."""

    tekton_runs: bool = False
    """PipelineRun, TaskRun and CustomRun; for clusters where no application deploys any."""


class HealthCheckSettings(Section):
    """Argo CD's judgement of the objects of OpenKruise, KubeVela and Tekton, and what goes with it.

    With `argoCd.mode: existing` the entries are patched into that Argo CD's argocd-cm; without an
    Argo CD the section has no effect.
    """

    enabled: bool = True
    """Contribute the entries below to argocd-cm."""

    partition_hold: Literal["healthy", "suspended"] = "healthy"
    """Verdict on an update that has reached its partition and waits there."""

    kinds: dict[HealthKind, bool] = {}
    """Switches single health checks off; Argo CD's built-in one, if any, then judges the kind."""

    scripts: ProjectFolder | None = None
    """Folder of health checks of your own, `GROUP/KIND.lua`; they replace those shipped."""

    actions: bool = True
    """Actions on OpenKruise's workloads: pause, resume, release-partition, restart."""

    known_type_fields: bool = True
    """Compare pod templates of OpenKruise's workloads as Kubernetes does: `1000m` is `1`."""

    ignored_fields: IgnoredFieldSettings = Field(default_factory=IgnoredFieldSettings)
    """Fields that are not compared."""

    exclusions: ExclusionSettings = Field(default_factory=ExclusionSettings)
    """Kinds that are left out."""

    _own_scripts: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def own_scripts(self) -> Mapping[str, str]:
        """The texts of the files below `scripts` by GROUP/KIND; filled in by the loader."""
        return self._own_scripts

    def with_own_scripts(self, scripts: Mapping[str, str]) -> Self:
        """Return the settings with the texts of the folder `scripts`."""
        copy = self.model_copy()
        copy._own_scripts = scripts  # noqa: SLF001 its own
        return copy
