"""Tekton: its webhook, and a run to its end."""

import json
from subprocess import CalledProcessError

import pytest

from tests.live.conftest import Eventually
from tests.live.manifests import task
from tests.support.engine import Cluster


def test_a_task_with_an_undeclared_parameter_is_refused(cluster: Cluster, namespace: str) -> None:
    with pytest.raises(CalledProcessError) as refusal:
        cluster.run("apply", "-f", "-", stdin=task(namespace, "echo $(params.nothing)"))
    assert 'webhook "validation.webhook.pipeline.tekton.dev" denied' in refusal.value.stderr
    assert "non-existent variable" in refusal.value.stderr


def test_a_run_of_a_task_gets_its_pod_and_succeeds(
    cluster: Cluster, namespace: str, eventually: Eventually
) -> None:
    cluster.run("apply", "-f", "-", stdin=task(namespace, "echo $(params.word)"))
    run = {
        "apiVersion": "tekton.dev/v1",
        "kind": "TaskRun",
        "metadata": {"name": "said", "namespace": namespace},
        "spec": {"taskRef": {"name": "say"}, "params": [{"name": "word", "value": "hello"}]},
    }
    cluster.run("apply", "-f", "-", stdin=json.dumps(run))

    def reason() -> str | None:
        (found,) = cluster.items("taskrun", "said", "-n", namespace)
        conditions = found.get("status", {}).get("conditions", [])
        return next((c["reason"] for c in conditions), None)

    eventually(reason, "Succeeded")
