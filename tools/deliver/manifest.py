"""The run of a delivery as the stack's outputs have it, for one commit: pure functions."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHA = re.compile(r"[0-9a-f]{7,64}")


def run_of(
    outputs: Mapping[str, Any], application: str, short_sha: str, branch: str | None
) -> dict[str, Any]:
    """Return the PipelineRun to create; ConfigError where there is none for the application."""
    deliveries = outputs.get("delivery") or {}
    if application not in deliveries:
        known = ", ".join(sorted(deliveries)) or "none"
        raise ConfigError(
            f"APP={application}: the stack delivers no such application; it delivers: {known}. "
            "Fix: name one of these, or set delivery.applications and run `make up`"
        )
    if not _SHA.fullmatch(short_sha):
        raise ConfigError(
            f"SHA={short_sha[:64]!r} is not allowed; allowed: the beginning of a commit's hash, 7 "
            "to 64 of 0-9a-f. Fix: SHA=$(git rev-parse --short HEAD)"
        )
    run: dict[str, Any] = copy.deepcopy(deliveries[application]["run"])
    given = {"short_sha": short_sha, "branch": branch}
    for parameter in run["spec"]["params"]:
        value = given.get(parameter["name"])
        if value is not None:
            parameter["value"] = value
    return run


def verdict(run: Mapping[str, Any]) -> tuple[bool, str] | None:
    """Return whether a run has succeeded, and what Tekton says; None while it is not over."""
    for condition in run.get("status", {}).get("conditions", ()):
        if condition["type"] == "Succeeded" and condition["status"] != "Unknown":
            return condition["status"] == "True", condition.get("message", condition["reason"])
    return None


def results(run: Mapping[str, Any]) -> dict[str, str]:
    """Return the results of a run that is over."""
    return {r["name"]: str(r["value"]) for r in run.get("status", {}).get("results", ())}


def steps_of(pod: Mapping[str, Any]) -> dict[str, bool]:
    """Return the steps of a pod in order, and whether each has begun: a log to read."""
    begun = {
        status["name"]: bool(set(status.get("state", {})) & {"running", "terminated"})
        for status in pod.get("status", {}).get("containerStatuses", ())
    }
    names = [c["name"] for c in pod["spec"]["containers"] if c["name"].startswith("step-")]
    return {name: begun.get(name, False) for name in names}
