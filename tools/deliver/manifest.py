"""The run of a delivery as the stack's outputs have it, for one commit: pure functions."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHA = re.compile(r"[0-9a-f]{7,64}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def run_of(
    outputs: Mapping[str, Any], application: str, short_sha: str, branch: str | None
) -> dict[str, Any]:
    """Return the PipelineRun to create; ConfigError where there is none for the application."""
    delivery = delivery_of(outputs, application)
    if not _SHA.fullmatch(short_sha):
        raise ConfigError(
            f"SHA={short_sha[:64]!r} is not allowed; allowed: the beginning of a commit's hash, 7 "
            "to 64 of 0-9a-f. Fix: SHA=$(git rev-parse --short HEAD)"
        )
    return _with(delivery["run"], short_sha=short_sha, branch=branch)


def build_of(
    outputs: Mapping[str, Any], application: str, commit: str, branch: str | None
) -> dict[str, Any]:
    """Return the PipelineRun of a build; ConfigError where the stack builds no such image."""
    delivery = delivery_of(outputs, application)
    if "build" not in delivery:
        key = f"delivery.applications.{application}.build"
        raise ConfigError(
            f"BUILD=1: the stack does not build the image of {application}; allowed: without "
            f"BUILD, for an image that is there. Fix: leave it out, or set {key} and run `make up`"
        )
    if not _COMMIT.fullmatch(commit):
        raise ConfigError(
            f"SHA={commit[:64]!r} is not allowed with BUILD=1, as Git hosts hand out commits by "
            "their whole hash only; allowed: 40 or 64 of 0-9a-f. Fix: SHA=$(git rev-parse HEAD)"
        )
    return _with(delivery["build"], commit=commit, branch=branch)


def delivery_of(outputs: Mapping[str, Any], application: str) -> Mapping[str, Any]:
    """Return the outputs of a delivery; ConfigError where there is none for the application."""
    deliveries: Mapping[str, Any] = outputs.get("delivery") or {}
    if application not in deliveries:
        known = ", ".join(sorted(deliveries)) or "none"
        raise ConfigError(
            f"APP={application}: the stack delivers no such application; it delivers: {known}. "
            "Fix: name one of these, or set delivery.applications and run `make up`"
        )
    found: Mapping[str, Any] = deliveries[application]
    return found


def _with(template: Mapping[str, Any], **given: str | None) -> dict[str, Any]:
    run: dict[str, Any] = copy.deepcopy(dict(template))
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
