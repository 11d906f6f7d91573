"""Launching the control plane with kwokctl."""

from __future__ import annotations

import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import yaml

from errors import ToolError
from tools.sandbox import files
from tools.toolchain import pins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tools.sandbox.flavour import Flavour
    from tools.sandbox.layout import Layout

LOOPBACK = "127.0.0.1"
TOOLS = ("kwokctl", "kwok", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")

_FLAGS = {"kwok": "--kwok-controller-binary"}
_PKI = ("ca.crt", "ca.key", "admin.crt", "admin.key")
# There is one of each, and a lease that a dead predecessor holds would cost 15 seconds.
_SINGLE = {"leader-elect": "false"}
_COMMON: dict[str, dict[str, str]] = {
    # What the Service `kubernetes` leads to, where no simulated pod ever goes. Unset, it is the
    # address of the default route, and a machine without a network has none: the server would end.
    # It may not be a loopback address; this one is for documentation (RFC 5737).
    # Ref: https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/apimachinery/pkg/util/net/interface.go
    "kube-apiserver": {"advertise-address": "192.0.2.1"},
    "kube-controller-manager": _SINGLE,
    "kube-scheduler": _SINGLE,
}
_SECONDS = 60


def launch(layout: Layout, binaries: Mapping[str, Path], flavour: Flavour) -> str:
    """Start all components on the data that is there, and return the server's URL.

    No component of the sandbox may be running. kwokctl's folder is made anew, so what an upgrade, a
    moved checkout, a killed start or a reboot left in it does not count; data and keys are kept.
    """
    if missing := [tool for tool in TOOLS if tool not in binaries]:
        msg = f"the sandbox needs {', '.join(missing)} (make tools)"
        raise ToolError(msg)
    ports = files.recorded_ports(layout.definition)
    if not all(is_free(port) for port in ports.values()):
        # All anew, not one: kwokctl would hand out a port again that it was given for another.
        ports = {}
    _prepare(layout)
    files.write_private(layout.config, configuration(flavour, ports))
    _kwokctl(layout, binaries, "create", "cluster", *_create_flags(binaries))
    server = f"https://{LOOPBACK}:{files.recorded_ports(layout.definition)['kubeApiserverPort']}"
    files.write_private(layout.kubeconfig, files.kubeconfig(layout, server))
    return server


def revive(layout: Layout, binaries: Mapping[str, Path], dead: list[str]) -> None:
    """Start components again whose processes are gone."""
    for name in dead:
        # kwokctl takes a zombie for a running component.
        (layout.cluster / "pids" / f"{name}.pid").unlink(missing_ok=True)
    _kwokctl(layout, binaries, "start", "cluster")


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As the components do it: connections that just ended do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def configuration(flavour: Flavour, ports: Mapping[str, int]) -> str:
    """Return kwokctl's configuration file: the flavour's, bound to loopback, with these ports.

    Extra arguments stand here because kwokctl 0.8.0 mixes up its --extra-args flags when there are
    several for one component and then several for another.
    Ref: https://github.com/kubernetes-sigs/kwok/blob/v0.8.0/pkg/kwokctl/cmd/create/cluster/cluster.go
    """
    documents = files.documents(flavour.config) if flavour.config else []
    section = files.kwokctl_section(documents)
    others = [document for document in documents if document is not section]
    extra = {
        name: _COMMON.get(name, {}) | dict(flavour.extra_args.get(name, {}))
        for name in sorted({*_COMMON, *flavour.extra_args})
    }
    patches = [
        {"name": name, "extraArgs": [{"key": k, "value": v} for k, v in args.items()]}
        for name, args in extra.items()
    ]
    merged = section | {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": files.KIND,
        # The default is every interface, for an etcd that asks nobody for a password.
        "options": section.get("options", {}) | {"bindAddress": LOOPBACK} | dict(ports),
        "componentsPatches": section.get("componentsPatches", []) + patches,
    }
    return yaml.safe_dump_all([merged, *others], sort_keys=False)


def _prepare(layout: Layout) -> None:
    """Leave data and keys, drop the rest.

    They live outside of kwokctl's folder, because kwokctl deletes that when a launch fails. Keys
    of which some are missing are of a killed start, and kwokctl would not complete them.
    """
    layout.state.mkdir(parents=True, exist_ok=True)
    layout.state.chmod(0o700)  # the keys in it are world-readable files
    if not all((layout.pki / name).is_file() for name in _PKI):
        shutil.rmtree(layout.pki, ignore_errors=True)
    layout.etcd.mkdir(mode=0o700, exist_ok=True)
    shutil.rmtree(layout.cluster, ignore_errors=True)
    layout.cluster.mkdir(parents=True)
    (layout.cluster / "etcd").symlink_to(layout.etcd)
    if layout.pki.exists():
        (layout.cluster / "pki").symlink_to(layout.pki)


def _keep_keys(layout: Layout) -> None:
    """Copy the keys of a first launch to where later launches find them."""
    if layout.pki.exists():
        return
    partial = layout.pki.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(layout.cluster / "pki", partial)
    for file in partial.iterdir():
        file.chmod(0o600)
    partial.rename(layout.pki)


def _create_flags(binaries: Mapping[str, Path]) -> list[str]:
    flags = ["--runtime", "binary", "--kubeconfig", ""]  # not the user's own kubeconfig
    for tool in TOOLS[1:]:
        flags += [_FLAGS.get(tool, f"--{tool}-binary"), str(binaries[tool])]
    return flags


def _kwokctl(layout: Layout, binaries: Mapping[str, Path], *args: str) -> None:
    """Run kwokctl; it returns when the components are started, not when they are ready."""
    layout.launcher.unlink(missing_ok=True)
    layout.launcher.symlink_to(binaries["kwokctl"])
    command = [str(layout.launcher), *args, "--name", layout.name]
    with layout.launch_log.open("w") as log:
        try:
            code = subprocess.run(
                command,
                env=_environment(layout),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as exc:
            raise _failed(layout, f"took over {_SECONDS} s") from exc
    if code:
        raise _failed(layout, f"ended with code {code}")
    _keep_keys(layout)


def _failed(layout: Layout, how: str) -> ToolError:
    tail = files.log_tail(layout.launch_log)
    return ToolError(f"kwokctl {how}; the end of {layout.launch_log}:\n{tail}")


def _environment(layout: Layout) -> dict[str, str]:
    """Return all that kwokctl and the components get of the environment.

    Not the user's: KWOK_* variables would change the sandbox, a proxy would get its requests.
    kwokctl waits for the server by running kubectl, and downloads one where there is none; `true`
    ends that wait at once, for ours looks at more and is quicker to notice.
    Ref: https://github.com/kubernetes-sigs/kwok/blob/v0.8.0/pkg/kwokctl/runtime/cluster_tools.go
    """
    return {
        # Not KWOK_WORKDIR, which kwokctl reads up to the first blank: the sandbox of a checkout in
        # "my projects" would be in "my". Without it the folder is .kwok in HOME.
        # Ref: https://github.com/kubernetes-sigs/kwok/blob/v0.8.0/pkg/utils/envs/envs.go
        "HOME": str(layout.state),
        "PATH": "",
        "KWOK_KUBE_VERSION": f"v{pins.load().tools['kube-apiserver'].version}",
        "KWOK_KUBECTL_BINARY": shutil.which("true") or "/bin/true",
    }
