"""KubeVela over its life where nothing runs: kinds are upgraded, and nothing waits for ever.

The tests build on each other. vela-core is simulated here: it makes and finishes nothing.
"""

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.engine import Cluster, Project
from tests.support.stack_config import ROOT
from upstream import artifacts
from upstream.versions import CATALOGUE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

STACK = "dev"
ALONE: dict[str, Any] = {
    unit: {"enabled": False} for unit in ("openKruise", "argoCd", "healthChecks", "velaPlugin")
}
ADOPT: dict[str, Any] = {"cluster": {"adopt": True}}
OLDER = "1.10.7"
KIND = "applications.core.oam.dev"
RELEASE = "kube-vela-release-kubevela"
CRD = f"kube-vela-customresourcedefinition-{KIND}"


@pytest.fixture(scope="module")
def older(upstream: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Have a chart whose kinds are older than the pinned one's; return its digest.

    The pinned versions differ in no CRD, so this is made from one of them.
    """
    del upstream  # wanted for what it does
    product = CATALOGUE["kubeVela"]
    newest = artifacts.fetch(product.pin("chart", product.version), ROOT / artifacts.CACHE)
    mirror = tmp_path_factory.mktemp("mirror")
    name = newest.name.replace(product.version, OLDER)
    place = Path(newest.parent.relative_to(ROOT / artifacts.CACHE), name)
    (mirror / place).parent.mkdir(parents=True)
    write_older(newest, mirror / place, product.version)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(artifacts.MIRROR_VARIABLE, str(mirror))
        yield artifacts.digest_of(mirror / place)
    (ROOT / artifacts.CACHE / place).unlink(missing_ok=True)


def write_older(newest: Path, target: Path, version: str) -> None:
    """Write a chart of the older version, whose Application has no short name."""
    with tarfile.open(newest) as source, tarfile.open(target, "w:gz") as result:
        for member in source.getmembers():
            file = source.extractfile(member)
            content = file.read() if file else b""
            if member.name.endswith(("/Chart.yaml", "vela-core/values.yaml")):
                content = content.replace(version.encode(), OLDER.encode())
            if member.name.endswith("/core.oam.dev_applications.yaml"):
                crd = yaml.safe_load(content)
                del crd["spec"]["names"]["shortNames"]
                content = yaml.safe_dump(crd).encode()
            member.size = len(content)
            result.addfile(member, io.BytesIO(content))


def application(name: str, namespace: str) -> str:
    """Return an Application with the finalizer that vela-core gives it."""
    return json.dumps(
        {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "Application",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "finalizers": ["app.oam.dev/resource-tracker-finalizer"],
            },
            "spec": {"components": []},
        }
    )


def without_finalizers(cluster: Cluster, name: str, namespace: str) -> None:
    """Do what vela-core would do."""
    patch = '{"metadata": {"finalizers": null}}'
    cluster.run("patch", KIND, name, "-n", namespace, "--type=merge", "-p", patch)


def short_names(cluster: Cluster) -> list[str]:
    (crd,) = cluster.items("crd", KIND)
    return list(crd["spec"]["names"].get("shortNames", []))


def image(cluster: Cluster) -> str:
    (found,) = cluster.items("deployments", "-n", "vela-system")
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"])


def ours(cluster: Cluster) -> set[str]:
    kinds = (
        "namespaces,crds,clusterroles,clusterrolebindings,"
        "mutatingwebhookconfigurations,validatingwebhookconfigurations"
    )
    return {n for n in cluster.uids(kinds) if "oam.dev" in n or "vela" in n}


def operations(project: Project, operation: str, config: dict[str, Any]) -> dict[str, str]:
    """Run an operation; return what was done, by name, but for what stayed the same."""
    done = project.succeed(operation, ALONE | config).done
    return {urn.rpartition("::")[2]: op for urn, op in done.items() if op != "same"}


def test_an_older_kubevela_is_installed_with_the_kinds_that_it_has(
    project: Project, cluster: Cluster, older: str
) -> None:
    project.succeed("up", ALONE | {"kubeVela": {"version": OLDER, "sha256": older}})

    assert image(cluster) == f"oamdev/vela-core:v{OLDER}"
    assert short_names(cluster) == []


def test_an_upgrade_takes_the_kinds_along_and_replaces_nothing(
    project: Project, cluster: Cluster
) -> None:
    lasting = ("namespaces,crds,componentdefinitions,deployments", "-A")
    before = cluster.uids(*lasting)
    project.config = {}

    done = operations(project, "up", {})

    assert done == {CRD: "update", RELEASE: "update"}
    assert short_names(cluster) == ["app", "velaapp"]
    assert image(cluster) == f"oamdev/vela-core:v{CATALOGUE['kubeVela'].version}"
    assert cluster.uids(*lasting) == before
    assert operations(project, "up", {}) == {}


def test_webhooks_gateway_and_definitions_of_ones_own_are_changed_in_place(
    project: Project, cluster: Cluster, tmp_path: Path
) -> None:
    trait = {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "TraitDefinition",
        "metadata": {"name": "owned"},
        "spec": {"schematic": {"cue": {"template": "patch: {}\nparameter: {}\n"}}},
    }
    (tmp_path / "owned.yaml").write_text(yaml.safe_dump(trait))
    config = {
        "multicluster": True,
        "webhooks": {"failurePolicy": "Ignore"},
        "definitions": str(tmp_path),
    }

    done = operations(project, "up", {"kubeVela": config})

    assert done == {RELEASE: "update", "kube-vela-traitdefinition-owned": "create"}
    assert "kubevela-cluster-gateway" in cluster.uids("deployments", "-n", "vela-system")
    assert "owned" in cluster.uids("traitdefinitions", "-n", "vela-system")
    project.config = {}
    done = operations(project, "up", {})
    assert done == {RELEASE: "update", "kube-vela-traitdefinition-owned": "delete"}
    assert "owned" not in cluster.uids("traitdefinitions", "-n", "vela-system")


def test_a_definition_that_vela_core_could_not_use_stops_the_update_before_it_begins(
    project: Project, tmp_path: Path
) -> None:
    (tmp_path / "owned.yaml").write_text("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\n")
    report = project.run("up", ALONE | {"kubeVela": {"definitions": str(tmp_path)}})

    assert "owned.yaml: Secret of v1 is no definition; allowed: " in "".join(report.errors)
    assert report.done == {}
    project.config = {}


def test_with_retained_kinds_a_removal_leaves_applications_as_they_are(
    project: Project, cluster: Cluster
) -> None:
    retained = {"crds": {"retain": True}}
    project.succeed("up", ALONE | retained)
    cluster.run("apply", "-f", "-", stdin=application("kept", "default"))
    uid = cluster.uids(KIND, "-A")["kept"]

    project.succeed("up", ALONE | retained | {"kubeVela": {"enabled": False}})

    (kept,) = cluster.items(KIND, "kept", "-n", "default")
    assert kept["metadata"]["uid"] == uid
    assert "deletionTimestamp" not in kept["metadata"]
    assert "vela-system" in cluster.uids("namespaces")
    assert cluster.items("deployments", "-n", "vela-system") == []


def test_a_removal_that_vela_core_does_not_finish_ends_and_says_why(
    project: Project, cluster: Cluster
) -> None:
    # What was retained is nobody's until it is taken over.
    project.config = {}
    project.succeed("up", ALONE | ADOPT | {"kubeVela": {"timeoutSeconds": 60}})
    project.config = {}
    project.succeed("up", ALONE | {"kubeVela": {"timeoutSeconds": 60}})

    report = project.run("destroy")

    (error,) = [e for e in report.errors if "these Applications are left" in e]
    assert "after 60 s these Applications are left: default/kept. Only vela-core can" in error
    assert "vela-core removes Applications and what they made: default/kept" in project.lines
    assert cluster.items("deployments", "-n", "vela-system")


def test_a_removal_leaves_nothing(project: Project, cluster: Cluster) -> None:
    without_finalizers(cluster, "kept", "default")
    cluster.run("apply", "-f", "-", stdin=application("own", "vela-system"))
    without_finalizers(cluster, "own", "vela-system")

    report = project.succeed("destroy")

    assert set(report.done.values()) == {"delete"}
    assert ours(cluster) == set()


def test_switching_it_off_removes_applications_too(project: Project, cluster: Cluster) -> None:
    project.config = {}
    project.succeed("up", ALONE)
    cluster.run("apply", "-f", "-", stdin=application("own", "default"))
    without_finalizers(cluster, "own", "default")

    project.succeed("up", ALONE | {"kubeVela": {"enabled": False}})

    assert "vela-core removes Applications and what they made: default/own" in project.lines
    assert ours(cluster) == set()
