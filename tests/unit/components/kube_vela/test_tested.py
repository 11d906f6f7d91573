"""A warning where upstream has not tested with the cluster's version, and no refusal."""

import pytest

from components.kube_vela.tested import warning
from kube.cluster import Answer, Cluster, ClusterError
from upstream.versions import CATALOGUE

VELA = CATALOGUE["kubeVela"]


def cluster(answer: Answer) -> Cluster:
    return Cluster(lambda *_: answer)


@pytest.mark.parametrize("version", ["v1.32.0", "v1.36.3", "v2.0.0", "v1.32.1-gke.100+more"])
def test_a_newer_kubernetes_is_told(version: str) -> None:
    text = warning("KubeVela", VELA, cluster(Answer(200, {"gitVersion": version})))

    assert text == (
        f"the cluster has Kubernetes {version}; upstream tests KubeVela up to 1.31. "
        "It is installed all the same"
    )


@pytest.mark.parametrize("version", ["v1.28.0", "v1.31.99", "", "unknown"])
def test_a_tested_or_unknown_kubernetes_is_not(version: str) -> None:
    assert warning("KubeVela", VELA, cluster(Answer(200, {"gitVersion": version}))) is None


def test_a_unit_whose_upstream_names_no_version_has_no_warning() -> None:
    new = cluster(Answer(200, {"gitVersion": "v9.9.9"}))

    assert warning("OpenKruise", CATALOGUE["openKruise"], new) is None


def test_a_cluster_that_does_not_answer_is_an_error_for_the_caller() -> None:
    with pytest.raises(ClusterError):
        warning("KubeVela", VELA, cluster(Answer(500, {"message": "down"})))
