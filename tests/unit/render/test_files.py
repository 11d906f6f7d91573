"""`make render`: one file per object and unit, secrets masked, no folder of anyone else touched."""

import runpy
import sys
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi_kubernetes import Provider

from components.argo_cd.component import ArgoCd
from components.open_kruise.component import OpenKruise
from tests.support.release import release
from tools.render import __main__ as command
from tools.render.recorder import MASK, Recorder, is_secret, masked, record


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    def program() -> None:
        provider = Provider("cluster", kubeconfig=pulumi.Output.secret("hunter2"))
        opts = pulumi.ResourceOptions(provider=provider)
        OpenKruise(
            "open-kruise",
            {
                "chart": "charts/kruise.tgz",
                "version": "1.8.3",
                "feature_gates": {},
                "manager": {"replicas": 1, "log_level": 4, "log_format": "text"},
                "daemon": {"socket_location": "/var/run", "socket_file": ""},
            },
            opts,
        )
        ArgoCd("argo-cd", {"manifests": release(), "version": "v3", "namespace": "tools"}, opts)

    return record(program)


@pytest.fixture(scope="module")
def files(recorder: Recorder) -> dict[Path, dict[str, Any]]:
    return command.render(recorder)


def contents(folder: Path) -> dict[Path, Any]:
    """Return what lies in a folder, by relative path."""
    return {
        path.relative_to(folder): yaml.safe_load(path.read_text())
        for path in folder.rglob("*.yaml")
    }


def test_each_object_is_a_file_in_the_folder_of_its_unit(
    files: dict[Path, dict[str, Any]],
) -> None:
    by_unit = {str(path.parent) for path in files}

    assert by_unit == {"open-kruise", "argo-cd"}
    # The objects of the release and the namespace; the chart's release and its namespace.
    assert len(files) == len(release()) + 1 + 2
    assert Path("argo-cd/deployment-tools-server.yaml") in files
    assert Path("argo-cd/clusterrole-server.yaml") in files
    assert Path("open-kruise/namespace-kruise-system.yaml") in files


def test_neither_provider_nor_components_are_objects(files: dict[Path, dict[str, Any]]) -> None:
    assert not [path for path in files if "cluster.yaml" in path.name or "stack" in path.parts]
    assert all("kind" in content for content in files.values())


def test_an_object_is_what_is_registered(files: dict[Path, dict[str, Any]]) -> None:
    content = files[Path("argo-cd/statefulset-tools-controller.yaml")]
    (original,) = [o for o in release() if o["kind"] == "StatefulSet"]

    metadata = {"name": "controller", "namespace": "tools"}
    assert content == {**original, "metadata": metadata}


def test_values_of_a_secret_are_masked(files: dict[Path, dict[str, Any]]) -> None:
    content = files[Path("argo-cd/secret-tools-session.yaml")]

    assert content["data"] == content["stringData"] == MASK
    assert "hunter2" not in str(files)
    assert "aHVudGVyMg==" not in str(files)


def test_a_release_says_what_helm_is_given(files: dict[Path, dict[str, Any]]) -> None:
    content = files[Path("open-kruise/release-kruise-system-kruise.yaml")]

    assert set(content) == {"kind", "chart", "name", "namespace", "values"}
    assert content["chart"] == "charts/kruise.tgz"
    assert content["values"]["manager"]["replicas"] == 1


def test_files_are_written_as_they_were_rendered(
    files: dict[Path, dict[str, Any]], tmp_path: Path
) -> None:
    command.write(files, tmp_path / "out")

    assert contents(tmp_path / "out") == files


def test_a_folder_of_ours_is_replaced(tmp_path: Path) -> None:
    command.write({Path("a/gone.yaml"): {"kind": "A"}}, tmp_path / "out")
    command.write({Path("a/b.yaml"): {"kind": "B"}}, tmp_path / "out")

    assert contents(tmp_path / "out") == {Path("a/b.yaml"): {"kind": "B"}}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    command.write({Path("a/b.yaml"): {"kind": "B"}}, tmp_path)

    assert contents(tmp_path) == {Path("a/b.yaml"): {"kind": "B"}}


def test_a_folder_of_someone_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(SystemExit, match="not made by this command"):
        command.write({Path("a/b.yaml"): {"kind": "B"}}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_an_unknown_stack_is_refused_with_a_message(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["render", "--stack", "prd", "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", arguments)
    monkeypatch.delitem(sys.modules, "tools.render.__main__", raising=False)

    with pytest.raises(SystemExit) as ended:
        runpy.run_module("tools.render", run_name="__main__")
    assert ended.value.code == 1
    assert 'there is no stack "prd"' in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_mask_covers_secrets_at_any_depth(recorder: Recorder) -> None:
    (provider,) = [r for r in recorder.registrations if r.kind == "kubernetes"]
    secret = provider.inputs["kubeconfig"]

    assert is_secret(secret)
    assert masked({"a": [{"b": secret}], "c": 1}) == {"a": [{"b": MASK}], "c": 1}


def test_a_run_does_not_know_the_one_before_it() -> None:
    def program() -> None:
        Provider("cluster", kubeconfig="{}")

    parents = [record(program, stack=stack).registrations[0].parent for stack in ("dev", "prod")]

    assert [parent.rpartition("::")[2] for parent in parents] == [
        "gitops-bootstrap-dev",
        "gitops-bootstrap-prod",
    ]
