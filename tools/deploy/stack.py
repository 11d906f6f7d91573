"""One operation of the engine on one stack, through the Automation API."""

import asyncio
import json
import os
import runpy
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from pulumi import automation as auto
from pulumi.automation._stack import StackInitMode  # it has no public name

from errors import ConfigError
from tools.deploy.command import CancellableCommand
from tools.deploy.report import Report

PROJECT = "gitops-bootstrap"
OPERATIONS = ("preview", "up", "refresh", "drift", "destroy")
"""What the engine can do to a stack; drift is a refresh that writes nothing."""
METHODS = {"drift": "preview_refresh"}
"""Of the Automation API, where it has another name."""
HEARTBEAT_SECONDS = 10.0
MOST_NAMED = 4
LOOP_SECONDS = 10.0
"""How long a program's loop may go on running after the engine has ended."""
LEFT_OPEN_SECONDS = 0.5
"""How long the SDK has to close a loop that runs no more."""
PARALLEL = 32
"""Operations at once. They wait for the API server; the default, four per core, leaves it idle."""


class Stack(auto.Stack):
    """A stack that is not asked for its outputs and history after each operation.

    The Automation API runs the CLI three more times for them, a second in all, and nobody reads
    them here.
    """

    def outputs(self) -> dict[str, Any]:
        """Return nothing; `read_outputs` asks."""
        return {}

    def info(self, show_secrets: bool = False) -> auto.UpdateSummary:
        """Return an empty summary: our own comes from the events."""
        del show_secrets
        return auto.UpdateSummary("", None, "", {}, {}, "")  # type: ignore[arg-type]

    def read_outputs(self) -> dict[str, auto.OutputValue]:
        """Return the outputs of the last update."""
        return dict(super().outputs())

    def has_delete_hooks(self) -> bool:
        """Tell whether something of the stack wants the program to run before it is deleted.

        Only then is it needed: a stack whose program cannot run any more should still go.
        """
        return any(r.get("resourceHooks", {}).get("BeforeDelete") for r in self.resources)

    def refuse_protected(self) -> None:
        """Raise ConfigError where something is protected: nothing may go, so nothing is begun.

        The engine would take the workloads away first, and stop at what is protected.
        """
        kept = [r["urn"].rpartition("::")[2] for r in self.resources if r.get("protect")]
        if kept:
            named = ", ".join(sorted(kept)[:MOST_NAMED])
            raise ConfigError(
                f"stack {self.name} has protected resources, {len(kept)} in all ({named}"
                f"{', ...' if len(kept) > MOST_NAMED else ''}): they take other people's objects "
                "with them (cluster.protect). Nothing was removed. Fix: set cluster.protect to "
                "false in the stack file, make up, then make destroy"
            )

    @cached_property
    def resources(self) -> list[dict[str, Any]]:
        """The resources of the state as it is before the operation, with their secrets hidden."""
        # Not by `export_stack`, which has every secret decrypted.
        exported = json.loads(self._run_pulumi_cmd_sync(["stack", "export"]).stdout)
        return list((exported.get("deployment") or {}).get("resources") or [])


def open_stack(
    name: str,
    command: CancellableCommand,
    work_dir: Path,
    environment: dict[str, str],
    *,
    create: bool = True,
) -> Stack:
    """Return the stack; it is made if it does not exist yet, or refused without `create`.

    To make one writes to the backend and to the stack file.
    """
    workspace = auto.LocalWorkspace(
        work_dir=str(work_dir), env_vars=environment, pulumi_command=command
    )
    # Not by the class methods, which make an instance of the base class whatever they are called
    # on.
    try:
        return Stack(
            name, workspace, StackInitMode.CREATE_OR_SELECT if create else StackInitMode.SELECT
        )
    except auto.StackNotFoundError as error:
        raise ConfigError(
            f"stack {name} has no state yet, so there is nothing to compare it with. "
            f"Fix: make preview-comment STACK={name} CLUSTER=none, or make diff"
        ) from error


