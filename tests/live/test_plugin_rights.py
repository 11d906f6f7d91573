"""What the plugin's kubeconfig must be allowed in the mode render: one thing."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from components.shared.definitions.chart import vela_definitions
from tests.live.manifests import oam_application
from tests.support.engine import Cluster
from tools.live.lifecycle import Live
from upstream import artifacts
from upstream.versions import CATALOGUE

KUBE_VELA = CATALOGUE["kubeVela"]
FORBIDDEN = 'cannot list resource "packages" in API group "cue.oam.dev" at the cluster scope'


@pytest.fixture
def kubeconfig(cluster: Cluster, namespace: str, tmp_path: Path) -> Path:
    """Return the kubeconfig of an account without any rights."""
    cluster.run("create", "serviceaccount", "vela", "-n", namespace)
    token = cluster.run("create", "token", "vela", "-n", namespace)
    config = json.loads(cluster.run("config", "view", "--raw", "--minify", "-o", "json"))
    config["users"] = [{"name": config["contexts"][0]["context"]["user"], "user": {"token": token}}]
    path = tmp_path / "kubeconfig"
    path.write_text(json.dumps(config))
    return path


def test_rendering_reads_packages_and_nothing_else(
    cluster: Cluster, namespace: str, live: Live, kubeconfig: Path, tmp_path: Path
) -> None:
    chart = artifacts.fetch(KUBE_VELA.pin("chart", KUBE_VELA.version), Path(artifacts.CACHE))
    definitions = tmp_path / "definitions"
    definitions.mkdir()
    for definition in vela_definitions(chart):
        if definition["kind"] in {"ComponentDefinition", "TraitDefinition"}:
            (definitions / f"{definition['metadata']['name']}.yaml").write_text(
                json.dumps(definition)
            )
    (tmp_path / "app.yaml").write_text(oam_application(namespace))

    def rendered() -> subprocess.CompletedProcess[str]:
        words = ("dry-run", "--offline", "--file", "app.yaml", "--namespace", namespace)
        return subprocess.run(
            [live.program("vela"), *words, "--definition", str(definitions)],
            cwd=tmp_path,
            env={"KUBECONFIG": str(kubeconfig), "VELA_HOME": str(tmp_path), "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=True,
        )

    before = rendered()
    role = ("--clusterrole", namespace, "--serviceaccount", f"{namespace}:vela")
    cluster.run(
        "create", "clusterrole", namespace, "--verb=list", "--resource=packages.cue.oam.dev"
    )
    cluster.run("create", "clusterrolebinding", namespace, *role)
    try:
        after = rendered()
    finally:
        cluster.run("delete", f"clusterrolebinding/{namespace}", f"clusterrole/{namespace}")

    assert FORBIDDEN in before.stderr
    assert after.stderr == ""
    assert "kind: Deployment" in after.stdout
    assert after.stdout == before.stdout
