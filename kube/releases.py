"""From a chart archive to a Helm release: what every unit that is installed with Helm shares."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi_kubernetes.helm import v3 as helm

KEPT = {"helm.sh/resource-policy": "keep"}
"""Annotation that stops Helm from deleting an object that leaves a release's manifest.

On a namespace of ours: a release that somebody else installed may have it in its manifest, and the
upgrade by which we take the release over drops it there.
Ref: https://github.com/helm/helm/blob/v3.18.6/pkg/kube/client.go
"""


def release(
    component: str,
    *,
    chart: str,
    name: str,
    namespace: str,
    values: Mapping[str, Any],
    timeout_seconds: int,
    parent: pulumi.Resource,
    depends_on: Sequence[pulumi.Resource],
    adopt: bool = False,
    skip_crds: bool = False,
    hooks: pulumi.ResourceHookBinding | None = None,
) -> helm.Release:
    """Register a release as a child of `parent`.

    `adopt` says that Helm has installed a release of that name already: its record is imported and,
    where chart or values differ, upgraded in the same run. It may stay set once that is done.
    """
    bound = f"{timeout_seconds}s"
    return helm.Release(
        f"{component}-release-{name}",
        chart=chart,
        name=name,
        namespace=namespace,
        values=values,
        timeout=timeout_seconds,
        # A first install that failed would leave a release that the next run cannot install over.
        cleanup_on_fail=True,
        skip_crds=skip_crds or None,
        opts=pulumi.ResourceOptions(
            parent=parent,
            depends_on=list(depends_on),
            custom_timeouts=pulumi.CustomTimeouts(create=bound, update=bound, delete=bound),
            import_=f"{namespace}/{name}" if adopt else None,
            hooks=hooks,
        ),
    )