class Program:
    """The program of the checkout at `root`, to be run inside this process by the engine."""

    def __init__(self, root: Path) -> None:
        """Run nothing yet."""
        self._root = root
        self._loops: list[asyncio.AbstractEventLoop] = []

    def __call__(self) -> None:
        """Run it."""
        self._loops.append(asyncio.get_running_loop())
        if str(self._root) not in sys.path:
            sys.path.insert(0, str(self._root))
        os.chdir(self._root)
        runpy.run_path(str(self._root / "__main__.py"), run_name="__main__")

    def close(self) -> None:
        """Close the loop that it ran in, which the SDK leaves open when a hook has failed."""
        for loop in self._loops:
            close(loop)


def close(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop that the SDK ends in a thread of its own, maybe later than the engine ends."""
    wait_for(lambda: not loop.is_running(), LOOP_SECONDS)
    wait_for(loop.is_closed, LEFT_OPEN_SECONDS)
    if loop.is_running() or loop.is_closed():
        return
    # The SDK's handler would stop the loop again, which is how it came to be left.
    loop.set_exception_handler(None)
    if tasks := asyncio.all_tasks(loop):
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.wait(tasks, timeout=LOOP_SECONDS))
    loop.close()


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until the condition holds, and no longer than that."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)


def operate(
    stack: Stack,
    operation: str,
    root: Path,
    say: Callable[[str], None],
    *,
    diff: bool = False,
    expect_no_changes: bool = False,
    watch: Callable[[auto.EngineEvent], None] | None = None,
) -> Report:
    """Run the operation to its end, saying what happens; the report knows whether it succeeded.

    `diff` shows the engine's own field-by-field diff instead of a line for each change; `watch`
    gets every event as well.
    """
    if operation == "destroy":
        stack.refuse_protected()
    report = Report(preview=operation in {"preview", "drift"}, removal=operation == "destroy")

    def on_event(event: auto.EngineEvent) -> None:
        if watch:
            watch(event)
        for line in report.on_event(event):
            if not diff:
                say(line)

    program = Program(root)
    arguments = {"on_event": on_event, **_arguments(stack, operation, program)}
    if diff:
        arguments |= {"diff": True, "on_output": say, "color": "never"}
    if expect_no_changes:
        arguments["expect_no_changes"] = True
    started = time.monotonic()
    with closing(program), heartbeat(report, say):
        try:
            getattr(stack, METHODS.get(operation, operation))(**arguments)
        except auto.CommandError as error:
            if not report.errors:
                report.errors.append(last_words(error))
    say(report.summary(operation, time.monotonic() - started))
    return report


def _arguments(stack: Stack, operation: str, program: Program) -> dict[str, Any]:
    """Return with what an operation runs: some need the program."""
    if operation in {"up", "preview"}:
        return {"parallel": PARALLEL, "program": program}
    # To compare with the cluster, for the sake of its provider: the state's has the path that the
    # kubeconfig had in the last `up`, which another machine need not have.
    if operation in {"drift", "refresh"} or stack.has_delete_hooks():
        return {"parallel": PARALLEL, "program": program, "run_program": True}
    return {"parallel": PARALLEL}


@contextmanager
def heartbeat(report: Report, say: Callable[[str], None]) -> Iterator[None]:
    """Say what is waited for, now and then, as long as the context lasts."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(HEARTBEAT_SECONDS):
            if text := report.waiting(HEARTBEAT_SECONDS):
                say(text)

    watcher = threading.Thread(target=beat, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def last_words(error: auto.CommandError) -> str:
    """Return what the CLI itself said when no event carried an error."""
    text = str(error)
    stderr = text.partition("stderr: ")[2].strip()
    lines = [line for line in (stderr or text).splitlines() if line.strip()]
    return "\n".join(lines[-12:])
