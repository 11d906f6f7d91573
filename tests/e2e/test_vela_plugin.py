"""The vela plugin on the real engine, and its output before real readers."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from components.shared.definitions.chart import vela_definitions
from components.vela_plugin.contribution import contribution
from kube import charts, manifests
from kube.manifests import Manifest, sole
from stack.mapping.vela_plugin import vela_plugin_args
from tests.support.appfiles import appfiles
from tests.support.converter import CONVERTER, ROOT, generate
from tests.support.engine import Cluster, Project
from tests.support.needs import uses_tools
from tests.unit.stack.helpers import load
from tools import toolchain
from upstream import artifacts
from upstream.versions import CATALOGUE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
ALONE: dict[str, Any] = {
    "openKruise": {"enabled": False},
    "kubeVela": {"enabled": False},
    "healthChecks": {"enabled": False},
    "velaPlugin": {"enabled": True},
}
REPO_SERVER = ("deployment", "argocd-repo-server", "-n", "gitops")
KUBE_VELA = CATALOGUE["kubeVela"]


@pytest.fixture(scope="module")
def chart(upstream: None) -> Path:
    del upstream  # wanted for what it does
    return artifacts.fetch(KUBE_VELA.pin("chart", KUBE_VELA.version), ROOT / artifacts.CACHE)


# What the API server says to what comes out.


@pytest.fixture(scope="module")
@uses_tools("helm")
def kinds(cluster: Cluster, chart: Path) -> None:
    """Have the real schema of an Application on the cluster."""
    crds = [c for c in charts.crds(chart) if c["spec"]["names"]["kind"] == "Application"]
    (crd,) = crds
    cluster.run("apply", "--server-side", "-f", "-", stdin=json.dumps(crd))
    cluster.run("wait", "--for=condition=Established", f"crd/{crd['metadata']['name']}")


def accepted(cluster: Cluster, text: str) -> str:
    """Return what the API server would store; it refuses unknown fields, too."""
    return cluster.run(
        *("create", "--dry-run=server", "--validate=strict", "-o", "json", "-f", "-"), stdin=text
    )


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(appfile=appfiles())
@pytest.mark.usefixtures("kinds")
def test_every_accepted_appfile_is_an_application_for_the_api_server(
    cluster: Cluster, tmp_path: Path, appfile: dict[str, Any]
) -> None:
    folder = tmp_path / "app"
    folder.mkdir(exist_ok=True)
    (folder / "vela.yaml").write_text(yaml.safe_dump(appfile))
    result = generate(folder)

    assert result.code == 0, result.err
    stored = json.loads(accepted(cluster, result.out))
    assert stored["spec"] == json.loads(result.out)["spec"]  # nothing was dropped


@pytest.mark.parametrize("sample", ["appfile", "application"])
@pytest.mark.usefixtures("kinds")
def test_the_samples_are_applications_for_the_api_server(cluster: Cluster, sample: str) -> None:
    result = generate(ROOT / "samples" / sample)

    assert '"testapp"' in accepted(cluster, result.out)


# What vela renders.


@pytest.fixture(scope="module")
@uses_tools("helm", "vela")  # which render with them
def definitions(chart: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the definitions as they are mounted."""
    given = load(
        {"velaPlugin": {"mode": "render", "enabled": True}, "argoCd": {"mode": "existing"}}
    )
    found = vela_definitions(chart)
    (_, config_map) = contribution(vela_plugin_args(given, [], own=[], chart=found)).objects
    folder = tmp_path_factory.mktemp("definitions")
    for name, text in config_map["data"].items():
        (folder / name).write_text(text)
    return folder


def rendered(folder: Path, definitions: Path, version: str = "1.36") -> list[Manifest]:
    """Return what the mode render makes of a folder."""
    vela = toolchain.ensure("vela")["vela"]
    environment = {
        "ARGOCD_APP_NAMESPACE": "demo",
        "KUBE_VERSION": version,
        "VELA_CLI": str(vela),
        "VELA_DEFINITIONS": str(definitions),
    }
    result = generate(folder, "render", CONVERTER, environment)
    assert (result.code, result.err) == (0, ""), result.err
    return manifests.parse(result.out)


@pytest.mark.parametrize("sample", ["appfile", "application"])
def test_a_sample_is_rendered_without_a_cluster(definitions: Path, sample: str) -> None:
    found = rendered(ROOT / "samples" / sample, definitions)

    assert {(o["apiVersion"], o["kind"], o["metadata"]["namespace"]) for o in found} == {
        ("apps/v1", "Deployment", "demo"),
        ("v1", "Service", "demo"),
        ("autoscaling/v1", "HorizontalPodAutoscaler", "demo"),
        ("networking.k8s.io/v1", "Ingress", "demo"),
    }


