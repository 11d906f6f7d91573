"""Measure what a user waits for, and the manual route with the same artifacts on the same sandbox.

Each figure is the median of RUNS. Nothing else should run on the machine: the load average before
the first measurement is printed with the figures.

Exit codes: 0 measured, 1 something failed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from errors import PlatformError, ToolError
from tools import entry, toolchain
from tools.sandbox import control_plane, lifecycle
from upstream import artifacts
from upstream.versions import CATALOGUE

ROOT = Path(__file__).resolve().parents[1]
RUNS = 3
LIMITS = {
    "sandbox start": 5,
    "preview, no cluster, warm": 4,
    "preview of prod, no cluster": 10,
    "render of prod": 5,
    "first up": 12,
    "second up": 7,
    "destroy": 20,
}
"""Seconds on two cores; what is above its limit is marked."""

PAIRS = {"first up": "manual install", "destroy": "manual removal"}


class Bench:
    """One sandbox after the other in a temporary folder, and the seconds of each step."""

    def __init__(self, folder: Path) -> None:
        """Have all tools first: their installation is not what is measured."""
        self.folder = folder
        self.tools = toolchain.ensure("pulumi", "kubectl", "helm", *control_plane.TOOLS)
        toolchain.ensure_plugin()
        self.seconds: dict[str, list[float]] = {}

    def run(self) -> None:
        """Go once through everything, with a fresh control plane and state for each route."""
        self.preview()
        self.measure("sandbox start", self.start)
        try:
            self.measure("first up", lambda: self.deploy("up"))
            self.measure("second up", lambda: self.deploy("up", "--expect-no-changes"))
            self.measure("preview", lambda: self.deploy("preview"))
            self.measure("destroy", lambda: self.deploy("destroy"))
        finally:
            lifecycle.reset(self.folder)
        self.start()
        try:
            self.measure("manual install", self.install_by_hand)
            self.measure("manual removal", self.remove_by_hand)
        finally:
            lifecycle.reset(self.folder)

    def measure(self, step: str, action: Callable[[], object]) -> None:
        """Time one step."""
        started = time.monotonic()
        action()
        self.seconds.setdefault(step, []).append(time.monotonic() - started)

    def start(self) -> None:
        """Start a sandbox by its command."""
        self._module("tools.sandbox", "start", "--root", str(self.folder))

    def preview(self) -> None:
        """Preview with no cluster: with no parsed manifest in the cache, and with one."""
        for parsed in artifacts.CACHE.rglob("*.json"):
            parsed.unlink()
        for step in ("preview, no cluster, cold", "preview, no cluster, warm"):
            self.measure(step, lambda: self.deploy("preview", "--cluster", "none"))
        prod = ("--stack", "prod")
        nowhere = ("preview", *prod, "--cluster", "none")
        self.measure("preview of prod, no cluster", lambda: self.deploy(*nowhere))
        rendered = ("--out", str(self.folder / "rendered"))
        self.measure("render of prod", lambda: self._module("tools.render", *prod, *rendered))

    def deploy(self, *arguments: str) -> None:
        """Run the driver by its command."""
        self._module("tools.deploy", *arguments, "--root", str(self.folder))

    def install_by_hand(self) -> None:
        """Do what the upstream pages say, and wait as we do."""
        chart, manifest = (str(ROOT / p) for p in self._artifacts())
        labels = "control-plane=openkruise"
        values = "installation.createNamespace=false,manager.replicas=1"
        gates = r"featureGates=ImagePullJobGate=true\,TemplateNoDefaults=true"
        self._kubectl("create", "namespace", "kruise-system")
        self._kubectl("label", "namespace", "kruise-system", labels)
        self._helm(
            "install",
            "kruise",
            chart,
            "-n",
            "kruise-system",
            "--wait",
            "--set",
            f"{values},{gates}",
        )
        self._kubectl("create", "namespace", "argocd")
        self._kubectl("apply", "-n", "argocd", "--server-side", "-f", manifest)
        self._kubectl("rollout", "status", "-n", "argocd", "deployment", "--timeout=300s")
        self._kubectl("rollout", "status", "-n", "argocd", "statefulset", "--timeout=300s")

    def remove_by_hand(self) -> None:
        """Remove the same in reverse."""
        _, manifest = (str(ROOT / p) for p in self._artifacts())
        self._kubectl("delete", "-n", "argocd", "-f", manifest)
        self._kubectl("delete", "namespace", "argocd")
        self._helm("uninstall", "kruise", "-n", "kruise-system", "--wait")
        self._kubectl("delete", "namespace", "kruise-system")

    def _artifacts(self) -> list[Path]:
        wanted = (("openKruise", "chart"), ("argoCd", "standard"))
        products = ((CATALOGUE[unit], variant) for unit, variant in wanted)
        return [artifacts.fetch(p.pin(variant, p.version)) for p, variant in products]

    def _module(self, name: str, *arguments: str) -> None:
        self._call(sys.executable, "-m", name, *arguments)

    def _kubectl(self, *arguments: str) -> None:
        self._call(str(self.tools["kubectl"]), *arguments)

    def _helm(self, *arguments: str) -> None:
        self._call(str(self.tools["helm"]), *arguments)

    def _call(self, *command: str) -> None:
        kubeconfig = self.folder / ".sandbox" / "plain" / "kubeconfig"
        env = {**os.environ, "KUBECONFIG": str(kubeconfig), "HELM_CACHE_HOME": str(self.folder)}
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise ToolError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def table(medians: dict[str, float]) -> str:
    """Return the figures as lines: step, seconds, limit, ratio to the manual route."""
    lines = [f"{'step':<28}{'seconds':>8}{'limit':>8}  manual route"]
    for step, seconds in medians.items():
        limit = LIMITS.get(step)
        over = " !" if limit and seconds > limit else ""
        ratio = f"  {seconds / medians[PAIRS[step]]:.2f} times" if step in PAIRS else ""
        lines.append(f"{step:<28}{seconds:>8.1f}{limit or '':>8}{over:<2}{ratio}".rstrip())
    return "\n".join(lines)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    options = parser.parse_args()
    os.chdir(ROOT)
    load = os.getloadavg()[0]
    try:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder))
            for number in range(options.runs):
                print(f"run {number + 1} of {options.runs}", file=sys.stderr)
                bench.run()
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    medians = {step: statistics.median(values) for step, values in bench.seconds.items()}
    if options.format == "json":
        print(json.dumps({"load": load, "runs": options.runs, "seconds": bench.seconds}, indent=2))
    else:
        print(f"median of {options.runs} runs; load average before: {load:.1f}\n\n{table(medians)}")
    return 0


if __name__ == "__main__":
    entry.run(main)
