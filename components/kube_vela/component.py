"""KubeVela: vela-core as one Helm release, its CRDs and definitions as objects of our own.

Ref: https://github.com/kubevela/kubevela/tree/v1.10.9/charts/vela-core
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi

from components.shared.definitions.chart import NAMESPACE
from kube.manifests import Manifest
from kube.releases import release
from kube.resources import KubernetesObject, child_name, register

RELEASE = "kubevela"
"""The documented name: the names of its Deployments and Secrets begin with it."""

READY_SECONDS = 5
"""When the readiness of vela-core is first asked; the chart waits 30 seconds before it does."""


class WorkloadArgs(TypedDict):
    """One Deployment of the release."""

    replicas: int
    """Number of pods; one of them leads."""

    resources: NotRequired[Mapping[str, Any]]
    """Kubernetes resource requirements; what is left out keeps the chart's value."""


class KubeVelaArgs(TypedDict):
    """What KubeVela is installed from, and how."""

    chart: str
    """Path of the verified chart archive, relative to the project folder."""

    version: str
    """Version of the chart, without a leading v."""

    crds: Sequence[Mapping[str, Any]]
    """The CRDs that the chart holds and Helm would never upgrade."""

    definitions: NotRequired[Sequence[Mapping[str, Any]]]
    """Definitions beside the chart's own, placed in the namespace of the release."""

    webhooks: bool
    """Check and complete Applications and definitions when they are written."""

    certificates: NotRequired[str]
    """Who makes the webhooks' certificate: `hook` (Jobs of the chart) or `certManager`."""

    failure_policy: NotRequired[str]
    """What happens to a write while the webhooks do not answer: `Fail` or `Ignore`."""

    multicluster: bool
    """Run the gateway to further clusters; not possible without webhooks."""

    authentication: NotRequired[bool]
    """Act with the rights of who wrote the Application instead of those of an administrator."""

    definition_validation: NotRequired[bool]
    """Refuse definitions that the writer of an Application may not read."""

    controller: WorkloadArgs
    """vela-core."""

    gateway: NotRequired[WorkloadArgs]
    """The gateway to further clusters."""

    image_registry: NotRequired[str | None]
    """Registry that serves the images instead of the default one: HOST[:PORT][/PATH]."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets in the namespace of the release."""

    retain_crds: NotRequired[bool]
    """Keep CRDs and namespace, and so Applications with all they made, on destroy."""

    before_change: NotRequired[pulumi.ResourceHook | None]
    """Runs before vela-core is installed or changed, in previews too."""

    before_removal: NotRequired[pulumi.ResourceHook | None]
    """Runs before vela-core is removed, which alone can finish the deletion of an Application.

    Not bound where the CRDs are retained: the Applications then stay.
    """

    pods_depend_on: NotRequired[Sequence[pulumi.Resource]]
    """What intercepts pods: there before the first one starts, until the last one is gone."""

    timeout_seconds: NotRequired[int]
    """How long an install, upgrade or removal may take, image pulls included; 600 by default."""

    adopt: NotRequired[bool]
    """Helm has installed the release already: take it over, with these values."""


