"""Preview, apply, refresh or remove a stack, or print its outputs.

Exit codes: 0 done, 1 failed or refused, 2 wrong usage, 3 drift was found, 130 cancelled.
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi.automation import CommandError

from errors import ConfigError, PlatformError
from policy import rules
from stack import loader
from stack.settings import Settings
from tools import entry, toolchain
from tools.deploy import local_secrets
from tools.deploy.changes import Changes
from tools.deploy.command import CancellableCommand
from tools.deploy.report import Report
from tools.deploy.stack import OPERATIONS, Stack, last_words, open_stack, operate
from tools.deploy.target import (
    CLUSTERS,
    FOLDERS,
    LOCAL,
    PREVIEW_ONLY,
    Target,
    delete_kind_cluster,
    engine_environment,
    kind_cluster,
    nowhere,
    refuse_second_stack,
    workspace,
)
from tools.object_diff import Section, document, store
from tools.sandbox import control_plane, lifecycle, observe
from tools.stack_files import raw_config, with_seed
from tools.toolchain import pins

ROOT = Path(__file__).resolve().parents[2]
EXIT_DRIFT = 3
EXIT_CANCELLED = 130
NOTES = {
    "preview": ("compared with what the last up has applied",),
    "drift": ("what the cluster has, compared with what the last up has applied",),
}
"""By operation, what must be known to read its changes."""


def main() -> int:
    """Run one operation as the command line says."""
    options = parser().parse_args()
    try:
        return run(options)
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except CommandError as error:
        print(f"error: {last_words(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return EXIT_CANCELLED


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    words = argparse.ArgumentParser(
        prog="python -m tools.deploy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument(
        "operation",
        choices=(*OPERATIONS, "outputs", "kind-delete"),
        help="kind-delete: delete the kind cluster of this checkout",
    )
    words.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: dev)")
    words.add_argument(
        "--cluster",
        choices=CLUSTERS,
        default="sandbox",
        help="sandbox: the embedded control plane; kind: a kind cluster; context: what the stack "
        "or KUBECONFIG selects; for preview only, state: no cluster, and the stack's own state, "
        "none: no cluster and an empty state",
    )
    words.add_argument("--diff", action="store_true", help="show changes field by field")
    words.add_argument(
        "--expect-no-changes", action="store_true", help="fail when there is anything to change"
    )
    words.add_argument(
        "--markdown",
        action="store_true",
        help="preview, drift: print the changes as Markdown, and all else to stderr",
    )
    words.add_argument(
        "--json", type=Path, help="preview, drift: write the changes there, for make comment"
    )
    words.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return words


def run(options: argparse.Namespace) -> int:
    """Prepare the target, open the stack, operate on it; returns the exit code."""
    if options.operation == "kind-delete":
        delete_kind_cluster(options.root / ".sandbox" / FOLDERS["kind"])
        return 0
    configured = check(options)
    # All at once, so that the first run tells how long the whole takes.
    local = control_plane.TOOLS if options.cluster == "sandbox" else ()
    tools = toolchain.ensure(*local, "pulumi", pins.PLUGIN)
    target = prepare(options.cluster, options.root, tools)
    work_dir = workspace(ROOT, target, options.stack)
    if options.operation == "up":
        refuse_second_stack(target, options.stack)
    environment = engine_environment(
        target, toolchain.pulumi_home(), os.environ, adopt=configured.cluster.adopt
    )
    os.environ.update(environment)  # the program runs in this process
    if target.name == "none":
        os.environ.pop("KUBECONFIG", None)
    if vela := toolchain.present("vela")["vela"]:
        # Behind the user's own: the program has it check the CUE of definitions.
        os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", ""), str(vela.path.parent)])
    command = CancellableCommand(tools["pulumi"], pins.load().tools["pulumi"].version)
    _status(f"{options.operation}: stack {options.stack} on {target}")
    with command.cancelled_by_signals(_status):
        create = target.name != "state"
        stack = open_stack(options.stack, command, work_dir, environment, create=create)
        if target.is_local:
            local_secrets.provide(stack, ROOT)
        if options.operation == "outputs":
            return outputs(stack)
        changes = Changes(drift=options.operation == "drift")
        report = operate(
            stack,
            options.operation,
            ROOT,
            _status if options.markdown else print,
            diff=options.diff,
            expect_no_changes=options.expect_no_changes,
            watch=changes.on_event,
        )
    if command.cancelled:
        return EXIT_CANCELLED
    if target.kubeconfig and options.operation == "up" and not report.errors:
        _status(f"look at it: export KUBECONFIG={target.kubeconfig}; kubectl get pods -A")
    return conclude(options, report, changes, configured.images.registry)


def conclude(
    options: argparse.Namespace, report: Report, changes: Changes, registry: str | None
) -> int:
    """Publish what was found, and return the exit code."""
    violations = judged(report, registry) if options.operation == "preview" else []
    publish(options, changes, [*report.errors, *(f"policy: {v}" for v in violations)])
    if report.errors or violations:
        return 1
    return EXIT_DRIFT if options.operation == "drift" and report.changes else 0


def judged(report: Report, registry: str | None) -> list[str]:
    """Say what the preview has against the rules of policy/, and return it.

    The same rules as the policy pack's, on what the engine reports: the pack needs a language host
    beside the CLI and an interpreter of its own, and this needs neither.
    """
    resources = [rules.of_urn(urn, inputs) for urn, inputs in report.registered.items()]
    violations = [str(v) for v in rules.check(resources, rules.allowed(registry))]
    for violation in violations:
        _status(f"policy: {violation}")
    _status(f"policy: {len(violations)} violations in {len(resources)} resources")
    return violations


def publish(options: argparse.Namespace, changes: Changes, errors: list[str]) -> None:
    """Print the changes as Markdown and write them as JSON, where the command line says so."""
    notes = NOTES.get(options.operation, ())
    section = Section(options.stack, changes.all, notes, tuple(errors))
    if options.json:
        store.write(section, options.json)
    if options.markdown:
        print(document([section], title=options.operation.capitalize()), end="")


def check(options: argparse.Namespace) -> Settings:
    """Return the settings; refuse what cannot work before anything is started: ConfigError."""
    if options.cluster in PREVIEW_ONLY and options.operation != "preview":
        raise ConfigError(
            f"CLUSTER={options.cluster} has nothing to {options.operation}; "
            "allowed for it: preview. Fix: CLUSTER=sandbox, kind or context"
        )
    # The program says the same, but later, and refresh and destroy do not run it.
    given = {} if options.cluster in PREVIEW_ONLY else dict(os.environ)
    if options.cluster in {"sandbox", "kind"}:
        given["KUBECONFIG"] = "to be made"
    config = raw_config(ROOT, options.stack)
    return loader.load(
        with_seed(config) if options.cluster in LOCAL else config,
        stack=options.stack,
        dry_run=options.operation == "preview",
        environ=given,
        project=ROOT,
    )


def prepare(cluster: str, root: Path, tools: Mapping[str, Path]) -> Target:
    """Return the target; a sandbox or kind cluster that is not there yet is made."""
    folder = root / ".sandbox" / FOLDERS[cluster]
    if cluster == "sandbox":
        sandbox = start_sandbox(root, tools)
        return Target(cluster, folder, sandbox.kubeconfig, sandbox.server)
    if cluster == "kind":
        return Target(cluster, folder, kind_cluster(folder))
    if cluster == "state":
        return Target(cluster, folder, nowhere(folder))
    return Target(cluster, folder)


def start_sandbox(root: Path, tools: Mapping[str, Path]) -> lifecycle.Sandbox:
    """Return the sandbox, running; says so where that takes a few seconds."""
    if not observe.status(root).running:
        _status("starting the sandbox")
    return lifecycle.start(root, tools)


def outputs(stack: Stack) -> int:
    """Print the outputs as JSON; secret ones stay hidden."""
    shown = {
        key: "[secret]" if output.secret else output.value
        for key, output in stack.read_outputs().items()
    }
    print(json.dumps(shown, indent=2))
    return 0


def _status(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    entry.run(main)
