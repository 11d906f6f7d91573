"""Rules for OpenKruise."""

from collections.abc import Iterator, Mapping

from components.open_kruise import feature_gates
from components.open_kruise.settings import OpenKruiseSettings
from settings.digests import digest_problems
from settings.problems import Problem, dotted, put, remove
from settings.registry import Rules
from upstream.versions import CATALOGUE

rule = Rules[OpenKruiseSettings]()


@rule("openKruise.version", "openKruise.sha256")
def chart_has_a_digest(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield a chart version without a digest: nothing is installed unverified."""
    return digest_problems("openKruise", kruise, "chart")


@rule("openKruise.version")
def chart_is_of_a_known_minor(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield a chart version whose feature gates are not known."""
    version = kruise.version
    if _minor(version) not in feature_gates.MINORS:
        text = (
            f"{version} is not supported, its feature gates are not known; "
            f"allowed: {', '.join(f'{minor}.x' for minor in feature_gates.MINORS)}. "
            f"Fix: {put('openKruise.version', CATALOGUE['openKruise'].version)}"
        )
        yield Problem("openKruise.version", text)


def _minor(version: str) -> str:
    return version.rpartition(".")[0]


@rule("openKruise.version", "openKruise.featureGates")
def gates_exist_in_the_chart_version(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield gates that the version lacks: the manager exits when it does not know one."""
    if _minor(kruise.version) not in feature_gates.MINORS:
        return
    known = feature_gates.of_version(kruise.version)
    for gate in kruise.feature_gates:
        if gate not in known:
            key = dotted(("openKruise", "featureGates", gate))
            yield Problem(key, feature_gates.unknown(gate, known))


@rule("openKruise.featureGates")
def gates_do_not_break_the_installation(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield values that the manager accepts and that leave a cluster without its webhooks."""
    for gate, value in kruise.feature_gates.items():
        if refusal := feature_gates.REFUSED.get((gate, value)):
            reason, fix = refusal
            yield _gate(gate, value, reason, fix)
        if gate == "KruiseDaemon":
            reason = "the daemon has one switch, openKruise.daemon.enabled"
            switch = put("openKruise.daemon.enabled", _text(value))
            fix = f"{switch}, and {_remove_gate(gate)}"
            yield _gate(gate, value, reason, fix)


@rule("openKruise.featureGates", "openKruise.daemon.enabled")
def gates_have_the_daemon_they_need(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield gates that the manager would switch off without a word."""
    if not kruise.daemon.enabled:
        reason = "it needs the node daemon, and openKruise.daemon.enabled is false"
        fix = put("openKruise.daemon.enabled", "true")
        yield from _need(kruise.feature_gates, feature_gates.NEED_DAEMON, reason, fix)


@rule("openKruise.featureGates", "openKruise.featureGates.PodWebhook")
def gates_have_the_pod_webhook_they_need(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield gates that the manager would switch off without a word."""
    gates = kruise.feature_gates
    if gates.get("PodWebhook") is False:
        reason = "it needs the gate PodWebhook, which is set to false"
        fix = _remove_gate("PodWebhook")
        yield from _need(gates, feature_gates.NEED_POD_WEBHOOK, reason, fix)


@rule("openKruise.featureGates", "openKruise.featureGates.ImagePullJobGate")
def gates_do_not_switch_another_one_on(kruise: OpenKruiseSettings) -> Iterator[Problem]:
    """Yield gates for which the manager switches ImagePullJobGate on, which is to be off."""
    gates = kruise.feature_gates
    if gates.get("ImagePullJobGate") is False:
        reason = "it switches ImagePullJobGate on, which is set to false"
        fix = _remove_gate("ImagePullJobGate")
        yield from _need(gates, feature_gates.NEED_IMAGE_PULL_JOB, reason, fix)


def _need(
    gates: Mapping[str, bool], needy: frozenset[str], reason: str, fix: str
) -> Iterator[Problem]:
    for gate in sorted(needy):
        if gates.get(gate):
            yield _gate(gate, True, reason, f"{fix}, or {_remove_gate(gate)}")


def _gate(gate: str, value: bool, reason: str, fix: str) -> Problem:
    key = dotted(("openKruise", "featureGates", gate))
    other = "not set here" if gate == "KruiseDaemon" else _text(not value)
    return Problem(key, f"{_text(value)} is not allowed: {reason}; allowed: {other}. Fix: {fix}")


def _text(value: bool) -> str:
    return "true" if value else "false"


def _remove_gate(gate: str) -> str:
    return remove(f"openKruise.featureGates.{gate}")
