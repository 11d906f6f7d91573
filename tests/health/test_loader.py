"""The scripts are found, rendered for argocd-cm, and say in a header what they do."""

from pathlib import Path

import pytest

from components.health_scripts import FOLDER, Kind, header, load, render, scripts
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
    rendered = render("-- a\n\nlocal a = 1 -- b\n  -- c\nreturn a\n", "local p = 0\n", "suspended")

    assert rendered == (
        'local PARTITION_HOLD = "suspended"\nlocal p = 0\nlocal a = 1 -- b\nreturn a\n'
    )


def test_the_hold_is_the_only_difference_between_the_two_renderings() -> None:
    assert list(scripts("healthy")) == list(scripts("suspended")) == sorted(scripts())
    for kind, source in scripts("healthy").items():
        assert source.splitlines()[1:] == scripts("suspended")[kind].splitlines()[1:]


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
