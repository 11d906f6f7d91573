"""Changes as files: read as they were written, and refused in any other form."""

from pathlib import Path

import pytest

from errors import PlatformError
from tools.object_diff import Change, FieldChange, Section, store

SECTION = Section(
    "prod",
    (Change("update", "unit", "ConfigMap", "a/b", fields=(FieldChange("x", None, "1"),)),),
    ("note",),
    ("error",),
)


def test_what_is_written_is_read_again_by_stack(tmp_path: Path) -> None:
    store.write(SECTION, tmp_path / "one/prod.json")
    store.write(Section("dev"), tmp_path / "two/dev.json")

    assert store.read_all(tmp_path) == [Section("dev"), SECTION]


@pytest.mark.parametrize(
    "content, problem",
    [
        ("{}", "stack: Field required"),
        ('{"stack": "a", "changes": [{"operation": "explode"}]}', "operation"),
        ("no json", "Invalid JSON"),
    ],
)
def test_another_form_is_refused(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "x.json").write_text(content)

    with pytest.raises(PlatformError, match=problem):
        store.read_all(tmp_path)


def test_an_empty_folder_is_refused_with_the_way_to_fill_it(tmp_path: Path) -> None:
    with pytest.raises(PlatformError, match="make diff"):
        store.read_all(tmp_path)


def test_a_file_that_is_far_too_long_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MOST_BYTES", 10)
    store.write(SECTION, tmp_path / "prod.json")

    with pytest.raises(PlatformError, match="more than 10 bytes"):
        store.read_all(tmp_path)
