"""The Pulumi CLI as a process that can be cancelled cleanly."""

import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from pulumi import automation as auto
from semver import VersionInfo

Callback = Callable[[str], object]


class CancellableCommand(auto.PulumiCommand):
    """Runs the CLI in a session of its own, so that a signal reaches it once, from here.

    A terminal sends Ctrl-C to the whole process group: the CLI would get it from the terminal and
    again from us, and take the second one for "stop at once", which leaves pending operations in
    the state.
    """

    def __init__(self, binary: Path, version: str) -> None:
        """Use the binary; its version is known, so it is not asked (0.2 s)."""
        self.command = str(binary)
        self.version = VersionInfo.parse(version)
        self.cancelled = False
        self._told = False
        self._process: subprocess.Popen[str] | None = None

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callback | None = None,
        on_error: Callback | None = None,
    ) -> auto.CommandResult:
        """Run the CLI to its end; raises auto.CommandError when it fails.

        After a `cancel` nothing is started any more: KeyboardInterrupt.
        """
        if self.cancelled:
            raise KeyboardInterrupt
        env = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with (
            # The provider writes the kubeconfig, key and all, to a temporary file for Helm and
            # leaves it behind: it gets a folder that goes with it.
            tempfile.TemporaryDirectory(prefix="pulumi-") as scratch,
            subprocess.Popen(
                [self.command, "--non-interactive", *args],
                cwd=cwd,
                env={**env, "TMPDIR": scratch},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                start_new_session=True,
            ) as process,
        ):
            self._process = process
            if self.cancelled and not self._told:  # between its start and the line above
                process.send_signal(signal.SIGINT)
            streams = [_Drain(process.stdout, on_output), _Drain(process.stderr, on_error)]
            for stream in streams:
                stream.join()
            code = process.wait()
        self._process = None
        stdout, stderr = (stream.text for stream in streams)
        result = auto.CommandResult(stdout=stdout, stderr=stderr, code=code)
        if code != 0:
            raise auto.errors.create_command_error(result)
        return result

    def cancel(self) -> None:
        """Ask the CLI to finish what is in flight and stop; asked twice, it stops at once."""
        self.cancelled = True
        if process := self._process:
            self._told = True
            process.send_signal(signal.SIGINT)

    @contextmanager
    def cancelled_by_signals(self, say: Callback) -> Iterator[None]:
        """Turn SIGINT and SIGTERM into `cancel` while the context lasts."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            say(
                "stopping at once; the state may hold pending operations"
                if self.cancelled
                else "cancelling: waiting for what is in flight (once more: stop at once)"
            )
            self.cancel()

        signals = (signal.SIGINT, signal.SIGTERM)
        before = [signal.signal(s, handle) for s in signals]
        try:
            yield
        finally:
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)


class _Drain(threading.Thread):
    """Reads a stream to its end, line by line."""

    def __init__(self, stream: IO[str] | None, callback: Callback | None) -> None:
        super().__init__(daemon=True)
        self._lines: list[str] = []
        self._stream = stream
        self._callback = callback
        self.start()

    def run(self) -> None:
        for line in self._stream or ():
            self._lines.append(line.rstrip())
            if self._callback:
                self._callback(line.rstrip())

    @property
    def text(self) -> str:
        return "\n".join(self._lines)