def test_no_api_version_is_rendered_that_current_kubernetes_lacks(
    definitions: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "app"
    folder.mkdir()
    (folder / "vela.yaml").write_text(
        "name: a\nservices:\n"
        "  web: {image: nginx, hpa: {min: 1, max: 2}}\n"
        '  job: {type: cron-task, image: nginx, schedule: "* * * * *"}\n'
    )
    current = {(o["kind"], o["apiVersion"]) for o in rendered(folder, definitions)}
    old = {(o["kind"], o["apiVersion"]) for o in rendered(folder, definitions, "1.18")}

    assert ("HorizontalPodAutoscaler", "autoscaling/v2") in current
    assert ("CronJob", "batch/v1") in current
    assert ("CronJob", "batch/v1beta1") in old


# In an Argo CD of ours.


def containers(cluster: Cluster) -> list[str]:
    (found,) = cluster.items(*REPO_SERVER)
    assert found["status"]["readyReplicas"] == found["spec"]["replicas"]
    return [c["name"] for c in found["spec"]["template"]["spec"]["containers"]]


def test_a_managed_argo_cd_has_the_plugin_and_loses_it_again(
    project: Project, cluster: Cluster
) -> None:
    argo = {"argoCd": {"namespace": "gitops"}}
    project.succeed("up", ALONE | argo)
    assert containers(cluster) == ["argocd-repo-server", "vela"]
    assert set(project.succeed("up").done.values()) == {"same"}

    report = project.succeed(
        "up", ALONE | argo | {"velaPlugin": {"enabled": True, "traits": ["scaler"]}}
    )
    changed = {urn.rpartition("::")[2] for urn, op in report.done.items() if op == "update"}
    assert changed == {
        "argo-cd-configmap-vela-plugin",
        "argo-cd-deployment-argocd-repo-server",  # reads its files anew
    }

    report = project.succeed("up", ALONE | argo | {"velaPlugin": {"enabled": False}})
    assert containers(cluster) == ["argocd-repo-server"]
    gone = [urn.rpartition("::")[2] for urn, op in report.done.items() if op == "delete"]
    assert gone == ["argo-cd-configmap-vela-plugin"]
    project.succeed("destroy")


# In an Argo CD of somebody else.


def with_token(cluster: Cluster) -> set[str]:
    """Return the containers of a patched pod that see the token of its account."""
    specs = [pod["spec"] for pod in cluster.items("pods", "-n", "theirs")]
    spec = next(s for s in specs if "vela-plugin" in {v["name"] for v in s["volumes"]})
    tokens = {v["name"] for v in spec["volumes"] if "serviceAccountToken" in str(v)}
    return {
        container["name"]
        for container in [*spec["containers"], *spec["initContainers"]]
        if any(mount["name"] in tokens for mount in container["volumeMounts"])
    }


@pytest.mark.parametrize(
    "version, plugin",
    [("v3.5.1", {}), ("v2.7.18", {"form": "legacy", "mode": "render", "kubeconfigSecret": "vela"})],
    ids=["sidecar", "legacy"],
)
def test_an_existing_argo_cd_is_patched_and_left_as_it_was(
    project: Project, cluster: Cluster, version: str, plugin: dict[str, Any]
) -> None:
    pin = CATALOGUE["argoCd"].pin("standard", version)
    release = manifests.read(artifacts.fetch(pin, ROOT / artifacts.CACHE))
    theirs = [
        sole(release, "ServiceAccount", "argocd-repo-server"),
        sole(release, "Deployment", "argocd-repo-server"),
        sole(release, "ConfigMap", "argocd-cm"),
    ]
    theirs = manifests.in_namespace(theirs, "theirs")
    # As other installations have it: the repo-server's pod gets a token.
    theirs[1]["spec"]["template"]["spec"]["automountServiceAccountToken"] = True
    cluster.run("create", "namespace", "theirs")
    for manifest in theirs:
        cluster.run("apply", "--server-side", "-f", "-", stdin=json.dumps(manifest))
    where = ("deployment", "argocd-repo-server", "-n", "theirs")
    (before,) = cluster.items(*where)
    argo = {"mode": "existing", "version": version, "namespace": "theirs"}
    config = ALONE | {"argoCd": argo, "velaPlugin": {"enabled": True, **plugin}}
    try:
        project.succeed("up", config)
        (patched,) = cluster.items(*where)
        after = patched["spec"]["template"]["spec"]
        if plugin:
            mounts = after["containers"][0]["volumeMounts"]
            assert "/home/argocd/vela-plugin" in {m["mountPath"] for m in mounts}
            assert [c["name"] for c in after["initContainers"]] == ["copyutil", "vela-cli"]
            (settings_,) = cluster.items("configmap", "argocd-cm", "-n", "theirs")
            assert "generate.sh" in settings_["data"]["configManagementPlugins"]
        else:
            assert [c["name"] for c in after["containers"]] == ["argocd-repo-server", "vela"]
        assert with_token(cluster) == {"argocd-repo-server", "copyutil"}
        assert set(project.succeed("up").done.values()) == {"same"}
        assert {v["name"] for v in before["spec"]["template"]["spec"]["volumes"]} < {
            v["name"] for v in after["volumes"]
        }

        changed = {"velaPlugin": {"enabled": True, **plugin, "traits": ["scaler"]}}
        project.succeed("up", config | changed)
        project.succeed("refresh")
        assert set(project.succeed("up").done.values()) == {"same"}
        (again,) = cluster.items(*where)
        assert again["spec"]["template"]["spec"] == after
        assert again["spec"]["template"]["metadata"] != patched["spec"]["template"]["metadata"]

        project.succeed("destroy")
        (left,) = cluster.items(*where)
        assert left["spec"] == before["spec"]
        assert left["metadata"]["uid"] == before["metadata"]["uid"]
        names = cluster.uids("configmaps", "-n", "theirs")
        assert not [name for name in names if name.startswith("vela-plugin")]
    finally:
        cluster.run("delete", "namespace", "theirs")
