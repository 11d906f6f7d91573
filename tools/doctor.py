"""Before `make up`: tools, settings, artifacts, cluster, rights, what is there already, registries.

Starts nothing, and writes nothing but verified artifacts in the checkout's cache. Exit codes:
0 nothing stands against `make up`, 1 something does, 2 wrong usage.
"""

import argparse
import dataclasses
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pulumi
from google.protobuf.struct_pb2 import Struct

from errors import PlatformError
from kube.cluster import Cluster, ClusterError
from kube.identity import Identity
from stack.plan import Plan, PlannedUnit
from stack.preflight import run as checks
from stack.preflight import state as states
from stack.preflight.state import State
from stack.settings import ClusterSettings, Settings
from tools import entry, standing, toolchain
from tools.deploy.target import Target, engine_environment
from tools.images import collected
from tools.render.recorder import Registration, record_program
from tools.sandbox import control_plane
from tools.toolchain import pins
from upstream.versions import numbers

OLDEST = (1, 28, 0)
"""Oldest Kubernetes that is supported; docs/compatibility.md."""

RBAC, ADMISSION = "rbac.authorization.k8s.io", "admissionregistration.k8s.io"
MADE_BY_CHARTS = (
    ("", "secrets"),  # where Helm keeps a release
    ("apps", "deployments"),
    ("apiextensions.k8s.io", "customresourcedefinitions"),
    (RBAC, "clusterroles"),
    (RBAC, "clusterrolebindings"),
    (ADMISSION, "mutatingwebhookconfigurations"),
    (ADMISSION, "validatingwebhookconfigurations"),
)
"""Group and plural of what the charts make, which the program does not see."""

