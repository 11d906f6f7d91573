"""A stack with an Argo CD that somebody else owns."""

import json

import pytest

from components.shared.argo_cd_config import CUSTOMIZATIONS, EXCLUSIONS
from tests.support.recordings import Recording
from tests.support.stack_config import ROOT, raw_config
from tools.render.recorder import record_program

CONFIG = {
    "gitops-bootstrap:kubeVela": {"enabled": False},
    "gitops-bootstrap:openKruise": {"enabled": False},
    "gitops-bootstrap:tekton": {"enabled": False},
    "gitops-bootstrap:argoCd": {"mode": "existing", "namespace": "gitops"},
    "gitops-bootstrap:healthChecks": {"partitionHold": "suspended"},
}

pytestmark = pytest.mark.usefixtures("in_checkout")


@pytest.fixture
def registered() -> Recording:
    config = raw_config("dev") | {key: json.dumps(value) for key, value in CONFIG.items()}
    return Recording(record_program(ROOT, config, "existing"))


def test_nothing_of_argo_cd_is_registered_but_a_patch_of_its_config_map(
    registered: Recording,
) -> None:
    assert [r.name for r in registered.all] == [
        "cluster",
        "health-checks",
        "health-checks-configmap-argocd-cm",
    ]


def test_the_patch_has_the_health_checks_and_no_list_of_exclusions(registered: Recording) -> None:
    patch = registered["health-checks-configmap-argocd-cm"].inputs

    assert patch["metadata"]["namespace"] == "gitops"
    assert 'PARTITION_HOLD = "suspended"' in str(patch["data"])
    assert EXCLUSIONS not in patch["data"]
    assert [name for name in patch["data"] if not name.startswith(CUSTOMIZATIONS)] == []
