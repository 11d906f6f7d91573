"""Tekton, rendered from its release manifests: every object is a child of its own.

Ref: https://github.com/tektoncd/pipeline/blob/v1.15.0/docs/install.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import yaml

from components.tekton.render import (
    NAMESPACE,
    in_layers,
    require_read_only,
    sized,
    without_resolvers,
)
from kube import manifests as m
from kube.images import with_image_registry, with_pull_secrets
from kube.manifests import Manifest
from kube.resources import register


class WorkloadArgs(TypedDict):
    """The size of one workload."""

    replicas: int
    """Number of pods; the least of them where an autoscaler is shipped."""

    resources: NotRequired[Mapping[str, Any]]
    """Kubernetes resource requirements; what is left out stays as shipped."""


class TriggersArgs(TypedDict):
    """Tekton Triggers."""

    release: Sequence[Mapping[str, Any]]
    """The objects of the release manifest."""

    interceptors: Sequence[Mapping[str, Any]]
    """The objects of the manifest of the interceptors, which need the release to serve."""

    version: str
    """Release tag, with its leading v."""


class PrunerArgs(TypedDict):
    """Tekton Pruner."""

    release: Sequence[Mapping[str, Any]]
    """The objects of the release manifest."""

    version: str
    """Release tag, with its leading v."""

    policy: Mapping[str, int]
    """What stays of each pipeline and task, under the pruner's own names."""


class TektonArgs(TypedDict):
    """What Tekton is installed from, and how."""

    release: Sequence[Mapping[str, Any]]
    """The objects of the release manifest of Pipelines."""

    version: str
    """Release tag of Pipelines, with its leading v."""

    feature_flags: NotRequired[Mapping[str, str]]
    """Entries for ConfigMap feature-flags, merged over the release's own."""

    defaults: NotRequired[Mapping[str, str]]
    """Entries for ConfigMap config-defaults, merged over the release's own."""

    resolvers: NotRequired[bool]
    """Install the remote resolvers; true by default."""

    resolver_flags: NotRequired[Mapping[str, str]]
    """Entries for ConfigMap resolvers-feature-flags, merged over the release's own."""

    workloads: NotRequired[Mapping[str, WorkloadArgs]]
    """Sizes by name of the Deployment; what is left out stays as shipped."""

    triggers: NotRequired[TriggersArgs]
    """Tekton Triggers, if it is to be installed."""

    pruner: NotRequired[PrunerArgs]
    """Tekton Pruner, if it is to be installed."""

    dashboard: NotRequired[Sequence[Mapping[str, Any]]]
    """The objects of the Dashboard's read-only release, if it is to be installed."""

    image_registry: NotRequired[str | None]
    """Registry that serves the images instead of their own: HOST[:PORT][/PATH]."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets in the namespaces."""

    retain_crds: NotRequired[bool]
    """Keep the CRDs, and so all tasks, pipelines and runs, when they leave the stack."""

    pods_depend_on: NotRequired[Sequence[pulumi.Resource]]
    """What intercepts pods: there before the first one starts, until the last one is gone."""

    timeout_seconds: NotRequired[int]
    """How long each object may take to become ready, image pulls included; 600 by default."""


class Tekton(pulumi.ComponentResource):
    """Tekton, serving.

    True after success: every Deployment is ready. Waits for these. Destroy removes the companions,
    then Pipelines; of each first the pods, then the webhook configurations and then what these
    intercept, so that nothing waits for a webhook that is gone. With the CRDs (unless retained) all
    tasks, pipelines, triggers and runs go.
    """

    summary: dict[str, str]
    """What was installed: versions and namespace."""

    def __init__(
        self, name: str, args: TektonArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register every object of the releases, in the order they need."""
        self.summary = {
            "version": args["version"],
            "namespace": NAMESPACE,
        }
        triggers, pruner = args.get("triggers"), args.get("pruner")
        if triggers:
            self.summary["triggers"] = triggers["version"]
        if pruner:
            self.summary["pruner"] = pruner["version"]
        super().__init__("bootstrap:index:Tekton", name, dict(self.summary), opts)
        self._name = name
        self._args = args

        pipelines = self._install(pipelines_of(args), [])
        # A webhook of Pipelines intercepts ConfigMaps of its companions as well.
        if triggers:
            serving = self._install(triggers["release"], pipelines)
            self._install(triggers["interceptors"], serving)
        if pruner:
            self._install(pruner_of(pruner), pipelines)
        if dashboard := args.get("dashboard"):
            require_read_only(dashboard)
            self._install(dashboard, pipelines)
        self.register_outputs(dict(self.summary))

    def _install(
        self, release: Sequence[Mapping[str, Any]], after: Sequence[pulumi.Resource]
    ) -> list[pulumi.Resource]:
        """Register a release layer by layer; return the objects of the last layer."""
        args = self._args
        objects = with_image_registry([dict(o) for o in release], args.get("image_registry"))
        objects = with_pull_secrets(objects, args.get("pull_secrets") or ())
        objects = m.without_service_waits(objects)
        resources: list[pulumi.Resource] = list(after)
        for layer in in_layers(objects):
            # The last layer has the pods: Kruise intercepts them.
            pods = [o for o in layer if o["kind"] in m.AWAITED_WORKLOADS]
            interceptors = (args.get("pods_depend_on") or []) if pods else []
            resources = list(
                register(
                    layer,
                    component=self._name,
                    home=NAMESPACE,
                    parent=self,
                    depends_on=[*resources, *interceptors],
                    retain_crds=args.get("retain_crds", False),
                    timeout_seconds=args.get("timeout_seconds", 600),
                )
            )
        return resources


def created(args: TektonArgs) -> list[Manifest]:
    """Return every object of the releases that the arguments ask for."""
    triggers, pruner = args.get("triggers"), args.get("pruner")
    companions = [
        *(triggers["release"] if triggers else ()),
        *(triggers["interceptors"] if triggers else ()),
        *(pruner["release"] if pruner else ()),
        *(args.get("dashboard") or ()),
    ]
    return [*pipelines_of(args), *(dict(o) for o in companions)]


def pipelines_of(args: TektonArgs) -> list[Manifest]:
    """Return the objects of Pipelines, configured and sized."""
    objects = [dict(o) for o in args["release"]]
    objects = m.with_config_map_data(objects, "feature-flags", args.get("feature_flags") or {})
    objects = m.with_config_map_data(objects, "config-defaults", args.get("defaults") or {})
    flags = args.get("resolver_flags") or {}
    objects = m.with_config_map_data(objects, "resolvers-feature-flags", flags)
    for deployment, size in (args.get("workloads") or {}).items():
        objects = sized(objects, deployment, size["replicas"], size.get("resources") or {})
    return objects if args.get("resolvers", True) else without_resolvers(objects)


def pruner_of(args: PrunerArgs) -> list[Manifest]:
    """Return the objects of the Pruner, with the policy."""
    policy = {"enforcedConfigLevel": "global", **args["policy"]}
    data = {"global-config": yaml.safe_dump(policy, sort_keys=True)}
    return m.with_config_map_data(
        [dict(o) for o in args["release"]], "tekton-pruner-default-spec", data
    )
