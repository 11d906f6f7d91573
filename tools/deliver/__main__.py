"""Start the delivery of a commit and follow it to its end with the logs.

Exit codes: 0 delivered, 1 failed or refused, 2 wrong usage, 3 nobody works on it, 130 interrupted
(the run goes on).
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from errors import PlatformError, ToolError
from tools import entry, toolchain
from tools.deliver import manifest
from tools.deliver.follow import Kubectl, NothingHappensError, create, follow, started_by
from tools.stack_files import raw_config

ROOT = Path(__file__).resolve().parents[2]
SIMULATED = (
    "pods are simulated on the sandbox: the run stands there as on a cluster, and nothing works "
    "on it. CLUSTER=kind or context has real ones"
)
EXIT_NOBODY = 3
EXIT_INTERRUPTED = 130


def main() -> int:
    """Do as the command line says."""
    words = argparse.ArgumentParser(
        prog="make deliver",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("application", help="name below delivery.applications")
    words.add_argument("short_sha", help="beginning of the commit's hash, as in the image's tag")
    words.add_argument(
        "--build", action="store_true", help="build the image first; wants the whole hash"
    )
    words.add_argument("--branch", help="the stack's own if it is not given")
    words.add_argument("--stack", default="dev")
    words.add_argument("--cluster", default="sandbox", choices=("sandbox", "kind", "context"))
    options = words.parse_args()
    try:
        return deliver(options)
    except NothingHappensError as error:
        print(f"error: {error}", file=sys.stderr)
        return EXIT_NOBODY
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED


def deliver(options: argparse.Namespace) -> int:
    """Create the run, follow it, print its results; a build first, then the run that it starts."""
    of = manifest.build_of if options.build else manifest.run_of
    known = outputs(options)
    run = of(known, options.application, options.short_sha, options.branch)
    namespace = run["metadata"]["namespace"]
    kubectl = Kubectl([str(toolchain.ensure("kubectl")["kubectl"]), *selection(options)])
    name = create(kubectl, run)
    _status(f"created pipelinerun {name} in namespace {namespace}")
    if options.cluster == "sandbox":
        raise NothingHappensError(SIMULATED)
    what = "the image is not built" if options.build else f"{options.application} is not delivered"
    ended = _followed(kubectl, namespace, name, what)
    built = manifest.results(ended) if options.build else {}
    if options.build:
        namespace = str(known["delivery"][options.application]["namespace"])
        name = started_by(kubectl, namespace, name)
        _status(f"it started pipelinerun {name} in namespace {namespace}")
        ended = _followed(kubectl, namespace, name, f"{options.application} is not delivered")
    print(json.dumps(built | manifest.results(ended), indent=2))
    return 0


def _followed(kubectl: Kubectl, namespace: str, name: str, failed: str) -> dict[str, Any]:
    ended = follow(kubectl, namespace, name, _status)
    succeeded, message = manifest.verdict(ended) or (False, "")
    if not succeeded:
        raise ToolError(f"{failed}: {message}")
    return ended


def outputs(options: argparse.Namespace) -> dict[str, Any]:
    """Return the stack's outputs; ToolError where they cannot be had.

    Of another process: the engine's library leaves threads behind, and what follows may take long.
    """
    command = [sys.executable, "-m", "tools.deploy", "outputs"]
    command += ["--stack", options.stack, "--cluster", options.cluster]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise ToolError("the stack has no outputs: see above")
    return dict(json.loads(done.stdout))


def selection(options: argparse.Namespace) -> list[str]:
    """Return the options of kubectl for the cluster that the stack is on."""
    if options.cluster != "context":
        folder = {"sandbox": "plain"}.get(options.cluster, options.cluster)
        return [f"--kubeconfig={ROOT / '.sandbox' / folder / 'kubeconfig'}"]
    cluster = json.loads(raw_config(ROOT, options.stack).get("gitops-bootstrap:cluster", "{}"))
    names = ("context", "kubeconfig")
    return [f"--{name}={Path(cluster[name]).expanduser()}" for name in names if cluster.get(name)]


def _status(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    entry.run(main)
