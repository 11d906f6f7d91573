"""Which state, secrets and cluster an operation gets, for each value of CLUSTER."""

import json
import shutil
import stat
from pathlib import Path

import pytest
import yaml

from errors import ConfigError, ToolError
from tools.deploy import target as targets
from tools.deploy.target import LOCAL, Target, engine_environment, without_cluster, workspace

HOME = Path("/pulumi-home")
PROJECT = "name: gitops-bootstrap\nruntime: python\n"
STACK = {
    "encryptionsalt": "v1:ours",
    "config": {
        "gitops-bootstrap:cluster": {"context": "prod", "kubeconfig": "/k", "identifier": "one"},
        "gitops-bootstrap:crds": {"retain": True},
    },
}
each_local = pytest.mark.parametrize("name", LOCAL)


@pytest.fixture(autouse=True)
def no_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a home without a login."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with one stack."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "Pulumi.yaml").write_text(PROJECT)
    (root / "Pulumi.prod.yaml").write_text(yaml.safe_dump(STACK))
    return root


def local(root: Path, name: str = "sandbox") -> Target:
    return Target(name, root / ".sandbox" / name, root / "kubeconfig")


def stack_file(folder: Path) -> dict[str, object]:
    return dict(yaml.safe_load((folder / "Pulumi.prod.yaml").read_text()))


@each_local
def test_a_local_target_keeps_its_state_in_the_checkout(root: Path, name: str) -> None:
    target = local(root, name)
    state = root / ".sandbox" / name / "pulumi/state"

    assert engine_environment(target, HOME, {"PULUMI_BACKEND_URL": "s3://elsewhere"}) == {
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_HOME": str(HOME),
        "GOGC": "400",
        "KUBECONFIG": str(root / "kubeconfig"),
        "PULUMI_BACKEND_URL": f"file://{state}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_CHECKPOINTS": "true",
    }
    assert state.is_dir()


def test_a_target_without_a_cluster_gets_no_kubeconfig(tmp_path: Path) -> None:
    assert "KUBECONFIG" not in engine_environment(Target("none", tmp_path), HOME, {})


def test_another_target_takes_state_and_passphrase_from_the_environment(tmp_path: Path) -> None:
    environ = {"PULUMI_BACKEND_URL": "s3://state", "PULUMI_CONFIG_PASSPHRASE": "hunter2"}

    assert engine_environment(Target("context", tmp_path), HOME, environ) == {
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_HOME": str(HOME),
        "GOGC": "400",
    }
    assert not (tmp_path / "pulumi").exists()


@pytest.mark.parametrize("variable", [True, False], ids=["PULUMI_HOME", "home"])
def test_another_target_takes_the_login_of_the_user(tmp_path: Path, variable: bool) -> None:
    login = tmp_path / ("elsewhere" if variable else "home/.pulumi")
    login.mkdir(parents=True)
    (login / "credentials.json").touch()
    environ = {"PULUMI_HOME": str(login)} if variable else {}
    added = engine_environment(Target("context", tmp_path), HOME, environ)

    assert added["PULUMI_CREDENTIALS_PATH"] == str(login)
    assert "PULUMI_BACKEND_URL" not in added
    assert "PULUMI_CONFIG_PASSPHRASE" not in added
    assert "PULUMI_SKIP_CHECKPOINTS" not in added


def test_another_target_without_any_state_is_refused_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"pulumi login.*PULUMI_BACKEND_URL"):
        engine_environment(Target("context", tmp_path), HOME, {})


def test_another_target_runs_in_the_checkout_itself(root: Path) -> None:
    assert workspace(root, Target("context", root / ".sandbox/context"), "prod") == root
    assert sorted(path.name for path in root.iterdir()) == ["Pulumi.prod.yaml", "Pulumi.yaml"]


@each_local
def test_a_local_target_runs_in_a_copy_without_the_selection_of_a_cluster(
    root: Path, name: str
) -> None:
    folder = workspace(root, local(root, name), "prod")

    assert folder == root / ".sandbox" / name / "pulumi/workspace"
    assert (folder / "Pulumi.yaml").read_text() == PROJECT
    assert stack_file(folder)["config"] == {
        "gitops-bootstrap:cluster": {"identifier": "one"},
        "gitops-bootstrap:crds": {"retain": True},
    }


def test_the_committed_files_stay_as_they_are(root: Path) -> None:
    before = {path: path.read_bytes() for path in root.glob("Pulumi*.yaml")}
    workspace(root, local(root), "prod")

    assert {path: path.read_bytes() for path in root.glob("Pulumi*.yaml")} == before
    assert len(before) == 2


