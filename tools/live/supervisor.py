"""What a kubelet and kube-proxy do elsewhere, for the operators of one live sandbox.

Each operator runs while its workload exists, with the flags and the environment of its container.
It is started again when it ends and when its pod template changes; its pods are ready when it is.
Services with a process behind them are reachable at their ClusterIP. Runs until SIGTERM.

Usage: python -m tools.live.supervisor ROOT
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from tools import entry
from tools.live import process
from tools.live.api import Api
from tools.live.forward import Address, Forwarder
from tools.live.operators import OPERATORS
from tools.live.paths import Paths
from tools.live.plan import Plan
from tools.live.runner import Runner

NAME = "supervisor"
_KINDS = ("deployments", "statefulsets")
_PAUSE_SECONDS = 0.2

Key = tuple[str, str, str]


class Supervisor:
    """All runners, and the forwarder."""

    def __init__(self, paths: Paths, plan: Plan) -> None:
        """Prepare; nothing runs yet."""
        self._paths = paths
        self._plan = plan
        self._forwarder = Forwarder()
        self._runners = [Runner(operator, paths, plan) for operator in OPERATORS]
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Work until SIGTERM, then end the processes."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        with Api.of(self._paths) as api:
            # Without its folder nobody could end it any more.
            while not self._stopping.is_set() and self._paths.plan.exists():
                try:
                    await self._step(api)
                except Exception:  # noqa: BLE001 - one bad answer must not end all operators
                    traceback.print_exc()
                await self._pause()
        await self._forwarder.apply({})
        for runner in self._runners:
            runner.ask_to_end()
        for runner in self._runners:
            await asyncio.to_thread(runner.end)

    async def _step(self, api: Api) -> None:
        services = await asyncio.to_thread(api.items, "/api/v1/services")
        workloads = await asyncio.to_thread(_workloads, api)
        if services is None or workloads is None:
            return  # no answer is not the same as none there
        await self._forwarder.apply(self._table(services))
        for runner in self._runners:
            operator = runner.operator
            workload = workloads.get((operator.kind, operator.namespace, operator.workload))
            await asyncio.to_thread(runner.step, workload, api)

    def _table(self, services: list[dict[str, Any]]) -> dict[Address, int]:
        addresses = {
            (service["metadata"]["namespace"], service["metadata"]["name"]): service["spec"].get(
                "clusterIP", "None"
            )
            for service in services
        }
        return {
            (address, port): self._plan.ports[name]
            for operator in OPERATORS
            for service, ports in operator.services.items()
            if (address := addresses.get((operator.namespace, service), "None")) != "None"
            for port, name in ports.items()
        }

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), _PAUSE_SECONDS)
        except TimeoutError:
            return


def _workloads(api: Api) -> dict[Key, dict[str, Any]] | None:
    """Return the workloads that exist and are not being deleted; None without an answer."""
    found: dict[Key, dict[str, Any]] = {}
    for kind in _KINDS:
        items = api.items(f"/apis/apps/v1/{kind}")
        if items is None:
            return None
        for item in items:
            metadata = item["metadata"]
            if "deletionTimestamp" not in metadata:
                found[kind, metadata["namespace"], metadata["name"]] = item
    return found


def main() -> int:
    """Run in the foreground."""
    paths = Paths.of(Path(sys.argv[1]))
    pid = os.getpid()
    process.Record(NAME, pid, process.start_time(pid), ready=True).write(paths.processes)
    asyncio.run(Supervisor(paths, Plan.read(paths.plan)).run())
    (paths.processes / f"{NAME}.json").unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    entry.run(main)
