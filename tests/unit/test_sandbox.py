"""The sandbox without processes: files, names, decisions."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any, cast

import pytest
import yaml

from errors import ToolError
from tools.sandbox import __main__ as command
from tools.sandbox import control_plane, files, lifecycle, nodes, observe, processes
from tools.sandbox.flavour import PLAIN, Flavour
from tools.sandbox.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.sandbox.client import Client

ALL_PORTS = {name: 20000 + i for i, name in enumerate(files.PORTS)}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout.of(tmp_path, "plain")


@pytest.fixture
def alien(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of somebody else that mentions the sandbox's files."""
    sleeper = subprocess.Popen(
        [sys.executable, "-c", "input()", str(Layout.of(tmp_path, "plain").definition)],
        stdin=subprocess.PIPE,
    )
    yield sleeper
    sleeper.kill()
    sleeper.communicate()


def configuration(flavour: Flavour, ports: dict[str, int] | None = None) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(control_plane.configuration(flavour, ports or {})))


def extra_args(section: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        patch["name"]: {arg["key"]: arg["value"] for arg in patch["extraArgs"]}
        for patch in section["componentsPatches"]
    }


# Names and places


@pytest.mark.parametrize("name", ["", "..", "a/b", "Plain", "-a", "a" * 32, "a\n"])
def test_a_name_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ToolError, match="is no name of a sandbox"):
        Layout.of(tmp_path, name)


def test_a_path_that_kwokctl_would_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="a comma in a path"):
        Layout.of(tmp_path / "a,b", "plain")


def test_sandboxes_of_a_checkout_share_nothing(tmp_path: Path) -> None:
    one, other = (Layout.of(tmp_path, name) for name in ("plain", "live"))
    assert one.state == tmp_path / ".sandbox" / "plain"
    assert one.kubeconfig == one.state / "kubeconfig"
    assert not other.kubeconfig.is_relative_to(one.state)


# What kwokctl is told


def test_everything_binds_to_loopback_whatever_the_flavour_says(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        "kind: KwokctlConfiguration\noptions: {bindAddress: 0.0.0.0, kubeFeatureGates: A=true}\n"
    )
    (section,) = configuration(Flavour("open", config=config))
    assert section["options"] == {"bindAddress": "127.0.0.1", "kubeFeatureGates": "A=true"}


def test_stages_of_a_flavour_stand_beside_the_settings(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("kind: Stage\nmetadata: {name: pod-ready}\n")
    section, stage = configuration(Flavour("staged", config=config))
    assert section["kind"] == "KwokctlConfiguration"
    assert stage == {"kind": "Stage", "metadata": {"name": "pod-ready"}}


def test_the_plain_flavour_calls_no_webhooks() -> None:
    (section,) = configuration(PLAIN)
    disabled = extra_args(section)["kube-apiserver"]["disable-admission-plugins"].split(",")
    assert sorted(disabled) == ["MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"]


def test_extra_arguments_of_a_flavour_join_the_common_ones() -> None:
    flavour = Flavour("x", extra_args={"kube-controller-manager": {"v": "2"}})
    (section,) = configuration(flavour)
    assert extra_args(section) == {
        "kube-apiserver": {"advertise-address": "192.0.2.1"},
        "kube-controller-manager": {"leader-elect": "false", "v": "2"},
        "kube-scheduler": {"leader-elect": "false"},
    }


def test_ports_of_the_last_launch_are_asked_for_again(layout: Layout) -> None:
    layout.cluster.mkdir(parents=True)
    layout.definition.write_text(control_plane.configuration(PLAIN, ALL_PORTS))
    assert files.recorded_ports(layout.definition) == ALL_PORTS
    (section,) = configuration(PLAIN, ALL_PORTS)
    assert section["options"].items() >= ALL_PORTS.items()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("kind: [", id="damaged"),
        pytest.param("kind: KwokctlConfiguration\noptions: {etcdPort: 1}\n", id="half"),
    ],
)
def test_ports_are_all_known_or_none(tmp_path: Path, content: str) -> None:
    file = tmp_path / "kwok.yaml"
    file.write_text(content)
    assert files.recorded_ports(file) == {}


