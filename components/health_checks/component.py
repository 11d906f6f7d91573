"""Health checks and what goes with them: entries of argocd-cm for the platform's own kinds.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/health.md
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import yaml

from components.shared import argo_cd_config
from components.shared.argo_cd_config import EXCLUSIONS, key
from errors import ManifestError
from kube.resources import KubernetesPatch, child_name

POD_TEMPLATES: Mapping[str, Sequence[str]] = {
    "apps.kruise.io/AdvancedCronJob": (
        "spec.template.jobTemplate.spec.template.spec",
        "spec.template.broadcastJobTemplate.spec.template.spec",
    ),
    "apps.kruise.io/BroadcastJob": ("spec.template.spec",),
    "apps.kruise.io/CloneSet": ("spec.template.spec",),
    "apps.kruise.io/DaemonSet": ("spec.template.spec",),
    "apps.kruise.io/StatefulSet": ("spec.template.spec",),
    "apps.kruise.io/UnitedDeployment": (
        "spec.template.advancedStatefulSetTemplate.spec.template.spec",
        "spec.template.cloneSetTemplate.spec.template.spec",
        "spec.template.deploymentTemplate.spec.template.spec",
        "spec.template.statefulSetTemplate.spec.template.spec",
    ),
}
"""Where the workloads have pod specs.

Kruise's webhook writes them anew in canonical form: without these, `1000m` in Git and `1` on the
cluster are a difference for ever. A SidecarSet has containers with fields of its own, which the
comparison as a Kubernetes container would hide.
"""

_UPDATE = "/spec/updateStrategy"

IGNORED_FIELDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    # Written by the controller that serves the webhook, when it starts and when it rotates.
    "webhookCertificates": {
        f"admissionregistration.k8s.io/{kind}": (".webhooks[]?.clientConfig.caBundle",)
        for kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
    },
    # Set to choose the pods of one scale-in; the controller takes out those that are gone.
    "podsToDelete": {"apps.kruise.io/CloneSet": ("/spec/scaleStrategy/podsToDelete",)},
    # An autoscaler's. Not by default: in Git it is how a workload is scaled.
    "replicas": {
        "apps.kruise.io/CloneSet": ("/spec/replicas",),
        "apps.kruise.io/StatefulSet": ("/spec/replicas",),
    },
    # Lowered on the cluster, batch by batch. Not by default: in Git it is how a batch is released.
    "partition": {
        "apps.kruise.io/CloneSet": (f"{_UPDATE}/partition",),
        "apps.kruise.io/DaemonSet": (f"{_UPDATE}/rollingUpdate/partition",),
        "apps.kruise.io/SidecarSet": (f"{_UPDATE}/partition",),
        "apps.kruise.io/StatefulSet": (f"{_UPDATE}/rollingUpdate/partition",),
    },
    # Set and taken back on the cluster. Not by default: as above.
    "paused": {
        "apps.kruise.io/AdvancedCronJob": ("/spec/paused",),
        "apps.kruise.io/BroadcastJob": ("/spec/paused",),
        "apps.kruise.io/CloneSet": (f"{_UPDATE}/paused",),
        "apps.kruise.io/DaemonSet": (f"{_UPDATE}/rollingUpdate/paused",),
        "apps.kruise.io/SidecarSet": (f"{_UPDATE}/paused",),
        "apps.kruise.io/StatefulSet": (f"{_UPDATE}/rollingUpdate/paused",),
    },
}
"""Fields that are not compared: by setting and kind, as JSON pointers or jq paths (with a dot)."""

EXCLUDED_KINDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "nodeReports": {"apps.kruise.io": ("NodeImage", "NodePodProbe")},
    "velaRecords": {"core.oam.dev": ("ApplicationRevision", "ResourceTracker")},
    "tektonRuns": {"tekton.dev": ("CustomRun", "PipelineRun", "TaskRun")},
}
"""Kinds that Argo CD does not watch: by setting and API group."""


class HealthChecksArgs(TypedDict):
    """What is contributed to argocd-cm."""

    namespace: str
    """Namespace of Argo CD."""

    scripts: Mapping[str, str]
    """Health checks in Lua by GROUP/KIND."""

    actions: Mapping[str, str]
    """Resource actions by GROUP/KIND, as the YAML that Argo CD reads."""

    known_type_fields: bool
    """Compare the workloads' pod specs as Kubernetes does."""

    ignored_fields: Sequence[str]
    """Names from IGNORED_FIELDS."""

    exclusions: Sequence[str]
    """Names from EXCLUDED_KINDS."""

    shipped_exclusions: NotRequired[str]
    """The list that the exclusions are added to, as YAML; without one they are left out."""

    patch: NotRequired[bool]
    """Patch the argocd-cm of an Argo CD that somebody else owns; by default nothing is registered,
    and `entries` are for the component that owns it."""