VERBS = ("create", "patch", "delete")
DOCKER, DOCKER_API = "docker.io", "registry-1.docker.io"
REGISTRY_SECONDS = 5.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    about: str
    verdict: str
    """ok; warn: `up` may work all the same; fail: it will not."""
    text: str
    fix: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All that was found."""

    stack: str
    cluster: str
    good: bool
    findings: list[Finding]
    next: str
    """What to do."""


@dataclass(frozen=True)
class Foreseen:
    """What the program of a stack would do."""

    plan: Plan
    registrations: list[Registration]


def ok(about: str, text: str) -> Finding:
    """Return what is in order."""
    return Finding(about, "ok", text)


def warn(about: str, text: str, fix: str = "") -> Finding:
    """Return what may be a hindrance."""
    return Finding(about, "warn", text, fix)


def fail(about: str, text: str, fix: str = "") -> Finding:
    """Return what stands against `up`."""
    return Finding(about, "fail", text, fix)


def main() -> int:
    """Print what was found."""
    options = standing.parser("doctor", __doc__).parse_args()
    os.chdir(standing.ROOT)
    found = diagnosis(options, list(look(options)))
    if options.format == "json":
        print(json.dumps(dataclasses.asdict(found), indent=2))
    else:
        print(text(found))
    return 0 if found.good else 1


def diagnosis(options: argparse.Namespace, findings: list[Finding]) -> Diagnosis:
    """Return findings with the verdict and the next thing to do."""
    words = f"STACK={options.stack} CLUSTER={options.cluster}"
    good = all(finding.verdict != "fail" for finding in findings)
    order = [f for kind in ("fail", "warn") for f in findings if f.verdict == kind]
    fixes = [finding.fix for finding in order if finding.fix]
    last = "make live" if options.cluster == "live" else f"make up {words}"
    if good:
        following = f"make preview {words}, then {last}"
    else:
        following = fixes[0] if fixes else "mend what failed, then make doctor again"
    return Diagnosis(options.stack, options.cluster, good, findings, following)


def look(options: argparse.Namespace) -> Iterator[Finding]:
    """Yield what there is to say; what cannot be looked at any more is left out."""
    target = standing.place(options)
    yield ok("python", platform.python_version())
    yield from tools(target)
    try:
        config = standing.configuration(target, options.stack)
        loaded = standing.load(target, config, options.stack)
    except PlatformError as error:
        yield fail("settings", str(error), f"correct Pulumi.{options.stack}.yaml")
        return
    yield ok("settings", f"stack {options.stack} is valid")
    yield from backend(target)
    try:
        foreseen = planned(standing.ROOT, config, options.stack)
    except (PlatformError, pulumi.RunError) as error:
        yield fail("artifacts", str(error), "see docs/how-to/offline.md")
        return
    objects = sum(r.custom for r in foreseen.registrations)
    yield ok("artifacts", f"there and verified; {objects} resources to register")
    yield from on_cluster(target, options, loaded, foreseen)
    if target.name == "sandbox":
        yield ok("registries", "the sandbox pulls no image")
    else:
        users = collected(foreseen.registrations, None, standing.ROOT)
        yield from registries({image.partition("/")[0] for image in users}, reach_registry)


def tools(target: Target) -> Iterator[Finding]:
    """Yield the tools that the target needs, and where each one comes from."""
    wanted = ["pulumi", pins.PLUGIN, *(control_plane.TOOLS if target.name == "sandbox" else ())]
    try:
        present = toolchain.present(*wanted)
    except PlatformError as error:
        text, _, fix = str(error).partition(" Fix: ")
        yield fail("tools", text, fix)
        return
    for name, found in present.items():
        if found:
            yield ok("tools", f"{name} {found.version}, {found.source.split()[0]}: {found.path}")
        else:
            yield warn("tools", f"{name} is not there yet; `up` fetches or builds it", "make tools")


def backend(target: Target) -> Iterator[Finding]:
    """Yield where the state is."""
    if target.is_local:
        yield ok("state", f"in {target.folder / 'pulumi'}")
        return
    try:
        engine_environment(target, toolchain.pulumi_home(), os.environ)
    except PlatformError as error:
        yield fail("state", str(error), "pulumi login, or PULUMI_BACKEND_URL")
    else:
        yield ok("state", os.environ.get("PULUMI_BACKEND_URL") or "where `pulumi login` says")


def planned(root: Path, config: Mapping[str, str], stack: str) -> Foreseen:
    """Return what the program would do, by running it; `root` must be the working directory.

    It hands its plan to the preflight checks, which are kept from looking: that comes later.
    """
    noted: list[Plan] = []

    def note(settings: ClusterSettings, planned: Callable[[], Plan]) -> checks.Outlook:
        del settings
        noted.append(planned())
        return checks.Outlook()

    real, checks.run = checks.run, note
    try:
        recorded = record_program(root, config, stack)
    finally:
        checks.run = real
    return Foreseen(noted[0], recorded.registrations)


def on_cluster(
    target: Target, options: argparse.Namespace, loaded: Settings, foreseen: Foreseen
) -> Iterator[Finding]:
    """Yield what the cluster and the state say."""
    try:
        resources = standing.state_of(target, options.stack)
    except PlatformError as error:
        yield fail("state", str(error))
        return
    by_urn = Struct()
    by_urn.update({r["urn"]: r for r in resources})
    known = states.state_of(by_urn)
    yield ok("state", installed(known))
    try:
        cluster = standing.cluster_of(target, options.root, loaded)
        yield from asked(cluster, loaded, foreseen.plan, known)
    except ClusterError as error:
        local = target.is_local
        text, _, fix = str(error).partition(" Fix: ")
        yield warn("cluster", text, fix) if local else fail("cluster", text, fix)


def installed(known: State) -> str:
    """Return the units of a state in words."""
    units = (f"{name} {told.get('version') or ''}".strip() for name, told in known.units.items())
    return ", ".join(sorted(units)) or "nothing was installed by this stack"


def asked(cluster: Cluster, loaded: Settings, plan: Plan, known: State) -> Iterator[Finding]:
    """Yield what the API server answers; raises ClusterError when it does not."""
    version = cluster.version()
    if (numbers(version) or OLDEST) < OLDEST:
        oldest = ".".join(map(str, OLDEST[:2]))
        yield fail("cluster", f"Kubernetes {version} is older than {oldest}", "upgrade the cluster")
    else:
        yield ok("cluster", f"Kubernetes {version}")
    yield from nodes(cluster)
    yield from rights(cluster, plan.units)
    try:
        outlook = checks.check(loaded.cluster, plan, known, lambda *_: cluster, os.environ)
    except PlatformError as error:
        yield fail("existing", str(error), "take over or remove it: docs/how-to/adopt.md")
    else:
        said = "\n".join(outlook.lines)
        yield ok("existing", said or "nothing of anybody else's stands in the way")


def nodes(cluster: Cluster) -> Iterator[Finding]:
    """Yield how many nodes there are, and which are not ready."""
    lacking, count = [], 0
    for node in cluster.items("/api/v1/nodes"):
        count += 1
        conditions = (node.get("status") or {}).get("conditions") or []
        if not any(c["type"] == "Ready" and c["status"] == "True" for c in conditions):
            lacking.append(node["metadata"]["name"])
    if lacking or not count:
        names = ", ".join(lacking) or "there are none"
        yield warn("nodes", f"{count - len(lacking)} of {count} are ready; not: {names}")
    else:
        yield ok("nodes", f"{count}, all ready")


def rights(cluster: Cluster, units: Iterable[PlannedUnit]) -> Iterator[Finding]:
    """Yield what may not be done to the kinds of the plan."""
    if cluster.may("*", "*", group="*"):
        yield ok("rights", "everything is allowed")
        return
    wanted = sorted(set(_kinds(cluster, units)))
    refused = [
        f"{verb} {resource}{'.' + group if group else ''}{' in ' + place if place else ''}"
        for group, resource, place in wanted
        for verb in VERBS
        if not cluster.may(verb, resource, group=group, namespace=place)
    ]
    if refused:
        fix = "use credentials of an administrator, or have these rights given to yours"
        yield fail("rights", "not allowed: " + "; ".join(refused), fix)
    else:
        yield ok("rights", f"enough for {len(wanted)} kinds and places")


def _kinds(cluster: Cluster, units: Iterable[PlannedUnit]) -> Iterator[tuple[str, str, str]]:
    """Yield group, plural and namespace of what is made; kinds of CRDs to come have no path yet."""
    for unit in units:
        for manifest in unit.objects:
            identity = Identity.of(manifest)
            version = manifest["apiVersion"].rpartition("/")[2]
            if path := cluster.path_of(identity, version, collection=True):
                yield identity.group, path.rpartition("/")[2], identity.namespace
        if unit.release:
            yield from ((group, plural, "") for group, plural in MADE_BY_CHARTS)


def registries(hosts: Iterable[str], reach: Callable[[str], str | None]) -> Iterator[Finding]:
    """Yield whether each registry answers here; the nodes may see more, or less."""
    names = sorted(hosts)
    with ThreadPoolExecutor(max_workers=8) as pool:
        for host, problem in zip(names, pool.map(reach, names), strict=True):
            if problem is None:
                yield ok("registries", f"{host} answers")
            else:
                text = f"{host} cannot be reached from here, perhaps from the nodes: {problem}"
                yield warn("registries", text, "make images, and images.registry")


def reach_registry(host: str) -> str | None:
    """Return why a registry cannot be reached; None when it answers, be it to refuse."""
    import requests  # noqa: PLC0415 - takes 0.2 s, and the sandbox needs none

    address = DOCKER_API if host == DOCKER else host
    try:
        requests.head(f"https://{address}/v2/", timeout=REGISTRY_SECONDS)
    except requests.RequestException as error:
        return type(error).__name__
    return None


def text(found: Diagnosis) -> str:
    """Return the findings for people, a line for each, what failed indented below itself."""
    lines = []
    for finding in found.findings:
        first, *rest = finding.text.splitlines() or [""]
        lines.append(f"{finding.verdict:<5} {finding.about:<11} {first}")
        lines += [f"{'':<18}{line}" for line in rest]
        if finding.fix and finding.verdict != "ok":
            lines.append(f"{'':<18}fix: {finding.fix}")
    return "\n".join([*lines, f"next: {found.next}"])


if __name__ == "__main__":
    entry.run(main)