class KubeVela(pulumi.ComponentResource):
    """KubeVela, reconciling Applications.

    True after success: vela-core is ready, its webhooks answer where they are on, and the
    definitions are there. Destroy removes the definitions, then lets `before_removal` see to the
    Applications, then removes the release, the CRDs and the namespace. With retained CRDs it
    removes only definitions and release: Applications stay, and what they made goes on running.
    """

    summary: Mapping[str, str]
    """What was installed: version and namespace."""

    def __init__(
        self, name: str, args: KubeVelaArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register namespace, CRDs, release and definitions, in that order."""
        self.summary = {"version": args["version"], "namespace": NAMESPACE}
        super().__init__("bootstrap:index:KubeVela", name, dict(self.summary), opts)

        retain = args.get("retain_crds", False)
        timeout = args.get("timeout_seconds", 600)
        manifest = namespace_manifest()
        home = KubernetesObject(
            child_name(name, manifest),
            manifest,
            # Applications can live here, too: they would hang in a namespace that is going away.
            pulumi.ResourceOptions(parent=self, retain_on_delete=retain),
        )
        shared: dict[str, Any] = {
            "component": name,
            "home": NAMESPACE,
            "parent": self,
            "timeout_seconds": timeout,
        }
        # Helm never upgrades what is in crds/, and vela-core ends when its kinds are too old: so
        # they go first, at every version. Ref:
        # https://github.com/kubevela/kubevela/blob/v1.10.9/cmd/core/app/server.go
        kinds = register(
            [dict(crd) for crd in args["crds"]], depends_on=[home], retain_crds=retain, **shared
        )
        installed = release(
            name,
            chart=args["chart"],
            name=RELEASE,
            namespace=NAMESPACE,
            values=chart_values(args),
            timeout_seconds=timeout,
            parent=self,
            depends_on=[home, *kinds, *(args.get("pods_depend_on") or [])],
            adopt=args.get("adopt", False),
            skip_crds=True,
            hooks=bound_hooks(args),
        )
        # After the release: with webhooks on, a definition is written through vela-core.
        register(definitions(args), depends_on=[home, installed], **shared)

        self.register_outputs(dict(self.summary))


def namespace_manifest() -> Manifest:
    """Return the namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}


def bound_hooks(args: KubeVelaArgs) -> pulumi.ResourceHookBinding:
    """Return when which hook runs; with retained CRDs Applications stay and nothing is removed."""
    change, removal = args.get("before_change"), args.get("before_removal")
    return pulumi.ResourceHookBinding(
        before_create=[change] if change else [],
        before_update=[change] if change else [],
        before_delete=[removal] if removal and not args.get("retain_crds") else [],
    )


def definitions(args: KubeVelaArgs) -> list[Manifest]:
    """Return the definitions as they are registered.

    Without webhooks the chart gives vela-core no probe, and its Deployment counts as available as
    soon as a process runs. A definition's first revision is then what tells that it works.
    """
    given = [dict(definition) for definition in args.get("definitions") or ()]
    if args["webhooks"]:
        return given
    wait = {"pulumi.com/waitFor": "jsonpath={.status.latestRevision.name}"}
    return [
        {
            **definition,
            "metadata": {
                **definition["metadata"],
                "annotations": {**(definition["metadata"].get("annotations") or {}), **wait},
            },
        }
        for definition in given
    ]


def chart_values(args: KubeVelaArgs) -> dict[str, Any]:
    """Return the chart's values; what is not set keeps the chart's default."""
    values: dict[str, Any] = {
        # The tag is pinned by the version of the chart.
        "image": {"pullPolicy": "IfNotPresent"},
        "readinessProbe": {"initialDelaySeconds": READY_SECONDS},
        "admissionWebhooks": _webhooks(args),
        "multicluster": {"enabled": args["multicluster"]},
        **_workload(args["controller"]),
    }
    if args["multicluster"] and (gateway := args.get("gateway")):
        values["multicluster"]["clusterGateway"] = _workload(gateway)
    if args.get("authentication"):
        # The one without the other would act as a user that nobody has given any rights.
        values["authentication"] = {"enabled": True, "withUser": True}
    if args.get("definition_validation"):
        values["authorization"] = {"definitionValidationEnabled": True}
    if secrets := args.get("pull_secrets"):
        values["imagePullSecrets"] = [{"name": secret} for secret in secrets]
    if registry := args.get("image_registry"):
        # A literal prefix, hence the slash; it goes before every image of the chart, hooks' too.
        values["imageRegistry"] = f"{registry}/"
    return values


def _webhooks(args: KubeVelaArgs) -> dict[str, Any]:
    if not args["webhooks"]:
        return {"enabled": False}
    values: dict[str, Any] = {"enabled": True, "failurePolicy": args.get("failure_policy", "Fail")}
    if args.get("certificates") == "certManager":
        # With `patch` left on, a Job that is never made would have to set the failure policy.
        values |= {"certManager": {"enabled": True}, "patch": {"enabled": False}}
    return values


def _workload(part: WorkloadArgs) -> dict[str, Any]:
    resources = {kind: amounts for kind, amounts in part.get("resources", {}).items() if amounts}
    return {"replicaCount": part["replicas"], **({"resources": resources} if resources else {})}