def test_the_salt_of_the_copy_stays(root: Path) -> None:
    folder = workspace(root, local(root), "prod")
    salted = stack_file(folder) | {"encryptionsalt": "v1:sandbox"}
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump(salted))
    workspace(root, local(root), "prod")

    assert stack_file(folder)["encryptionsalt"] == "v1:sandbox"


def test_a_changed_setting_reaches_the_copy(root: Path) -> None:
    folder = workspace(root, local(root), "prod")
    (root / "Pulumi.prod.yaml").write_text("config: {gitops-bootstrap:crds: {retain: false}}")
    workspace(root, local(root), "prod")

    assert stack_file(folder)["config"] == {"gitops-bootstrap:crds": {"retain": False}}


def test_the_path_of_an_artifact_is_the_same_in_the_copy(root: Path) -> None:
    folder = workspace(root, local(root), "prod")
    (root / ".cache/artifacts").mkdir(parents=True)
    (root / ".cache/artifacts/chart.tgz").write_text("chart")
    workspace(root, local(root), "prod")

    assert (folder / ".cache/artifacts/chart.tgz").read_text() == "chart"


@each_local
def test_an_unknown_stack_is_refused_with_those_there_are(root: Path, name: str) -> None:
    with pytest.raises(ConfigError, match=r'no stack "prd" \(no Pulumi\.prd\.yaml\); .*: prod'):
        workspace(root, local(root, name), "prd")


@pytest.mark.parametrize("content", [{}, {"config": None}, {"config": {}}])
def test_a_stack_file_without_settings_stays_one(content: dict[str, object]) -> None:
    assert without_cluster(content)["config"] == {}


def test_a_selection_that_was_set_as_json_is_taken_out_too() -> None:
    content = {"config": {"gitops-bootstrap:cluster": '{"kubeconfig": "/k", "identifier": "a"}'}}

    assert without_cluster(content)["config"] == {"gitops-bootstrap:cluster": {"identifier": "a"}}


@pytest.mark.parametrize("missing", ["kind", "docker"])
def test_kind_is_refused_where_it_cannot_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else f"/bin/{name}")

    with pytest.raises(ToolError, match=f"needs {missing} on PATH; .*CLUSTER=sandbox"):
        targets.kind_cluster(tmp_path)


@pytest.mark.parametrize("existing", [True, False], ids=["there", "new"])
def test_a_kind_cluster_is_made_once_and_its_kubeconfig_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: bool
) -> None:
    ran: list[tuple[str, ...]] = []

    def run(*command: str) -> str:
        ran.append(command[1:3])
        answers = {
            "clusters": f"{targets.kind_name(tmp_path / 'kind')}\n" if existing else "other\n"
        }
        return answers.get(command[2], "kind: Config\n")

    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(targets, "_run", run)
    kubeconfig = targets.kind_cluster(tmp_path / "kind")

    assert (("create", "cluster") in ran) is not existing
    assert kubeconfig.read_text() == "kind: Config\n"
    assert stat.S_IMODE(kubeconfig.stat().st_mode) == 0o600


def test_each_checkout_has_a_kind_cluster_of_its_own(tmp_path: Path) -> None:
    names = {targets.kind_name(tmp_path / checkout / ".sandbox/kind") for checkout in "ab"}

    assert len(names) == 2
    assert all(name.startswith("gitops-bootstrap-") for name in names)


def state_of(target: Target, stack: str, resources: list[object]) -> None:
    """Write what the engine's file backend keeps of a stack."""
    engine_environment(target, HOME, {})
    folder = target.folder / "pulumi/state/.pulumi/stacks/gitops-bootstrap"
    folder.mkdir(parents=True, exist_ok=True)
    latest = {"resources": resources} if resources else None
    (folder / f"{stack}.json").write_text(json.dumps({"checkpoint": {"latest": latest}}))


def test_a_second_stack_on_a_local_target_is_refused(root: Path) -> None:
    target = local(root)
    state_of(target, "dev", ["anything"])

    targets.refuse_second_stack(target, "dev")
    with pytest.raises(ConfigError, match=r"stack dev is up on .*make destroy STACK=dev"):
        targets.refuse_second_stack(target, "prod")


def test_a_stack_that_was_removed_is_in_nobodys_way(root: Path) -> None:
    target = local(root)
    targets.refuse_second_stack(target, "prod")
    state_of(target, "dev", [])

    targets.refuse_second_stack(target, "prod")


def test_another_target_may_have_several_stacks(root: Path) -> None:
    state_of(local(root, "kind"), "dev", ["anything"])

    targets.refuse_second_stack(Target("context", root / ".sandbox/kind"), "prod")