def test_a_port_is_free_until_somebody_listens() -> None:
    with socket.socket() as server:
        server.bind((control_plane.LOOPBACK, 0))
        server.listen()
        port = server.getsockname()[1]
        assert not control_plane.is_free(port)
    assert control_plane.is_free(port)


def test_launch_names_the_tools_it_was_not_given(layout: Layout) -> None:
    with pytest.raises(ToolError, match="needs kwokctl, kwok, etcd, kube-apiserver"):
        control_plane.launch(layout, {}, PLAIN)


def test_the_users_environment_does_not_reach_kwokctl(
    layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    monkeypatch.setenv("KWOK_RUNTIME", "docker")
    environment = control_plane._environment(layout)
    assert not environment.keys() & {"HTTPS_PROXY", "KWOK_RUNTIME"}
    assert environment["HOME"] == str(layout.state)
    assert environment["KWOK_KUBE_VERSION"].startswith("v1.")
    assert not environment["PATH"]  # a kubectl on it would be run


# State


def test_data_and_keys_survive_what_kwokctl_deletes(layout: Layout) -> None:
    layout.pki.mkdir(parents=True)
    for name in ("ca.crt", "ca.key", "admin.crt", "admin.key"):
        (layout.pki / name).write_text(name)
    layout.etcd.mkdir()
    (layout.etcd / "member").write_text("data")
    for _ in range(2):
        control_plane._prepare(layout)
    assert (layout.cluster / "etcd" / "member").read_text() == "data"
    assert (layout.cluster / "pki" / "ca.key").read_text() == "ca.key"
    assert (layout.cluster / "etcd").is_symlink()
    assert (layout.cluster / "pki").is_symlink()


def test_incomplete_keys_are_made_anew(layout: Layout) -> None:
    layout.pki.mkdir(parents=True)
    (layout.pki / "ca.crt").write_text("")
    control_plane._prepare(layout)
    assert not layout.pki.exists()
    assert not (layout.cluster / "pki").exists()


def test_only_the_user_can_read_what_a_sandbox_writes(layout: Layout) -> None:
    layout.state.mkdir(parents=True, mode=0o777)
    control_plane._prepare(layout)
    layout.kubeconfig.touch(mode=0o666)
    files.write_private(layout.kubeconfig, "new")
    assert layout.kubeconfig.read_text() == "new"
    assert layout.kubeconfig.stat().st_mode & 0o777 == 0o600
    assert layout.state.stat().st_mode & 0o777 == 0o700


def test_the_kubeconfig_carries_its_certificates(layout: Layout) -> None:
    layout.pki.mkdir(parents=True)
    for name in ("ca.crt", "admin.crt", "admin.key"):
        (layout.pki / name).write_text(name)
    content = files.kubeconfig(layout, "https://127.0.0.1:1")
    layout.kubeconfig.write_text(content)
    assert files.server_of(layout.kubeconfig) == "https://127.0.0.1:1"
    assert str(layout.state) not in content


def test_a_log_tail_is_short_and_never_fails(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    assert "(empty)" in files.log_tail(log)
    log.write_bytes(b"\xff\n" * 20 + b"last")
    assert files.log_tail(log, lines=2).endswith("last")


# Whose a process is


def test_components_are_known_by_the_link_they_were_started_through(layout: Layout) -> None:
    etcd = str(layout.cluster / "bin" / "etcd")
    assert processes.owner_of([etcd, "--name=node0"], layout) == "etcd"
    assert processes.owner_of([str(layout.launcher), "create"], layout) == "kwokctl"


@pytest.mark.parametrize(
    "argv",
    [
        pytest.param([], id="zombie"),
        pytest.param(["/usr/bin/etcd"], id="same program elsewhere"),
        pytest.param(["tail", "-f", "{bin}/etcd"], id="mentions a component"),
        pytest.param(["{bin}/sh"], id="other program in the folder"),
        pytest.param(["/other/kwokctl", "create"], id="kwokctl of another"),
    ],
)
def test_other_processes_are_aliens(layout: Layout, argv: list[str]) -> None:
    argv = [arg.format(bin=layout.cluster / "bin") for arg in argv]
    assert processes.owner_of(argv, layout) is None


def test_a_pid_file_that_names_an_alien_is_not_believed(
    layout: Layout, alien: subprocess.Popen[bytes]
) -> None:
    pids = layout.cluster / "pids"
    pids.mkdir(parents=True)
    (pids / "etcd.pid").write_text(str(alien.pid))
    assert processes.find(layout) == {}
    assert not processes.end(layout)
    assert alien.poll() is None


def test_processes_are_listed_without_proc(alien: subprocess.Popen[bytes]) -> None:
    assert alien.pid in dict(processes._commands())
    assert "-c" in dict(processes._commands_by_ps())[alien.pid]


# Readiness


class FakeApi:
    """Answers GETs from a table."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers

    def get(self, path: str) -> Any:
        return self._answers.get(path)


def node(name: str, ready: str) -> dict[str, Any]:
    return {
        "metadata": {"name": name},
        "status": {"conditions": [{"type": "Ready", "status": ready}]},
    }


READY_NODES = {"items": [node(name, "True") for name in nodes.NAMES]}
ACCOUNT = "/api/v1/namespaces/default/serviceaccounts/default"


@pytest.mark.parametrize(
    "answers, component",
    [
        pytest.param({}, "kube-apiserver", id="no server"),
        pytest.param({"/readyz": "ok"}, "kwok-controller", id="no nodes"),
        pytest.param(
            {"/readyz": "ok", "/api/v1/nodes": {"items": [node("node-0", "Unknown")]}},
            "kwok-controller",
            id="node not ready",
        ),
        pytest.param(
            {"/readyz": "ok", "/api/v1/nodes": READY_NODES},
            "kube-controller-manager",
            id="no account",
        ),
    ],
)
def test_what_is_lacking_names_whose_task_it_is(answers: dict[str, Any], component: str) -> None:
    lack = nodes.lacking(cast("Client", FakeApi(answers)))
    assert lack
    assert lack.component == component


def test_with_server_nodes_and_account_nothing_is_lacking() -> None:
    answers = {"/readyz": "ok", "/api/v1/nodes": READY_NODES, ACCOUNT: {}}
    assert nodes.lacking(cast("Client", FakeApi(answers))) is None


def test_each_node_has_a_range_of_its_own() -> None:
    ranges = {nodes.manifest(name)["spec"]["podCIDR"] for name in nodes.NAMES}
    assert len(ranges) == len(nodes.NAMES) == 3


# Commands


def test_status_of_nothing_exits_3_and_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["status", "--root", str(tmp_path), "--format", "json"]) == 3
    status = json.loads(capsys.readouterr().out)
    assert status["name"] == "plain"
    assert status["running"] is False
    assert not list(tmp_path.iterdir())


def test_status_after_a_reboot_says_that_the_objects_are_kept(layout: Layout) -> None:
    layout.etcd.mkdir(parents=True)
    status = observe.status(layout.state.parents[1])
    assert not status.running
    assert "objects are kept" in status.detail


@pytest.mark.parametrize("name", ["stop", "reset"])
def test_stop_and_reset_of_nothing_are_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "checkout"
    root.mkdir()
    assert command.main([name, "--root", str(root)]) == 0
    assert not list(root.iterdir())


def test_reset_keeps_the_other_sandboxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", str(tmp_path / "cache"))
    for name in ("plain", "live"):
        Layout.of(tmp_path, name).etcd.mkdir(parents=True)
    assert lifecycle.reset(tmp_path, "plain")
    assert os.listdir(tmp_path / ".sandbox") == ["live"]  # noqa: PTH208


def test_a_bad_name_is_one_line_and_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["status", "--name", "../x"]) == 1
    assert capsys.readouterr().err.startswith('error: "../x" is no name')


def test_help_documents_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["status", "--help"])
    assert "3  for status" in capsys.readouterr().out
