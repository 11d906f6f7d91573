"""Rules that span several keys of the stack's configuration.

A rule names the keys that it reads; it is skipped where one of them is itself invalid, as what it
would say then is about a default that nobody asked for.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from settings import feature_gates
from settings.models import ArgoCdSettings, OpenKruiseSettings, Settings
from settings.problems import Path, Problem, dotted, put, remove, unknown_gate
from upstream.versions import CATALOGUE

Rule = Callable[[Settings], Iterator[Problem]]


@dataclass(frozen=True)
class Guarded:
    """A rule, and the keys that must be valid for it to mean anything."""

    check: Rule
    reads: tuple[Path, ...]

    def applies(self, invalid: set[Path]) -> bool:
        """Return whether no invalid key is one that the rule reads, or a section around it."""
        return not any(key[: len(bad)] == bad for key in self.reads for bad in invalid)


RULES: list[Guarded] = []
"""Every rule that needs nothing but the settings."""


def rule(*reads: str) -> Callable[[Rule], Rule]:
    """Register a rule under the keys that it reads."""

    def register(check: Rule) -> Rule:
        RULES.append(Guarded(check, tuple(tuple(key.split(".")) for key in reads)))
        return check

    return register


def broken(settings: Settings, invalid: set[Path]) -> Iterator[Problem]:
    """Yield what breaks a rule; `invalid` are the keys whose values stand at their defaults."""
    for guarded in RULES:
        if guarded.applies(invalid):
            yield from guarded.check(settings)


@rule("openKruise.version", "openKruise.sha256")
def chart_has_a_digest(settings: Settings) -> Iterator[Problem]:
    """Yield a chart version without a digest: nothing is installed unverified."""
    return _digest("openKruise", settings.open_kruise, "chart")


@rule("argoCd.version", "argoCd.sha256", "argoCd.highAvailability")
def manifest_has_a_digest(settings: Settings) -> Iterator[Problem]:
    """Yield an Argo CD version without a digest; the two variants are two files."""
    return _digest("argoCd", settings.argo_cd, settings.argo_cd.variant)


def _digest(
    unit: str, section: OpenKruiseSettings | ArgoCdSettings, variant: str
) -> Iterator[Problem]:
    source = CATALOGUE[unit].artifacts[variant]
    if section.sha256 is None and section.version not in source.sha256:
        address = source.url.format(version=section.version)
        text = (
            f"{section.version} has no known sha256 ({variant}); allowed without one: "
            f"{', '.join(source.sha256)}. Fix: use one of these, or "
            f"{put(f'{unit}.sha256', 'DIGEST')} with the digest of {address}"
        )
        yield Problem(f"{unit}.version", text)
    if section.sha256 is not None and "version" not in section.model_fields_set:
        text = (
            "set without a version; allowed: together with the version whose digest it is. "
            f"Fix: {put(f'{unit}.version', section.version)}, or {remove(f'{unit}.sha256')}"
        )
        yield Problem(f"{unit}.sha256", text)


@rule("openKruise.version")
def chart_is_of_a_known_minor(settings: Settings) -> Iterator[Problem]:
    """Yield a chart version whose feature gates are not known."""
    version = settings.open_kruise.version
    if _minor(version) not in feature_gates.MINORS:
        text = (
            f"{version} is not supported, its feature gates are not known; "
            f"allowed: {', '.join(f'{minor}.x' for minor in feature_gates.MINORS)}. "
            f"Fix: {put('openKruise.version', CATALOGUE['openKruise'].version)}"
        )
        yield Problem("openKruise.version", text)


def _minor(version: str) -> str:
    return version.rpartition(".")[0]


@rule("argoCd.version")
def argo_cd_is_not_older_than_3(settings: Settings) -> Iterator[Problem]:
    """Yield a version that tracks resources by label.

    Ref: https://github.com/argoproj/argo-cd/blob/v3.0.0/docs/operator-manual/upgrading/2.14-3.0.md
    """
    version = settings.argo_cd.version
    if int(version.removeprefix("v").partition(".")[0]) < 3:  # noqa: PLR2004 the major version
        text = (
            f"{version} is not supported: before v3.0.0 Argo CD tracks resources by a label that "
            "other controllers copy, and prunes what they made; allowed: v3.0.0 or newer. "
            f"Fix: {put('argoCd.version', CATALOGUE['argoCd'].version)}"
        )
        yield Problem("argoCd.version", text)


@rule("openKruise.version", "openKruise.featureGates")
def gates_exist_in_the_chart_version(settings: Settings) -> Iterator[Problem]:
    """Yield gates that the version lacks: the manager exits when it does not know one."""
    kruise = settings.open_kruise
    if _minor(kruise.version) not in feature_gates.MINORS:
        return
    known = feature_gates.of_version(kruise.version)
    for gate in kruise.feature_gates:
        if gate not in known:
            yield unknown_gate(("openKruise", "featureGates", gate), known)


@rule("openKruise.featureGates")
def gates_do_not_break_the_installation(settings: Settings) -> Iterator[Problem]:
    """Yield values that the manager accepts and that leave a cluster without its webhooks."""
    for gate, value in settings.open_kruise.feature_gates.items():
        if refusal := feature_gates.REFUSED.get((gate, value)):
            reason, fix = refusal
            yield _gate(gate, value, reason, fix)
        if gate == "KruiseDaemon":
            reason = "the daemon has one switch, openKruise.daemon.enabled"
            switch = put("openKruise.daemon.enabled", _text(value))
            fix = f"{switch}, and {_remove_gate(gate)}"
            yield _gate(gate, value, reason, fix)


@rule("openKruise.featureGates", "openKruise.daemon.enabled")
def gates_have_the_daemon_they_need(settings: Settings) -> Iterator[Problem]:
    """Yield gates that the manager would switch off without a word."""
    kruise = settings.open_kruise
    if not kruise.daemon.enabled:
        reason = "it needs the node daemon, and openKruise.daemon.enabled is false"
        fix = put("openKruise.daemon.enabled", "true")
        yield from _need(kruise.feature_gates, feature_gates.NEED_DAEMON, reason, fix)


@rule("openKruise.featureGates", "openKruise.featureGates.PodWebhook")
def gates_have_the_pod_webhook_they_need(settings: Settings) -> Iterator[Problem]:
    """Yield gates that the manager would switch off without a word."""
    gates = settings.open_kruise.feature_gates
    if gates.get("PodWebhook") is False:
        reason = "it needs the gate PodWebhook, which is set to false"
        fix = _remove_gate("PodWebhook")
        yield from _need(gates, feature_gates.NEED_POD_WEBHOOK, reason, fix)


@rule("openKruise.featureGates", "openKruise.featureGates.ImagePullJobGate")
def gates_do_not_switch_another_one_on(settings: Settings) -> Iterator[Problem]:
    """Yield gates for which the manager switches ImagePullJobGate on, which is to be off."""
    gates = settings.open_kruise.feature_gates
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
