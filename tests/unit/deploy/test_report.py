"""What a reader sees of an operation: a line for each change, errors once, a summary by unit."""

from collections.abc import Iterable

import pytest
from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import StepEventStateMetadata

from tests.support.engine_events import (
    ARGO_CD,
    CONFIG_MAP,
    KRUISE,
    PROVIDER,
    RELEASE,
    SERVER,
    STACK,
    begun,
    done,
    ended,
    failed,
    replaced,
    said,
)
from tools.deploy.report import COLUMNS, HALVES, OPERATIONS, Report, unit_of

UNREACHABLE = "the server could not be reached"


class Clock:
    """A clock that stands still until it is told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def report(clock: Clock) -> Report:
    return Report(clock=clock)


def lines(report: Report, events: Iterable[EngineEvent]) -> list[str]:
    """Return what a report says to some events."""
    return [line for event in events for line in report.on_event(event)]


def counted(report: Report) -> dict[str, dict[str, int]]:
    """Return the counts that are not zero."""
    return {unit: {op: n for op, n in ops.items() if n} for unit, ops in report.counts.items()}


@pytest.mark.parametrize(
    "op, symbol", [("create", "+"), ("update", "~"), ("delete", "-")], ids=lambda x: x
)
def test_a_change_is_one_line_and_counted_for_its_unit(
    report: Report, op: str, symbol: str
) -> None:
    assert lines(report, done(op, CONFIG_MAP)) == [
        f"{symbol} argo-cd      ConfigMap argocd-cm  0.0 s"
    ]
    assert counted(report) == {"argo-cd": {op: 1}}
    assert report.changes == 1


def test_what_stays_the_same_is_counted_without_a_line(report: Report) -> None:
    assert lines(report, done("same", CONFIG_MAP)) == []
    assert counted(report) == {"argo-cd": {"same": 1}}
    assert report.changes == 0


def test_a_destroy_for_which_the_program_runs_tells_only_what_it_deletes(clock: Clock) -> None:
    report = Report(clock=clock, removal=True)
    events = [*done("same", SERVER), *done("same", CONFIG_MAP), *done("delete", SERVER)]

    assert lines(report, events) == ["- argo-cd      Deployment server  0.0 s"]
    assert counted(report) == {"argo-cd": {"delete": 1}}
    assert report.done == {SERVER: "delete"}


def test_an_object_that_is_reported_twice_is_counted_once(report: Report) -> None:
    events = [*done("create", SERVER), ended("create", SERVER)]

    assert lines(report, events) == ["+ argo-cd      Deployment server  0.0 s"]
    assert counted(report) == {"argo-cd": {"create": 1}}


@pytest.mark.parametrize("delete_first", [True, False], ids=["delete-first", "create-first"])
def test_a_replacement_is_counted_once_as_what_it_is(report: Report, delete_first: bool) -> None:
    events = replaced(SERVER, "spec.selector", delete_first=delete_first)

    assert lines(report, events) == ["± argo-cd      Deployment server\n    spec.selector"]
    assert counted(report) == {"argo-cd": {"replace": 1}}
    assert report.changes == 1
    assert report.running == {}


def test_the_remains_of_an_interrupted_replacement_are_counted_with_their_object(
    report: Report,
) -> None:
    lines(report, [*done("delete-replaced", SERVER), *done("delete", SERVER)])

    assert counted(report) == {"argo-cd": {"delete": 1}}


def test_a_failed_half_of_a_replacement_is_said(report: Report) -> None:
    events = [begun("create-replacement", SERVER), failed("create-replacement", SERVER)]

    assert lines(report, events) == ["! argo-cd      Deployment server failed"]
    assert report.running == {}


def test_a_change_names_the_fields_that_changed(report: Report) -> None:
    assert lines(report, done("update", CONFIG_MAP, "data.b", "data.a")) == [
        "~ argo-cd      ConfigMap argocd-cm  0.0 s\n    data.a, data.b"
    ]


def test_the_time_of_a_change_is_said(report: Report, clock: Clock) -> None:
    lines(report, [begun("create", SERVER)])
    clock.now = 12.34

    assert lines(report, [ended("create", SERVER)]) == ["+ argo-cd      Deployment server  12.3 s"]


def test_a_preview_names_no_times() -> None:
    assert lines(Report(preview=True), done("create", SERVER)) == [
        "+ argo-cd      Deployment server"
    ]


@pytest.mark.parametrize("urn", [PROVIDER, STACK, ARGO_CD], ids=["provider", "stack", "unit"])
@pytest.mark.parametrize("op", ["create", "update", "same", "delete", "refresh"])
def test_what_is_no_object_of_the_cluster_is_not_worth_a_word(
    report: Report, urn: str, op: str
) -> None:
    assert lines(report, done(op, urn)) == []
    assert counted(report) == {}
    assert report.changes == 0


@pytest.mark.parametrize(
    "result, expected",
    [
        ("same", []),
        ("update", ["~ argo-cd      Deployment server  0.0 s\n    spec.replicas"]),
        ("delete", ["- argo-cd      Deployment server  0.0 s"]),
    ],
)
def test_a_refresh_is_counted_as_what_it_found(
    report: Report, result: str, expected: list[str]
) -> None:
    events = [begun("refresh", SERVER), ended(result, SERVER, "spec.replicas")]

    assert lines(report, events) == expected
    assert counted(report) == {"argo-cd": {result: 1}}


@pytest.mark.parametrize("op", ["read", "refresh"])
def test_looking_at_an_object_is_no_change(report: Report, op: str) -> None:
    assert lines(report, done(op, SERVER)) == []
    assert report.changes == 0


def test_every_operation_has_a_column_or_is_no_change() -> None:
    words = {operation for _, operation in OPERATIONS.values()}

    assert words == {*COLUMNS, "read", "refresh"}
    assert not set(OPERATIONS) & HALVES
    assert {OpType.CREATE, OpType.UPDATE, OpType.DELETE, OpType.REPLACE} <= set(OPERATIONS)


def test_an_error_of_an_object_is_kept_with_its_name(report: Report) -> None:
    events = [
        begun("create", SERVER),
        said("error", f"{UNREACHABLE}\n", SERVER),
        failed("create", SERVER),
        said("error", "update failed\n", STACK),
    ]

    assert lines(report, events) == ["! argo-cd      Deployment server failed"]
    assert report.errors == [f"argo-cd-deployment-server: {UNREACHABLE}"]


def test_an_error_of_the_program_is_kept_once(report: Report) -> None:
    events = [
        said("error", "stack is wrong\n  line two\n"),
        said("error", "an unhandled error occurred: stack is wrong\n  line two\n"),
        said("error", "preview failed\n"),
    ]

    assert lines(report, events) == []
    assert report.errors == ["stack is wrong\n  line two"]


def test_the_same_error_of_two_objects_is_kept_for_both(report: Report) -> None:
    lines(report, [said("error", UNREACHABLE, SERVER), said("error", UNREACHABLE, CONFIG_MAP)])

    assert report.errors == [
        f"argo-cd-deployment-server: {UNREACHABLE}",
        f"argo-cd-configmap-argocd-cm: {UNREACHABLE}",
    ]


@pytest.mark.parametrize(
    "event, line",
    [
        (said("warning", "old API\n"), "warning: old API"),
        (said("warning", "old API", SERVER), "warning: argo-cd-deployment-server: old API"),
        (said("info", "no cluster", STACK), "no cluster"),
        (said("info#err", "printed"), "printed"),
        (said("info", "<{%reset%}>plain<{%reset%}>"), "plain"),
    ],
    ids=["program", "object", "stack", "stderr", "colours"],
)
def test_a_message_about_an_object_is_said_with_its_name(
    report: Report, event: EngineEvent, line: str
) -> None:
    assert lines(report, [event]) == [line]
    assert report.errors == []


@pytest.mark.parametrize(
    "event",
    [said("debug", "registering resource"), said("info", "  \n"), EngineEvent(0, 0)],
    ids=["debug", "blank", "other-event"],
)
def test_what_tells_a_reader_nothing_is_left_out(report: Report, event: EngineEvent) -> None:
    assert lines(report, [event]) == []


def test_waiting_names_the_slowest_and_what_the_provider_said(report: Report, clock: Clock) -> None:
    waiting = said("info", "[1/2] Waiting for app to be ready\n", SERVER, ephemeral=True)
    assert lines(report, [begun("create", SERVER), waiting]) == []
    clock.now = 4
    lines(report, [begun("create", RELEASE)])
    clock.now = 11

    assert report.waiting(10) == (
        "  waiting for argo-cd Deployment server (11 s): [1/2] Waiting for app to be ready"
    )
    assert report.waiting(5) == (
        "  waiting for argo-cd Deployment server (11 s): [1/2] Waiting for app to be ready\n"
        "  waiting for open-kruise Release release (7 s)"
    )


def test_waiting_shows_four_and_how_many_more(report: Report, clock: Clock) -> None:
    urns = [f"{SERVER}-{number}" for number in range(6)]
    lines(report, [begun("delete", urn) for urn in urns])
    clock.now = 11
    text = report.waiting(10) or ""

    assert len(text.splitlines()) == 5
    assert text.endswith("\n  and 2 more")


@pytest.mark.parametrize("op", ["create-replacement", "delete-replaced", "refresh"])
def test_what_takes_time_is_waited_for(report: Report, clock: Clock, op: str) -> None:
    lines(report, [begun(op, SERVER)])
    clock.now = 11

    assert report.waiting(10) == "  waiting for argo-cd Deployment server (11 s)"


def test_nothing_is_waited_for_when_all_is_done(report: Report, clock: Clock) -> None:
    lines(report, [*done("create", SERVER), begun("same", CONFIG_MAP), begun("update", PROVIDER)])
    clock.now = 100

    assert report.waiting(10) is None


def test_the_summary_is_a_table_by_unit(report: Report) -> None:
    lines(
        report,
        [
            *done("create", ARGO_CD),
            *done("create", SERVER),
            *done("update", CONFIG_MAP),
            *done("same", RELEASE),
            *done("update", PROVIDER),
        ],
    )

    assert report.summary("up", 1.25).splitlines() == [
        "",
        "unit          create   update  replace   delete     same",
        "argo-cd            1        1",
        "open-kruise                                            1",
        "",
        "up: 2 changes in 1.2 s",
    ]


@pytest.mark.parametrize(
    "preview, count, verdict",
    [
        (False, 0, "up: 0 changes in 1.0 s"),
        (False, 1, "up: 1 change in 1.0 s"),
        (True, 2, "up: would make 2 changes in 1.0 s"),
    ],
)
def test_the_summary_ends_with_a_verdict(preview: bool, count: int, verdict: str) -> None:
    report = Report(preview=preview)
    lines(report, [event for urn in [SERVER, CONFIG_MAP][:count] for event in done("create", urn)])

    assert report.summary("up", 1).splitlines()[-1] == verdict


def test_the_summary_repeats_the_errors(report: Report) -> None:
    lines(report, [said("error", UNREACHABLE, SERVER)])

    assert report.summary("up", 1).splitlines()[-3:] == [
        "up: failed in 1.0 s",
        "",
        f"error: argo-cd-deployment-server: {UNREACHABLE}",
    ]


@pytest.mark.parametrize(
    "urn, unit",
    [
        (ARGO_CD, "argo-cd"),
        (CONFIG_MAP, "argo-cd"),
        (KRUISE, "open-kruise"),
        (RELEASE, "open-kruise"),
        (PROVIDER, "stack"),
        (STACK, "stack"),
    ],
)
def test_the_unit_is_that_of_the_component(urn: str, unit: str) -> None:
    assert unit_of(urn) == unit


@pytest.mark.parametrize("op", ["create", "same", "update"])
def test_what_the_program_asks_for_is_kept_for_the_rules(op: str, report: Report) -> None:
    event = begun(op, SERVER)
    assert event.resource_pre_event
    inputs = {"kind": "Deployment", "data": "[secret]"}
    event.resource_pre_event.metadata.new = StepEventStateMetadata(
        "kubernetes:apps/v1:Deployment", SERVER, "", "", "", inputs=inputs
    )

    list(report.on_event(event))
    list(report.on_event(begun("delete", CONFIG_MAP)))

    assert report.registered == {SERVER: inputs}
