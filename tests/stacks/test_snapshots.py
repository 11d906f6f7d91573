"""Every object of every shipped stack, as a file to be read in a review."""

from pathlib import Path

import pytest
import yaml

from tests.stacks.conftest import StackRun
from tests.support.snapshots import digest, ours, shortened, texts
from tests.support.stack_config import shipped_stacks

SNAPSHOTS = Path(__file__).with_name("snapshots")


def test_a_stack_registers_what_its_snapshots_say(
    run: StackRun, request: pytest.FixtureRequest
) -> None:
    folder = SNAPSHOTS / run.stack
    expected = texts(run.recording, run.published)
    if request.config.getoption("--update-snapshots"):
        rewrite(folder, expected)

    assert {path.stem for path in folder.glob("*")} == set(expected)
    for unit, text in expected.items():
        assert (folder / f"{unit}.yaml").read_text(encoding="utf-8") == text, (
            f"{unit} of {run.stack} changed; if that is meant: "
            "pytest tests/stacks --update-snapshots, and read the difference"
        )


def rewrite(folder: Path, expected: dict[str, str]) -> None:
    """Make the files of a stack those that are expected."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.stem not in expected:
            path.unlink()
    for unit, text in expected.items():
        (folder / f"{unit}.yaml").write_text(text, encoding="utf-8")


def test_there_are_snapshots_of_the_shipped_stacks_and_no_others() -> None:
    assert sorted(path.name for path in SNAPSHOTS.iterdir()) == shipped_stacks()


@pytest.mark.parametrize("stack", shipped_stacks())
def test_a_snapshot_is_never_empty(stack: str) -> None:
    files = {path.stem: path for path in (SNAPSHOTS / stack).iterdir()}
    # The provider, and at least one unit.
    assert len(files) > 1

    for unit, path in files.items():
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert entries, path
        assert entries[0]["name"] == ("cluster" if unit == "stack" else unit)
        assert len(entries) > 1 or unit in {"stack", "health-checks"}


@pytest.mark.parametrize(
    "original, registered, expected",
    [
        pytest.param({"a": 1}, {"a": 1}, {}, id="nothing"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, {"b": 2}, id="added"),
        pytest.param({"a": {"b": 1, "c": 2}}, {"a": {"b": 3, "c": 2}}, {"a": {"b": 3}}, id="deep"),
        pytest.param({"a": 1}, {}, {"a": "(removed)"}, id="removed"),
        pytest.param({"a": None}, {}, {}, id="null-is-nothing"),
        pytest.param([1], [1, 2], [1, 2], id="list"),
        pytest.param(
            [{"name": "x", "image": "1"}, {"name": "y"}],
            [{"name": "x", "image": "2"}, {"name": "y"}],
            {"x": {"image": "2"}},
            id="named-items",
        ),
    ],
)
def test_a_snapshot_shows_what_differs_from_the_release(
    original: object, registered: object, expected: object
) -> None:
    assert ours(original, registered) == expected


def test_a_long_text_is_shown_by_its_digest() -> None:
    short, long = "line\n" * 12, "line\n" * 13

    assert shortened({"a": [short]}) == {"a": [short]}
    assert shortened({"a": [long]}) == {"a": [f"(13 lines, sha256 {digest(long)[:16]})"]}


def test_a_digest_tells_any_other_value() -> None:
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})
