"""One ApplicationSet: the same Application on every cluster that has some labels.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/applicationset/Generators-Cluster.md
"""

from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, TypedDict

from components.shared.application import API, ApplicationArgs, application
from kube.manifests import Manifest


class ApplicationSetArgs(TypedDict):
    """The same Application on several clusters."""

    template: ApplicationArgs
    """The Application; `cluster` in it is not read. In its texts `{{.name}}` is the cluster's name
    and `{{index .metadata.labels "KEY"}}` one of its labels."""

    clusters: Mapping[str, str]
    """Labels of the clusters; without any, all clusters, the one of Argo CD included."""

    steps: NotRequired[Sequence[Mapping[str, str]]]
    """Labels of the Applications of each step of a progressive sync, one step after the other."""

    keep_applications: NotRequired[bool]
    """Leave the Applications when the set is deleted."""


def application_set(name: str, args: ApplicationSetArgs, namespace: str) -> Manifest:
    """Return the ApplicationSet as it is registered in Argo CD's namespace."""
    made = application(f"{name}-{{{{.nameNormalized}}}}", args["template"], namespace)
    metadata = {key: value for key, value in made["metadata"].items() if key != "namespace"}
    made["spec"]["destination"] = {
        "server": "{{.server}}",
        "namespace": args["template"]["namespace"],
    }
    selector = {"matchLabels": dict(args["clusters"])} if args["clusters"] else {}
    spec: dict[str, Any] = {
        "goTemplate": True,
        # A label that a cluster lacks is an error, not an empty text in a path.
        "goTemplateOptions": ["missingkey=error"],
        "generators": [{"clusters": {"selector": selector} if selector else {}}],
        "template": {"metadata": metadata, "spec": made["spec"]},
    }
    if args.get("keep_applications"):
        spec["syncPolicy"] = {"preserveResourcesOnDeletion": True}
    if steps := args.get("steps"):
        spec["strategy"] = {
            "type": "RollingSync",
            "rollingSync": {"steps": [{"matchExpressions": _expressions(s)} for s in steps]},
        }
    return {
        "apiVersion": API,
        "kind": "ApplicationSet",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }


def _expressions(labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"key": key, "operator": "In", "values": [value]} for key, value in sorted(labels.items())
    ]
