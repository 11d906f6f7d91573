"""What switching TemplateNoDefaults does to the workloads that are there.

While the gate is off, OpenKruise writes the defaults of a pod into the template of its workloads.
Once it is on, the next apply brings a template without them: a new revision, and so new pods.
Switching it off does the same the other way round.

Ref: https://github.com/openkruise/kruise/issues/695
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from kube.cluster import Cluster
from settings.problems import bounded

GATE = "TemplateNoDefaults"
MANAGER = "/apis/apps/v1/namespaces/kruise-system/deployments/kruise-controller-manager"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

WORKLOADS = {
    "CloneSet": "/apis/apps.kruise.io/v1alpha1/clonesets",
    "StatefulSet": "/apis/apps.kruise.io/v1beta1/statefulsets",
}
"""The kinds whose pods a new revision replaces; jobs run once."""

INJECTED = (
    "dnsPolicy",
    "imagePullPolicy",
    "protocol",
    "restartPolicy",
    "schedulerName",
    "terminationGracePeriodSeconds",
    "terminationMessagePath",
    "terminationMessagePolicy",
)
"""Fields of a template that the webhook writes, and few people do."""


def installed_gates(cluster: Cluster) -> str | None:
    """Return the feature gates of the manager that runs: its flag, None when there is none."""
    deployment = cluster.get(MANAGER)
    if deployment is None:
        return None
    containers = deployment["spec"]["template"]["spec"]["containers"]
    flags = (word for container in containers for word in container.get("args") or [])
    flag = "--feature-gates="
    return next((f.removeprefix(flag) for f in flags if f.startswith(flag)), "")


def is_on(gates: str) -> bool:
    """Return whether the gate is on in a flag `Name=value,...`; off by default."""
    return f"{GATE}=true" in gates.split(",")


def rolling(cluster: Cluster, *, before: str, after: str) -> list[str]:
    """Return the lines that say which workloads get new pods with their next apply."""
    if is_on(before) == is_on(after):
        return []
    names = sorted(
        f"{kind} {o['metadata']['namespace']}/{o['metadata']['name']}{doubt}"
        for kind, path in WORKLOADS.items()
        for o in cluster.items(path)
        if (doubt := _doubt(o, on=is_on(after))) is not None
    )
    word = "on" if is_on(after) else "off"
    if not names:
        return [f"OpenKruise: {GATE} is switched {word}; no workload rolls because of it"]
    title = (
        f"OpenKruise: {GATE} is switched {word}: these roll with their next apply, as their "
        "templates then differ in the defaults that it writes:"
    )
    return bounded(title, names)


def _doubt(workload: Mapping[str, Any], *, on: bool) -> str | None:
    """Return what to add to the name of a workload that rolls; None for one that does not.

    Hardly a template has all that the webhook writes once the gate is off. When it goes on, only
    what the template has and was not sent counts; kubectl and Argo CD keep what they sent.
    """
    template = workload["spec"].get("template") or {}
    last = (workload["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    if not on:
        return ""
    if last is None:
        return " (perhaps: it does not tell what was sent)" if any(_injected(template)) else None
    sent = (json.loads(last).get("spec") or {}).get("template") or {}
    return "" if set(_injected(template)) - set(_injected(sent)) else None


def _injected(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every field of the template that the webhook would have written."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in INJECTED:
                yield f"{path}.{key}"
            yield from _injected(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _injected(inner, f"{path}[{number}]")
