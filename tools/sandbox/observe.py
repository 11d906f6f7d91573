"""Looking at a sandbox without changing it. Imports little: it runs before every deployment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tools.sandbox import files, nodes, processes
from tools.sandbox.client import Client
from tools.sandbox.flavour import PLAIN
from tools.sandbox.layout import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Status:
    """What is known of a sandbox."""

    name: str
    running: bool
    """All components run, the API server answers, the nodes are Ready."""
    detail: str
    """One line; unless it is running, what to do."""
    server: str = ""
    kubeconfig: str = ""
    logs: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Component -> version."""
    nodes: Mapping[str, bool] = field(default_factory=dict)
    """Name -> Ready."""
    pids: Mapping[str, int] = field(default_factory=dict)
    """Component -> process id."""


def status(root: Path, name: str = PLAIN.name) -> Status:
    """Return the status of a sandbox of a checkout; takes no lock."""
    layout = Layout.of(root, name)
    pids = processes.find(layout)
    if not pids:
        kept = layout.etcd.exists()
        detail = f"stopped, its objects are kept ({layout.state})" if kept else "not started yet"
        return Status(name, running=False, detail=detail)
    server = files.server_of(layout.kubeconfig)
    with Client(layout, server) as client:
        problem = _problem(pids, client)
        return Status(
            name,
            running=not problem,
            detail=f"{problem}; start repairs it" if problem else "running",
            server=server,
            kubeconfig=str(layout.kubeconfig),
            logs=str(layout.logs),
            versions=files.versions(layout.definition),
            nodes=nodes.readiness(client),
            pids=pids,
        )


def ready_server(layout: Layout) -> str:
    """Return the API server's URL if the sandbox is ready for a deployment, or nothing."""
    server = files.server_of(layout.kubeconfig)
    with Client(layout, server) as client:
        return "" if _problem(processes.find(layout), client) else server


def _problem(pids: Mapping[str, int], client: Client) -> str:
    if dead := processes.dead(pids):
        return f"not running: {', '.join(dead)}"
    lack = nodes.lacking(client)
    return lack.what if lack else ""
