"""The vela plugin in the releases of Argo CD as they are published, and in stacks."""

import json
from typing import Any

import pytest
import yaml

from components.vela_plugin.contribution import Contribution, contribution
from kube import manifests
from kube.manifests import Manifest, sole
from kube.patches import with_patches
from stack.mapping.vela_plugin import vela_plugin_args
from tests.support.recordings import Recording
from tests.support.release import differing
from tests.support.stack_config import ROOT, raw_config
from tests.unit.stack.helpers import load
from tools.render.recorder import record_program
from upstream import artifacts
from upstream.versions import CATALOGUE

ARGO_CD = CATALOGUE["argoCd"]
RELEASES = [(variant, v) for variant, source in ARGO_CD.artifacts.items() for v in source.sha256]
TRAIT: Manifest = {"kind": "TraitDefinition", "metadata": {"name": "gateway"}}
REPO_SERVER = ("Deployment", "argocd-repo-server")

each_release = pytest.mark.parametrize("variant, version", RELEASES)
each_mode = pytest.mark.parametrize("mode", ["application", "render"])


def published(variant: str, version: str) -> list[Manifest]:
    return manifests.read(artifacts.fetch(ARGO_CD.pin(variant, version), ROOT / artifacts.CACHE))


def added(version: str, mode: str) -> Contribution:
    legacy = version.startswith("v2.7.")
    plugin = {"mode": mode, "form": "legacy" if legacy else "sidecar", "enabled": True}
    if mode == "render":
        plugin["kubeconfigSecret"] = "vela"
    argo = {"mode": "existing", "version": version}
    settings = load({"argoCd": argo, "velaPlugin": plugin})
    return contribution(vela_plugin_args(settings, [], own=[], chart=[TRAIT]))


def pod(objects: list[Manifest]) -> dict[str, Any]:
    spec: dict[str, Any] = sole(objects, *REPO_SERVER)["spec"]["template"]["spec"]
    return spec


@each_release
@each_mode
def test_the_patch_fits_the_release(upstream: None, variant: str, version: str, mode: str) -> None:
    del upstream  # wanted for what it does
    before = published(variant, version)
    patch = added(version, mode).patch
    after = with_patches(before, [patch])

    assert differing(before, after) == [REPO_SERVER]
    assert with_patches(after, [patch]) == after
    spec = pod(after)
    # Nothing of ours changes that: the pod has no token.
    assert spec["automountServiceAccountToken"] is False
    volumes = {v["name"] for v in spec["volumes"]}
    every = [*spec["containers"], *spec["initContainers"]]
    assert {m["name"] for c in every for m in c["volumeMounts"]} <= volumes
    names = [c["name"] for c in every]
    assert len(names) == len(set(names))


@each_mode
def test_the_legacy_form_runs_in_the_repo_server_of_2_7(upstream: None, mode: str) -> None:
    del upstream  # wanted for what it does
    before = published("standard", "v2.7.18")
    given = added("v2.7.18", mode)
    after = pod(with_patches(before, [given.patch]))
    entry = yaml.safe_load(given.entries["configManagementPlugins"])[0]

    (container,) = after["containers"]
    mounts = {m["mountPath"] for m in container["volumeMounts"]}
    script = entry["generate"]["command"][1]
    assert script.rpartition("/")[0] in mounts
    assert given.entries["application.resourceTrackingMethod"] == "annotation"
    images = [c["image"] for c in after["initContainers"]]
    cli = [image for image in images if "vela-cli" in image]
    assert [image.partition(":")[2] for image in cli] == (
        [f"v{CATALOGUE['kubeVela'].version}"] if mode == "render" else []
    )
    # What was there stays as it was.
    (original,) = pod(before)["containers"]
    assert container["env"][: len(original["env"])] == original["env"]
    assert container["args"] == original["args"]


@each_mode
def test_a_release_with_2_8_or_newer_has_the_container_beside_the_repo_server(
    upstream: None, mode: str
) -> None:
    del upstream  # wanted for what it does
    before = published("standard", ARGO_CD.version)
    after = pod(with_patches(before, [added(ARGO_CD.version, mode).patch]))

    assert after["containers"][:-1] == pod(before)["containers"]
    assert after["containers"][-1]["name"] == "vela"
    shown = json.dumps(after["containers"][:-1])
    assert "vela-kubeconfig" not in shown


@pytest.fixture
def existing(upstream: None, in_checkout: None) -> Recording:
    """Return a run on an Argo CD of somebody else, with nothing else in the stack."""
    del upstream, in_checkout  # wanted for what they do
    given = {
        "openKruise": {"enabled": False},
        "tekton": {"enabled": False},
        "kubeVela": {"enabled": False},
        "healthChecks": {"enabled": False},
        "argoCd": {"mode": "existing", "namespace": "gitops", "version": "v2.8.0"},
        "velaPlugin": {"enabled": True},
    }
    config = {f"gitops-bootstrap:{unit}": json.dumps(values) for unit, values in given.items()}
    return Recording(record_program(ROOT, raw_config("dev") | config, "existing"))


def test_of_an_existing_argo_cd_only_patches_are_registered(existing: Recording) -> None:
    names = [r.name.partition("repo-server-")[0] for r in existing.all]
    assert sorted(names) == [
        "cluster",
        "vela-plugin",
        "vela-plugin-configmap-argocd-cm",
        "vela-plugin-configmap-vela-plugin",
        "vela-plugin-deployment-argocd-",
    ]


@pytest.mark.usefixtures("upstream", "in_checkout")
def test_rendering_brings_the_definitions_of_the_chart_without_kubevela() -> None:
    given = {
        "openKruise": {"enabled": False},
        "tekton": {"enabled": False},
        "kubeVela": {"enabled": False},
        "velaPlugin": {"enabled": True, "mode": "render"},
    }
    config = {f"gitops-bootstrap:{unit}": json.dumps(values) for unit, values in given.items()}
    registered = Recording(record_program(ROOT, raw_config("dev") | config, "render"))
    data = registered["argo-cd-configmap-vela-plugin-definitions"].inputs["data"]

    assert {"componentdefinition-webservice.yaml", "traitdefinition-gateway.yaml"} <= data.keys()
    assert "componentdefinition-cloneset.yaml" in data
    # etcd takes 1.5 MiB, a ConfigMap 1 MiB.
    assert sum(map(len, data.values())) < 2**19
    workload = registered["argo-cd-deployment-argocd-repo-server"]
    assert "argo-cd-configmap-vela-plugin-definitions" in registered.dependencies(workload)
