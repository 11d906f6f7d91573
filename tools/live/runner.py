"""One operator's process over time: waiting, starting, ready, ended, started again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from tools.live import process
from tools.live.questions import Around
from tools.live.workload import (
    MissingError,
    arguments,
    container_of,
    environment,
    files,
    has_container,
    relocated,
)
from tools.sandbox import files as files_of

if TYPE_CHECKING:
    from pathlib import Path

    from tools.live.api import Api
    from tools.live.operators import Operator
    from tools.live.paths import Paths
    from tools.live.plan import Plan

READY = {"gitops-bootstrap/process": "ready"}
"""The annotation that lets stages.yaml make a pod ready."""

_BACKOFF_SECONDS = 1.0
_PREPARE_SECONDS = 60


class Runner:
    """Keeps the process of one operator in line with its workload."""

    def __init__(self, operator: Operator, paths: Paths, plan: Plan) -> None:
        """Start with no process."""
        self.operator = operator
        self._paths = paths
        self._plan = plan
        self._log = paths.logs / f"{operator.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._digest = ""
        self._ready = False
        self._restarts = 0
        self._not_before = 0.0
        self._kill_at = 0.0
        self._marked: set[str] = set()

    def step(self, workload: dict[str, Any] | None, api: Api) -> None:
        """Do what can be done now without waiting."""
        if self._paths.hold(self.operator.name).exists() or self._is_missing(workload):
            workload = None
        wanted = self._wanted(workload)
        running = self._process
        if running is not None and running.poll() is not None:
            self._ended(running.returncode, expected=bool(self._kill_at))
        elif running is not None and (workload is None or wanted != self._digest):
            self._end(running)
        elif running is not None and not self._ready:
            if self.operator.ready.answered(Around(self._plan.ports, self._paths.plugins, api)):
                self._ready = True
                self._say("ready")
                self._write(running.pid)
        elif running is None and workload is not None and time.monotonic() >= self._not_before:
            self._start(workload, wanted, api)
        if self._ready and workload is not None and not self.operator.sidecar:
            self._mark_pods(workload, api)

    def ask_to_end(self) -> None:
        """Ask the process to end, without waiting."""
        if self._process is not None:
            process.send(self._process.pid, signal.SIGTERM)

    def end(self) -> None:
        """End the process and wait for it."""
        if self._process is not None:
            started = process.start_time(self._process.pid)
            process.end([process.Record(self.operator.name, self._process.pid, started)])
            self._process.wait()
            self._say("ended")
        (self._paths.processes / f"{self.operator.name}.json").unlink(missing_ok=True)

    def _is_missing(self, workload: dict[str, Any] | None) -> bool:
        operator = self.operator
        return (
            operator.sidecar
            and workload is not None
            and not has_container(workload, operator.container)
        )

    def _wanted(self, workload: dict[str, Any] | None) -> str:
        if workload is None:
            return ""
        template = json.dumps(workload["spec"]["template"], sort_keys=True)
        return hashlib.sha256(template.encode()).hexdigest()

    def _start(self, workload: dict[str, Any], wanted: str, api: Api) -> None:
        operator = self.operator
        if any(api.get(path) is None for path in operator.needs):
            return
        home = self._paths.home(operator.name)
        base = self._base(home)
        if operator.prepare and not self._prepared(base):
            return
        try:
            container = container_of(workload, operator.container)
            values = environment(container, operator.namespace, api.entries)
            flags = arguments(container, values)
            if operator.sidecar:
                self._lay_out(workload, container, api)
                root = str(self._paths.files(operator.name))
                values = {name: relocated(text, container, root) for name, text in values.items()}
                flags = [relocated(flag, container, root) for flag in flags]
        except MissingError:
            return  # as a pod waits for its ConfigMap
        if operator.account:
            base["KUBECONFIG"] = str(self._of_account(workload, home))
        for name, value in operator.environment.items():
            values.pop(name, None)
            if value is not None:
                values[name] = self._filled(value, home)
        program = self._plan.binaries.get(operator.binary, str(self._paths.bin / operator.binary))
        flags += [self._filled(flag, home) for flag in operator.flags]
        try:
            self._process = process.start([program, *flags], {**values, **base}, home, self._log)
        except OSError as exc:
            self._not_before = time.monotonic() + _BACKOFF_SECONDS
            self._say(f"cannot be started: {exc}")
            return
        self._digest = wanted
        self._say(f"started, pid {self._process.pid}")
        self._write(self._process.pid)

    def _lay_out(self, workload: dict[str, Any], container: dict[str, Any], api: Api) -> None:
        """Write what the kubelet would mount, with the paths as they are here."""
        root = self._paths.files(self.operator.name)
        shutil.rmtree(root, ignore_errors=True)
        found = files(workload, container, self.operator.namespace, api.entries)
        for path, content in found.items():
            target = root / path.removeprefix("/")
            if content is None:
                target.mkdir(parents=True, exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                # Readable by the owner only, as some of it may be secret; scripts may be run.
                target.touch(mode=0o700)
                target.write_text(relocated(content, container, str(root)))

    def _base(self, home: Path) -> dict[str, str]:
        scratch = home / "tmp"
        scratch.mkdir(parents=True, exist_ok=True)
        base = {
            "PATH": os.pathsep.join([str(self._paths.bin), os.environ.get("PATH", os.defpath)]),
            "HOME": str(home),
            "TMPDIR": str(scratch),
        }
        if not self.operator.sidecar:
            base["KUBECONFIG"] = str(self._paths.kubeconfig(self.operator.namespace))
        return base

    def _of_account(self, workload: dict[str, Any], home: Path) -> Path:
        """Return a kubeconfig that acts as the ServiceAccount of the workload's pods."""
        namespace = self.operator.namespace
        account = workload["spec"]["template"]["spec"].get("serviceAccountName", "default")
        content = files_of.documents(self._paths.kubeconfig(namespace))[0]
        content["users"][0]["user"]["as"] = f"system:serviceaccount:{namespace}:{account}"
        path = home / "kubeconfig"
        files_of.write_private(path, json.dumps(content))
        return path

    def _filled(self, text: str, home: Path) -> str:
        return text.format(
            home=home,
            plugins=self._paths.plugins,
            files=self._paths.files(self.operator.name),
            **self._plan.ports,
        )

    def _prepared(self, base: dict[str, str]) -> bool:
        program, *flags = self.operator.prepare
        with self._log.open("ab") as log:
            code = subprocess.run(
                [self._paths.bin / program, *flags],
                env=base,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=_PREPARE_SECONDS,
                check=False,
            ).returncode
        if code:
            self._not_before = time.monotonic() + _BACKOFF_SECONDS
        return code == 0

    def _end(self, running: subprocess.Popen[bytes]) -> None:
        now = time.monotonic()
        if not self._kill_at:
            self._kill_at = now + process.PATIENCE_SECONDS
            self._say("its workload is gone, changed or held: ending")
            process.send(running.pid, signal.SIGTERM)
        elif now > self._kill_at:
            process.send(running.pid, signal.SIGKILL)

    def _ended(self, code: int, *, expected: bool) -> None:
        self._process = None
        self._ready = False
        self._kill_at = 0.0
        self._marked.clear()
        if not expected:
            self._restarts += 1
            self._not_before = time.monotonic() + _BACKOFF_SECONDS
            self._say(f"ended by itself with code {code}: starting it again")
        self._write(0)

    def _mark_pods(self, workload: dict[str, Any], api: Api) -> None:
        if _is_rolled_out(workload):
            return
        labels = workload["spec"]["selector"]["matchLabels"]
        selector = "%2C".join(f"{key.replace('/', '%2F')}%3D{v}" for key, v in labels.items())
        pods = f"/api/v1/namespaces/{self.operator.namespace}/pods"
        for pod in api.items(f"{pods}?labelSelector={selector}") or []:
            metadata = pod["metadata"]
            if metadata["uid"] not in self._marked and api.annotate(
                f"{pods}/{metadata['name']}", READY
            ):
                self._marked.add(metadata["uid"])

    def _write(self, pid: int) -> None:
        record = process.Record(
            self.operator.name,
            pid,
            process.start_time(pid) if pid else "",
            ready=self._ready,
            restarts=self._restarts,
            log=str(self._log),
        )
        record.write(self._paths.processes)

    def _say(self, text: str) -> None:
        stamp = time.strftime("%H:%M:%S")
        print(f"{stamp} {self.operator.name}: {text}", file=sys.stderr, flush=True)


def _is_rolled_out(workload: dict[str, Any]) -> bool:
    """Whether all pods there are, are of the current template and ready."""
    status = workload.get("status", {})
    counts = {status.get(kind) for kind in ("replicas", "readyReplicas", "updatedReplicas")}
    observed = status.get("observedGeneration") == workload["metadata"].get("generation")
    return bool(observed) and counts == {workload["spec"].get("replicas", 1)}
