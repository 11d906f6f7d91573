"""The scripts are found, rendered for argocd-cm, and say in a header what they do."""

import re
from pathlib import Path

import pytest

from components.health_checks.scripts import FOLDER, Kind, header, load, render, scripts, shared
from errors import ManifestError

HEADER = """\
-- example.org/Thing
-- Healthy: it is up
--   and runs.
-- Progressing: else.
-- Degraded: never.
-- Suspended: never.
"""


@pytest.mark.parametrize("kind", load(FOLDER), ids=str)
def test_every_header_names_its_own_kind(kind: Kind) -> None:
    assert header(load(FOLDER)[kind]).kind == kind


@pytest.mark.parametrize("kind", load(FOLDER), ids=str)
def test_header_says_never_where_the_script_never_gives_a_verdict(kind: Kind) -> None:
    source = load(FOLDER)[kind]
    verdicts = header(source).verdicts
    # Deletion, which the prelude decides, and a generation not yet seen are not worth a word.
    for verdict, words in {
        "Healthy": ["healthy(", "held("],
        "Degraded": ["degraded("],
        "Suspended": ["suspended(", "held("],
    }.items():
        given = any(f"return {word}" in source for word in words)
        assert given == (verdicts[verdict] != "never."), verdict


def test_header_is_read() -> None:
    read = header(HEADER + "-- Note: see there.\n-- Uses: other.lua\nreturn 1\n")

    assert read.kind == Kind("example.org", "Thing")
    assert read.verdicts["Healthy"] == "it is up and runs."
    assert list(read.verdicts) == ["Healthy", "Progressing", "Degraded", "Suspended"]
    assert (read.note, read.uses) == ("see there.", "other.lua")
    assert (header(HEADER).note, header(HEADER).uses) == ("", "")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "return 1\n",
        HEADER.replace("-- example.org/Thing\n", ""),
        HEADER.replace("-- Degraded: never.\n", ""),
        HEADER.replace("Degraded", "Broken"),
        HEADER + "-- Healthy: again.\n",
        HEADER + "-- anything\n",
        HEADER + "-- Uses: other.lua\n-- Note: too late.\n",
    ],
)
def test_another_header_is_refused(source: str) -> None:
    with pytest.raises(ManifestError, match="header of a health check"):
        header(source)


def test_what_a_script_uses_stands_whole_before_it_without_comments() -> None:
    parts = {
        "prelude.lua": "-- a\n\nlocal a = 1 -- b\n  -- c\n",
        "other.lua": "local unused = 2\n",
        "partition.lua": "local b = 3\n",
    }

    assert render(f"{HEADER}return a\n", parts, "healthy") == "local a = 1 -- b\nreturn a\n"
    assert render(f"{HEADER}-- Uses: other.lua\n\nreturn a\n", parts, "healthy") == (
        "local a = 1 -- b\nlocal unused = 2\nreturn a\n"
    )
    assert render(f"{HEADER}-- Uses: partition.lua\nreturn b\n", parts, "suspended") == (
        'local a = 1 -- b\nlocal PARTITION_HOLD = "suspended"\nlocal b = 3\nreturn b\n'
    )


@pytest.mark.parametrize("kind", load(FOLDER), ids=str)
def test_a_script_names_the_file_whose_functions_it_calls(kind: Kind) -> None:
    source = load(FOLDER)[kind]
    some = {name: text for name, text in shared().items() if name != "prelude.lua"}
    functions = {
        name: re.findall(r"^local function (\w+)", text, re.MULTILINE)
        for name, text in some.items()
    }
    called = {
        name
        for name, known in functions.items()
        if any(re.search(rf"\b{function}\(", source) for function in known)
    }

    assert all(functions.values())
    assert called == {header(source).uses} - {""}


def test_only_scripts_that_know_partitions_depend_on_the_hold() -> None:
    healthy, suspended = scripts("healthy"), scripts("suspended")

    assert list(healthy) == list(suspended) == sorted(healthy)
    for kind, source in load(FOLDER).items():
        assert (healthy[kind] != suspended[kind]) == ("held(" in source), kind


def test_another_hold_is_refused() -> None:
    with pytest.raises(ManifestError, match="'degraded': allowed are healthy, suspended"):
        scripts("degraded")


def test_scripts_have_no_long_comments_or_strings() -> None:
    # Rendering takes comments line by line.
    for path in FOLDER.rglob("*.lua"):
        text = path.read_text("utf-8")
        assert "[[" not in text, path
        assert "[=" not in text, path


def test_a_folder_without_scripts_has_none(tmp_path: Path) -> None:
    assert load(tmp_path) == {}
