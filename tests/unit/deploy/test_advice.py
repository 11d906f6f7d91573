"""Errors that do not say what to do are said with it."""

import pytest

from tests.support.engine_events import PREFIX, SERVER, STACK, failed, said
from tools.deploy.advice import advice
from tools.deploy.report import Report

APPLICATION = (
    f"{PREFIX}bootstrap:index:Applications$kubernetes:argoproj.io/v1alpha1:Application::"
    "applications-application-web"
)
WEB = {"metadata": {"name": "web", "namespace": "argocd"}}
TIMED_OUT = "timed out waiting for the condition"
PROTECTED = (
    "resource 'x' cannot be deleted\nbecause it is protected. To unprotect the resource, ..."
)


def test_an_application_that_does_not_go_is_named_with_the_commands() -> None:
    text = advice(TIMED_OUT, APPLICATION, WEB)

    assert "argocd/web" in text
    assert "kubectl describe applications.argoproj.io -n argocd web" in text
    assert text.splitlines()[-1].strip().startswith("kubectl patch applications.argoproj.io -n arg")


def test_what_is_protected_is_said_by_its_setting() -> None:
    assert "cluster.protect" in advice(PROTECTED, SERVER, None)


@pytest.mark.parametrize(
    "text, urn, removed",
    [
        pytest.param(TIMED_OUT, APPLICATION, None, id="not a removal"),
        pytest.param(TIMED_OUT, SERVER, WEB, id="another kind"),
        pytest.param(TIMED_OUT, STACK, WEB, id="the stack"),
        pytest.param("forbidden", APPLICATION, WEB, id="another error"),
    ],
)
def test_other_errors_stand_for_themselves(
    text: str, urn: str, removed: dict[str, object] | None
) -> None:
    assert advice(text, urn, removed) == ""


def test_a_report_gives_the_advice_with_the_error() -> None:
    report = Report()
    events = [said("error", PROTECTED, SERVER), failed("delete", SERVER)]
    for event in events:
        list(report.on_event(event))

    (error,) = report.errors
    assert error.startswith("argo-cd-deployment-server: resource 'x' cannot be deleted")
    assert error.endswith("for this one change")
