"""Rules for the health checks."""

from collections.abc import Iterator

from settings.problems import Problem, put, remove
from stack.rules.base import rule
from stack.settings import Settings


@rule("healthChecks.enabled", "argoCd.enabled")
def health_checks_have_an_argo_cd(settings: Settings) -> Iterator[Problem]:
    """Yield health checks that were asked for and that nobody would run."""
    checks = settings.health_checks
    asked_for = checks.enabled and "enabled" in checks.model_fields_set
    if asked_for and not settings.argo_cd.enabled:
        text = (
            "true is not allowed: argoCd.enabled is false, and only Argo CD runs health checks; "
            f"allowed: false or not set. Fix: {put('argoCd.enabled', 'true')}, or "
            f"{remove('healthChecks.enabled')}"
        )
        yield Problem("healthChecks.enabled", text)


@rule("healthChecks.exclusions", "argoCd.mode")
def exclusions_extend_a_list_that_is_known(settings: Settings) -> Iterator[Problem]:
    """Yield exclusions for an argocd-cm whose own list is not known: the key holds all of it."""
    if settings.argo_cd.mode == "existing" and settings.health_checks.exclusions.model_fields_set:
        text = (
            "has no effect with argoCd.mode existing: resource.exclusions is one entry with the "
            "whole list, and patching it would drop what the owner of that Argo CD excludes; "
            f"allowed: not set. Fix: {remove('healthChecks.exclusions')}, and add the kinds to "
            "that list (docs/how-to/health-checks.md)"
        )
        yield Problem("healthChecks.exclusions", text)
