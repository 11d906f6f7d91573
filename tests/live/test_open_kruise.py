"""OpenKruise: what its webhooks store and refuse, and its update in place."""

import json
from subprocess import CalledProcessError
from typing import Any

import pytest

from tests.live.conftest import Eventually
from tests.live.manifests import clone_set
from tests.support.engine import Cluster
from tools.live import lifecycle, stack
from tools.live.lifecycle import Live

DEFAULTS = {"restartPolicy", "dnsPolicy", "terminationGracePeriodSeconds", "schedulerName"}
"""Fields that the API server, or Kruise in its place, fills in where a pod's author did not."""


def stored_template(cluster: Cluster, namespace: str) -> dict[str, Any]:
    cluster.run("apply", "-f", "-", stdin=clone_set(namespace, replicas=0))
    (found,) = cluster.items("cloneset", "hello", "-n", namespace)
    return dict(found["spec"]["template"]["spec"])


def test_the_stored_template_has_no_injected_defaults(cluster: Cluster, namespace: str) -> None:
    template = stored_template(cluster, namespace)
    assert set(template) == {"containers"}
    # `resources: {}` is how Go writes that there are none.
    assert set(template["containers"][0]) == {"name", "image", "resources"}


def test_with_the_gate_off_the_stored_template_has_the_defaults(
    live: Live, cluster: Cluster, namespace: str
) -> None:
    off = {"openKruise": {"featureGates": {"TemplateNoDefaults": False}}}
    stack.run(live.paths, "up", print, off)
    try:
        lifecycle.wait(live, print)
        template = stored_template(cluster, namespace)
    finally:
        stack.run(live.paths, "up", print)
        lifecycle.wait(live, print)
    assert set(template) >= DEFAULTS
    assert "imagePullPolicy" in template["containers"][0]


def test_an_image_is_changed_in_place_and_held_at_the_partition(
    cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    strategy = {"type": "InPlaceIfPossible", "partition": 1}
    cluster.run("apply", "-f", "-", stdin=clone_set(namespace, updateStrategy=strategy))

    def images() -> list[str]:
        pods = cluster.items("pods", "-n", namespace)
        ready = [p for p in pods if _condition(p, "Ready") == "True"]
        return sorted(p["status"]["containerStatuses"][0]["image"] for p in ready)

    def change(*patches: dict[str, Any]) -> None:
        arguments = ("patch", "cloneset", "hello", "-n", namespace, "--type=json", "-p")
        cluster.run(*arguments, json.dumps(patches))

    eventually(images, ["example.org/hello:1"] * 2)
    before = cluster.uids("pods", "-n", namespace)
    path = "/spec/template/spec/containers/0/image"
    change({"op": "replace", "path": path, "value": "example.org/hello:2"})
    eventually(images, ["example.org/hello:1", "example.org/hello:2"])
    change({"op": "replace", "path": "/spec/updateStrategy/partition", "value": 0})
    eventually(images, ["example.org/hello:2"] * 2)
    assert cluster.uids("pods", "-n", namespace) == before


def _condition(pod: dict[str, Any], kind: str) -> str | None:
    conditions = pod.get("status", {}).get("conditions", [])
    return next((c["status"] for c in conditions if c["type"] == kind), None)


def test_an_invalid_cloneset_is_refused_by_kruise(cluster: Cluster, namespace: str) -> None:
    invalid = clone_set(namespace, updateStrategy={"partition": "half"})
    with pytest.raises(CalledProcessError) as refusal:
        cluster.run("apply", "-f", "-", stdin=invalid)
    assert 'admission webhook "vcloneset.kb.io" denied the request' in refusal.value.stderr
    assert "spec.updateStrategy.partition" in refusal.value.stderr