class HealthChecks(pulumi.ComponentResource):
    """Argo CD judging the platform's objects right.

    True after success: the entries are in argocd-cm, where Argo CD reads them within seconds and
    without a restart; or, unless they are patched, in `entries` for Argo CD's own component.
    Destroy takes the patched entries away and leaves everything else in the ConfigMap; an entry of
    the same key that was there before does not come back.
    """

    summary: Mapping[str, Any]
    """What is judged: the kinds, and whether argocd-cm is patched."""

    def __init__(
        self, name: str, args: HealthChecksArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the patch, if there is one."""
        self._entries = contribution(args)
        self.summary = {"kinds": sorted(args["scripts"]), "patched": args.get("patch", False)}
        super().__init__("bootstrap:index:HealthChecks", name, dict(self.summary), opts)
        if args.get("patch"):
            manifest = {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "argocd-cm", "namespace": args["namespace"]},
                "data": dict(self._entries),
            }
            KubernetesPatch(
                child_name(name, manifest, args["namespace"]),
                manifest,
                pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs(dict(self.summary))

    @property
    def entries(self) -> Mapping[str, str]:
        """The entries for argocd-cm; no output of the component, as they are long."""
        return self._entries


def contribution(args: HealthChecksArgs) -> dict[str, str]:
    """Return the entries for argocd-cm, sorted by key.

    Raises ManifestError for entries that would break Argo CD's settings for all applications.
    """
    entries = {key("health", kind): script for kind, script in args["scripts"].items()}
    entries |= {key("actions", kind): value for kind, value in args["actions"].items()}
    if args["known_type_fields"]:
        entries |= {
            key("knownTypeFields", kind): _yaml(
                [{"field": path, "type": "core/v1/PodSpec"} for path in paths]
            )
            for kind, paths in POD_TEMPLATES.items()
        }
    entries |= dict(_ignored(args["ignored_fields"]))
    if shipped := args.get("shipped_exclusions"):
        entries[EXCLUSIONS] = with_exclusions(shipped, args["exclusions"])
    if problems := argo_cd_config.problems(entries):
        raise ManifestError("\n".join(f"argocd-cm: {k}: {text}" for k, text in problems.items()))
    return dict(sorted(entries.items()))


def _ignored(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    paths: dict[str, list[str]] = {}
    for name in names:
        for kind, fields in IGNORED_FIELDS[name].items():
            paths.setdefault(kind, []).extend(fields)
    for kind, fields in paths.items():
        jq = [path for path in fields if path.startswith(".")]
        pointers = [path for path in fields if not path.startswith(".")]
        lists = {"jsonPointers": pointers, "jqPathExpressions": jq}
        yield key("ignoreDifferences", kind), _yaml({k: v for k, v in lists.items() if v})


def with_exclusions(shipped: str, names: Sequence[str]) -> str:
    """Return a list of exclusions, in YAML, with the named ones of EXCLUDED_KINDS at its end.

    What is in the list already is not added again.
    """
    listed = yaml.safe_load(shipped) or []
    ours = [
        {"apiGroups": [group], "kinds": list(kinds)}
        for name in names
        for group, kinds in EXCLUDED_KINDS[name].items()
    ]
    added = [entry for entry in ours if entry not in listed]
    return _yaml([*listed, *added]) if added else shipped


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=False)
