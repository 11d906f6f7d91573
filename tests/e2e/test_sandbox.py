"""The sandbox for real: every test starts from whatever state the one before left."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from lightkube import Client, KubeConfig
from lightkube.codecs import from_dict
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.apps_v1 import Deployment
from lightkube.resources.core_v1 import ConfigMap, Node

from errors import ToolError
from tests.support.needs import uses_tools
from tools import toolchain
from tools.sandbox import control_plane, lifecycle, processes
from tools.sandbox.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lightkube.resources.admissionregistration_v1 import ValidatingWebhookConfiguration

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
@uses_tools(*control_plane.TOOLS)
def binaries() -> Mapping[str, Path]:
    return toolchain.ensure(*control_plane.TOOLS)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("a checkout")
    yield folder
    lifecycle.reset(folder)


@pytest.fixture
def sandbox(root: Path, binaries: Mapping[str, Path]) -> lifecycle.Sandbox:
    return lifecycle.start(root, binaries)


@pytest.fixture
def layout(root: Path) -> Layout:
    return Layout.of(root, "plain")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Path]:
    """Yield the root of a sandbox of its own."""
    yield tmp_path
    lifecycle.reset(tmp_path)


def client(sandbox: lifecycle.Sandbox) -> Client:
    return Client(KubeConfig.from_file(sandbox.kubeconfig))


def remember(sandbox: lifecycle.Sandbox, name: str) -> None:
    with client(sandbox) as api:
        api.create(ConfigMap(metadata=ObjectMeta(name=name, namespace="default")))


def remembers(sandbox: lifecycle.Sandbox, name: str) -> bool:
    with client(sandbox) as api:
        return any(m.metadata and m.metadata.name == name for m in api.list(ConfigMap))


def kill(layout: Layout, *names: str) -> None:
    pids = processes.find(layout)
    for name in names:
        os.kill(pids[name], signal.SIGKILL)
    while set(names) & set(processes.find(layout)):
        time.sleep(0.01)


def listening(pids: Mapping[str, int]) -> set[tuple[str, str]]:
    """Return (component, address in hexadecimal) of each listening TCP socket."""
    found = set()
    for name, pid in pids.items():
        links = Path(f"/proc/{pid}/fd").iterdir()
        inodes = {link.readlink().name.removeprefix("socket:") for link in links}
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and f"[{fields[9]}]" in inodes:
                    found.add((name, fields[1].partition(":")[0]))
    return found


# A running sandbox


def test_three_nodes_are_ready(sandbox: lifecycle.Sandbox) -> None:
    with client(sandbox) as api:
        nodes = list(api.list(Node))
    ready = [
        c.status
        for n in nodes
        for c in (n.status and n.status.conditions) or []
        if c.type == "Ready"
    ]
    assert ready == ["True"] * 3


def test_the_kubeconfig_is_the_users_alone(sandbox: lifecycle.Sandbox, layout: Layout) -> None:
    assert sandbox.kubeconfig == layout.kubeconfig
    assert sandbox.kubeconfig.stat().st_mode & 0o777 == 0o600
    assert layout.state.stat().st_mode & 0o777 == 0o700


@pytest.mark.usefixtures("sandbox")
def test_every_component_listens_on_loopback_only(layout: Layout) -> None:
    sockets = listening(processes.find(layout))
    assert {name for name, _ in sockets} == set(processes.COMPONENTS)
    assert {address for _, address in sockets} == {"0100007F"}


def test_a_deployment_becomes_available(sandbox: lifecycle.Sandbox) -> None:
    labels = {"app": "web"}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": {"containers": [{"name": "web", "image": "example.invalid/web:1"}]},
            },
        },
    }
    deployment = cast("Deployment", from_dict(manifest))
    with client(sandbox) as api:
        api.create(deployment)
        api.wait(Deployment, "web", namespace="default", for_conditions=["Available"])
        api.delete(Deployment, "web", namespace="default")


def test_a_webhook_without_backend_stops_nobody(sandbox: lifecycle.Sandbox) -> None:
    manifest = {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "unanswered"},
        "webhooks": [
            {
                "name": "unanswered.example.invalid",
                "clientConfig": {"service": {"namespace": "default", "name": "nobody"}},
                "rules": [
                    {
                        "apiGroups": [""],
                        "apiVersions": ["v1"],
                        "operations": ["*"],
                        "resources": ["configmaps"],
                    }
                ],
                "failurePolicy": "Fail",
                "sideEffects": "None",
                "admissionReviewVersions": ["v1"],
            }
        ],
    }
    with client(sandbox) as api:
        api.create(cast("ValidatingWebhookConfiguration", from_dict(manifest)))
    remember(sandbox, "unhindered")


def test_a_second_start_does_nothing(
    sandbox: lifecycle.Sandbox, root: Path, layout: Layout, binaries: Mapping[str, Path]
) -> None:
    before = processes.find(layout)
    began = time.monotonic()
    again = lifecycle.start(root, binaries)
    assert time.monotonic() - began < 1
    assert again.was_running
    assert again.server == sandbox.server
    assert processes.find(layout) == before


@pytest.mark.usefixtures("sandbox")
def test_status_for_machines(root: Path, layout: Layout) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.sandbox", "status", "--root", root, "--format", "json"],
        cwd=CHECKOUT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    status = json.loads(done.stdout)
    assert status["running"]
    assert status["pids"] == processes.find(layout)
    assert all(status["nodes"].values())
    assert status["versions"].keys() == set(processes.COMPONENTS)
    assert status["kubeconfig"] == str(layout.kubeconfig)


# Stopping and repairing


def test_stop_ends_all_processes_and_start_finds_the_objects(
    sandbox: lifecycle.Sandbox, root: Path, layout: Layout, binaries: Mapping[str, Path]
) -> None:
    remember(sandbox, "before-stop")
    assert lifecycle.stop(root)
    assert processes.find(layout) == {}
    assert not lifecycle.status(root).running
    again = lifecycle.start(root, binaries)
    assert (again.server, again.kubeconfig) == (sandbox.server, sandbox.kubeconfig)
    assert remembers(again, "before-stop")


def test_after_a_reboot_start_repairs_and_spares_aliens(
    sandbox: lifecycle.Sandbox, root: Path, layout: Layout, binaries: Mapping[str, Path]
) -> None:
    remember(sandbox, "before-reboot")
    kill(layout, *processes.COMPONENTS)
    alien = subprocess.Popen(["sleep", "300"])
    try:
        for name in processes.COMPONENTS:
            (layout.cluster / "pids" / f"{name}.pid").write_text(str(alien.pid))
        assert not lifecycle.status(root).running
        assert remembers(lifecycle.start(root, binaries), "before-reboot")
        lifecycle.stop(root)
        assert alien.poll() is None
    finally:
        alien.kill()
        alien.wait()


def test_a_crashed_core_is_launched_again(
    sandbox: lifecycle.Sandbox, root: Path, layout: Layout, binaries: Mapping[str, Path]
) -> None:
    remember(sandbox, "before-crash")
    kill(layout, *processes.CORE)
    assert "not running: etcd, kube-apiserver" in lifecycle.status(root).detail
    again = lifecycle.start(root, binaries)
    assert remembers(again, "before-crash")
    assert lifecycle.status(root).running


@pytest.mark.usefixtures("sandbox")
def test_a_crashed_controller_is_revived_alone(
    root: Path, layout: Layout, binaries: Mapping[str, Path]
) -> None:
    before = processes.find(layout)
    kill(layout, "kwok-controller")
    lifecycle.start(root, binaries)
    after = processes.find(layout)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {"kwok-controller"}


def test_a_port_taken_meanwhile_is_replaced(
    sandbox: lifecycle.Sandbox, root: Path, binaries: Mapping[str, Path]
) -> None:
    remember(sandbox, "before-move")
    lifecycle.stop(root)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(sandbox.server.rpartition(":")[2])))
        other.listen()
        moved = lifecycle.start(root, binaries)
    assert moved.server != sandbox.server
    assert moved.kubeconfig == sandbox.kubeconfig
    assert remembers(moved, "before-move")


def test_a_failed_start_shows_the_log_and_loses_nothing(
    sandbox: lifecycle.Sandbox,
    root: Path,
    layout: Layout,
    binaries: Mapping[str, Path],
    tmp_path: Path,
) -> None:
    remember(sandbox, "before-failure")
    lifecycle.stop(root)
    broken = tmp_path / "kube-apiserver"
    broken.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo Kubernetes v1.36.3 && exit\necho went wrong\n'
    )
    broken.chmod(0o755)
    with pytest.raises(ToolError, match=r"kube-apiserver: ended by itself(?s:.*)went wrong"):
        lifecycle.start(root, {**binaries, "kube-apiserver": broken})
    assert processes.find(layout) == {}
    # Here kwokctl itself fails, and deletes the folder that it takes for its own.
    with pytest.raises(ToolError, match="kwokctl ended with code"):
        lifecycle.start(root, {**binaries, "kube-apiserver": tmp_path / "missing"})
    assert remembers(lifecycle.start(root, binaries), "before-failure")


@pytest.mark.parametrize("component", ["etcd", "kube-apiserver", "kwok-controller"])
def test_a_start_killed_half_way_is_repaired(
    fresh: Path, binaries: Mapping[str, Path], component: str
) -> None:
    layout = Layout.of(fresh, "plain")
    program = (
        "import sys, json, pathlib\n"
        "from tools.sandbox import lifecycle\n"
        "tools = {k: pathlib.Path(v) for k, v in json.loads(sys.argv[2]).items()}\n"
        "lifecycle.start(pathlib.Path(sys.argv[1]), tools)\n"
    )
    tools = json.dumps({name: str(path) for name, path in binaries.items()})
    half = subprocess.Popen([sys.executable, "-c", program, fresh, tools], cwd=CHECKOUT)
    while component not in processes.find(layout):
        assert half.poll() is None
        time.sleep(0.001)
    half.kill()
    half.wait()
    assert not lifecycle.start(fresh, binaries).was_running
    assert lifecycle.status(fresh).running


def test_two_checkouts_start_at_the_same_time(tmp_path: Path, binaries: Mapping[str, Path]) -> None:
    roots = [tmp_path / name for name in ("one", "other")]
    for folder in roots:
        folder.mkdir()
    try:
        with ThreadPoolExecutor() as pool:
            one, other = pool.map(lambda folder: lifecycle.start(folder, binaries), roots)
        assert one.server != other.server
        remember(one, "mine")
        assert not remembers(other, "mine")
        lifecycle.stop(roots[0])
        assert lifecycle.status(roots[1]).running
    finally:
        for folder in roots:
            lifecycle.reset(folder)


def test_reset_leaves_nothing_and_the_next_start_is_fresh(
    fresh: Path, binaries: Mapping[str, Path]
) -> None:
    sandbox = lifecycle.start(fresh, binaries)
    remember(sandbox, "forgotten")
    assert lifecycle.reset(fresh)
    assert processes.find(Layout.of(fresh, "plain")) == {}
    assert list(fresh.iterdir()) == []
    assert not remembers(lifecycle.start(fresh, binaries), "forgotten")
