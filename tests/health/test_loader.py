"""The scripts are found, rendered for argocd-cm, and say in a header what they do."""

from pathlib import Path

import pytest

from components.health_checks.scripts import FOLDER, Kind, header, load, render, scripts
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
    read = header(HEADER + "-- Note: see there.\nreturn 1\n")

    assert read.kind == Kind("example.org", "Thing")
    assert read.verdicts["Healthy"] == "it is up and runs."
    assert list(read.verdicts) == ["Healthy", "Progressing", "Degraded", "Suspended"]
    assert read.note == "see there."
    assert header(HEADER).note == ""


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
    ],
)
def test_another_header_is_refused(source: str) -> None:
    with pytest.raises(ManifestError, match="header of a health check"):
        header(source)


def test_rendering_leaves_comments_out_and_the_code_in() -> None:
    rendered = render("-- a\n\nlocal a = 1 -- b\n  -- c\nreturn a\n", "-- d\n", "healthy")

    assert rendered == "local a = 1 -- b\nreturn a\n"


def test_rendering_takes_of_the_prelude_what_is_used_directly_or_not() -> None:
    prelude = """\
local x, y = 1, 2
local unused = 3

-- Uses x.
local function first()
  return x
end
local function second()
  if PARTITION_HOLD then
    return unused
  end
end
if obj then
  return first()
end
"""
    first = "local x, y = 1, 2\nlocal function first()\n  return x\nend\n"
    last = "if obj then\n  return first()\nend\n"

    assert render("return 1\n", prelude, "healthy") == f"{first}{last}return 1\n"
    assert render("return second()\n", prelude, "suspended").startswith(
        'local PARTITION_HOLD = "suspended"\nlocal x, y = 1, 2\nlocal unused = 3\n'
    )


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
