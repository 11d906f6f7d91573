"""Applications and ApplicationSets of a stack."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi

from components.applications.application_set import ApplicationSetArgs, application_set
from components.shared.application import SET_BY_PIPELINE, ApplicationArgs, application
from kube.manifests import Manifest
from kube.resources import KubernetesObject, child_name


class ApplicationsArgs(TypedDict):
    """What is deployed."""

    namespace: str
    """Namespace of Argo CD."""

    applications: NotRequired[Mapping[str, ApplicationArgs]]
    """Applications by name."""

    application_sets: NotRequired[Mapping[str, ApplicationSetArgs]]
    """ApplicationSets by name."""

    set_by_pipeline: NotRequired[Sequence[str]]
    """Applications whose image a delivery pipeline sets: that field of theirs is not ours."""

    deploy_with: NotRequired[Sequence[pulumi.Resource]]
    """What must be there while an Application is: Argo CD, and the operators of its objects."""

    before_removal: NotRequired[pulumi.ResourceHook | None]
    """Runs before an Application or an ApplicationSet is deleted."""

    timeout_seconds: NotRequired[int]
    """How long the removal of an Application and its objects may take; 600 by default."""


class Applications(pulumi.ComponentResource):
    """What Argo CD deploys.

    True after success: the Applications are declared; Argo CD deploys them, which is not waited
    for. Destroy deletes them first of all and waits until Argo CD has removed their objects,
    while it and the operators still run; an Application without cascade leaves its objects.
    """

    summary: Mapping[str, list[str]]
    """What was declared: names of Applications and ApplicationSets."""

    def __init__(
        self, name: str, args: ApplicationsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register every Application and ApplicationSet."""
        applications = args.get("applications") or {}
        sets = args.get("application_sets") or {}
        self.summary = {"applications": sorted(applications), "applicationSets": sorted(sets)}
        super().__init__("bootstrap:index:Applications", name, dict(self.summary), opts)

        namespace = args["namespace"]
        bound = f"{args.get('timeout_seconds', 600)}s"
        removal = args.get("before_removal")
        hooks = pulumi.ResourceHookBinding(before_delete=[removal] if removal else [])

        def declare(manifest: Manifest, foreign: list[str]) -> None:
            KubernetesObject(
                child_name(name, manifest, namespace),
                manifest,
                pulumi.ResourceOptions(
                    parent=self,
                    depends_on=list(args.get("deploy_with") or ()),
                    ignore_changes=foreign,
                    custom_timeouts=pulumi.CustomTimeouts(delete=bound),
                    hooks=hooks,
                ),
            )

        pipelines = set(args.get("set_by_pipeline") or ())
        for key, entry in sorted(applications.items()):
            declare(application(key, entry, namespace), _foreign(entry) if key in pipelines else [])
        for key, entries in sorted(sets.items()):
            declare(application_set(key, entries, namespace), [])
        self.register_outputs(dict(self.summary))


def created(args: ApplicationsArgs) -> list[Manifest]:
    """Return every Application and ApplicationSet."""
    namespace = args["namespace"]
    applications = sorted((args.get("applications") or {}).items())
    sets = sorted((args.get("application_sets") or {}).items())
    return [
        *(application(name, entry, namespace) for name, entry in applications),
        *(application_set(name, entry, namespace) for name, entry in sets),
    ]


def _foreign(args: ApplicationArgs) -> list[str]:
    """Return the field that a pipeline writes, of the kind of source that this one is."""
    return [path for kind, path in SET_BY_PIPELINE.items() if kind in args["source"]]
