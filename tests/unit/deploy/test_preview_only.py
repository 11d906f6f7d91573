"""Targets without a cluster: previewed and nothing else, with credentials of nobody."""

from pathlib import Path

import pytest
import yaml

from errors import ConfigError
from tools.deploy import __main__ as command
from tools.deploy.target import PREVIEW_ONLY, engine_environment


@pytest.mark.parametrize("cluster", PREVIEW_ONLY)
@pytest.mark.parametrize("operation", ["up", "refresh", "drift", "destroy", "outputs"])
def test_there_is_nothing_but_a_preview(cluster: str, operation: str) -> None:
    options = command.parser().parse_args([operation, "--cluster", cluster])

    with pytest.raises(ConfigError, match=f"CLUSTER={cluster} has nothing to {operation}"):
        command.check(options)


def test_a_preview_from_the_state_gets_a_kubeconfig_that_leads_nowhere(tmp_path: Path) -> None:
    target = command.prepare("state", tmp_path, {})
    given = {"KUBECONFIG": "/home/ann/.kube/config", "PULUMI_BACKEND_URL": "s3://states"}

    added = engine_environment(target, tmp_path, given)

    written = yaml.safe_load(Path(added["KUBECONFIG"]).read_text())
    assert (written["clusters"], written["contexts"]) == ([], [])
    # The backend and the passphrase stay those of the user.
    assert not {"PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"} & added.keys()
    assert not target.is_local
