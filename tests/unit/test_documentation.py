"""The pages of the documentation: their links, their commands and their settings."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from errors import ConfigError
from stack.loader import PROJECT, load
from stack.settings import Settings
from tests.support import documentation
from tests.support.documentation import LIVE_MARK, MARK, PROGRAMS, ROOT, Block, Command
from tests.support.reader import CHECKS, shown_by
from tools import outputs_page

PAGES = documentation.pages()

RECORDS = ("CHANGELOG.md", "docs/adr/", "docs/explanation/")
"""Pages that name commands and ask nobody to type them."""

MAKE = re.compile(
    r"(?<![-\w./])make +((?:-s |--silent )?[a-z][-a-z0-9]*(?: +[A-Z_]+=(?:\$\([^)]*\)|\S+))*)"
)
"""A call of make: its target and the settings behind it."""

MODE = re.compile(r"^(-s|--silent) ")

each_page = pytest.mark.parametrize("page", PAGES, ids=documentation.name)


@each_page
def test_no_place_is_kept_for_a_figure(page: Path) -> None:
    assert re.findall(r"@[A-Z]+@|\bTODO\b|\bTBD\b", page.read_text("utf-8")) == []


def calls() -> list[str]:
    """Return every call of make in the documentation: in blocks and in the text."""
    texts = [block.text for page in PAGES for block in documentation.blocks(page)]
    texts += [span for page in PAGES for span in documentation.spans(page)]
    # In a block of commands only; elsewhere `make` may be a word.
    lines = [line for text in texts for line in text.splitlines() if "make " in line]
    return sorted({match for line in lines for match in MAKE.findall(line)})


CALLS = calls()

NEEDED = {
    "comment": ["FROM=x"],
    "credentials": ["WHAT=ci"],
    "deliver": ["APP=x", "SHA=y"],
    "diff": ["BASE=x"],
    "render": ["OUT=x"],
    "upgrade-diff": ["UNIT=x", "VERSION=y"],
}
"""What a target cannot do without."""

WHO_READS_SETTINGS = "".join(
    (ROOT / path).read_text("utf-8") for path in ("Makefile", "tools/choose_lock.py")
)


def test_there_are_pages_and_commands() -> None:
    assert {"README.md", "docs/tutorial/first-platform.md"} <= {*map(documentation.name, PAGES)}
    assert "up CLUSTER=context STACK=staging" in CALLS


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in documentation.links(page):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        known = documentation.anchors(target) if target.suffix == ".md" and target.exists() else ()
        if not target.exists() or (anchor and known and anchor not in known):
            broken.append(link)

    assert broken == []


def test_every_page_is_found_from_the_index() -> None:
    seen: set[Path] = set()
    queue = [ROOT / "docs" / "README.md"]
    while queue:
        page = queue.pop()
        if page in seen or page.suffix != ".md" or not page.is_file():
            continue
        seen.add(page)
        if page.is_relative_to(ROOT / "docs"):
            paths = (link.partition("#")[0] for link in documentation.links(page))
            queue += [(page.parent / path).resolve() for path in paths if ":" not in path]

    assert sorted({*PAGES} - seen - {*ROOT.glob("*.md")}) == []


@pytest.mark.parametrize("call", CALLS)
def test_make_knows_every_command(call: str) -> None:
    # What the shell puts in first is any word to make.
    target, *settings = re.sub(r"\$\([^)]*\)", "x", MODE.sub("", call)).split()
    for setting in settings:
        assert re.search(rf"\b{setting.partition('=')[0]}\b", WHO_READS_SETTINGS), setting
    # Where a page names a target without its settings, it speaks of the target.
    given = [*NEEDED.get(target, []), *settings]
    result = subprocess.run(
        ["make", "-n", "-o", ".venv/.installed", "-o", ".venv/.checks", target, *given],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


@each_page
def test_a_command_is_run_or_marked(page: Path) -> None:
    """What tests/e2e/test_documentation.py does not run says that it needs a real cluster."""
    marked = MARK.removeprefix("# ") in documentation.prose(page).lower()
    run = [b.text for p in PAGES for b in documentation.console(p) if not b.marked]
    unmarked = [
        span
        for span in documentation.spans(page)
        if span.startswith(tuple(f"{program} " for program in PROGRAMS))
        and not (marked or documentation.name(page).startswith(RECORDS))
        and not any(span in text for text in run)
    ]
    elsewhere = [
        f"{block.page}:{block.line}"
        for block in documentation.blocks(page)
        if not block.info.startswith("console") and re.search(r"^\$ ", block.text, re.MULTILINE)
    ]

    assert unmarked == [], "say on the page: " + MARK.removeprefix("# ")
    assert elsewhere == [], "commands stand in blocks of the language console"
    for block in documentation.console(page):
        lines = block.text.removeprefix(MARK).removeprefix(LIVE_MARK).split("\n")
        first = next(line for line in lines if line)
        assert first.startswith("$ "), f"{block.page}:{block.line}: {first}"


def test_a_block_of_commands_is_read_as_it_is_meant() -> None:
    text = "$ a \\\n    --b\n1\n2\n$ c <<END\nd\nEND\n$ e # f\n\n3"

    assert Block("page", 1, "console", text).commands() == [
        Command("a \\\n    --b", ("1", "2")),
        Command("c <<END\nd\nEND", ()),
        Command("e # f", ("", "3")),
    ]


def test_what_is_laid_over_a_file_leaves_the_rest_of_it() -> None:
    there = {"config": {"a": {"b": 1, "c": [1]}, "d": 2}}

    changed = documentation.lay_over(there, {"config": {"a": {"c": [2]}}})

    assert changed == {"config": {"a": {"b": 1, "c": [2]}, "d": 2}}


@pytest.mark.parametrize(
    "shown, is_right",
    [
        (["a 1 in 2.0 s"], True),
        (["a 2 in 2.0 s"], False),
        (["..."], True),
        (["a ... in 1.0 s"], True),
        (["b"], False),
    ],
)
def test_what_a_command_prints_is_compared_with_what_a_page_shows(
    shown: list[str], *, is_right: bool
) -> None:
    assert shown_by(Command("a", tuple(shown)), ["a 1 in 1.5 s"]) is is_right


def test_a_command_that_runs_the_tests_is_run_where_it_is_said() -> None:
    files = {command: ROOT / place for command, place in CHECKS.items()}
    said = {command: path for command, path in files.items() if path.is_file()}

    assert said
    assert all(command in path.read_text("utf-8") for command, path in said.items())


EXAMPLES = [
    (f"{block.page}:{block.line}", yaml.safe_load(block.text))
    for page in PAGES
    for block in documentation.blocks(page)
    if block.info.startswith("yaml") and "gitops-bootstrap:" in block.text
]


def test_each_section_has_an_example() -> None:
    examples = yaml.safe_load((ROOT / "docs/reference/examples.yaml").read_text("utf-8"))

    # Secret values are set by a command, and encrypted.
    assert [*examples] == [f.alias for f in Settings.model_fields.values() if f.alias != "secrets"]


def units() -> set[str]:
    """Return the section of each unit: the program's page gives out what it has of each."""
    program = (ROOT / "__main__.py").read_text("utf-8")
    return {*re.findall(r'pulumi\.export\("(\w+)"', program)}


def test_every_output_is_on_its_page() -> None:
    assert units()
    assert {name.partition(".")[0] for name in outputs_page.OUTPUTS} == units()


def test_the_picture_of_the_readme_has_every_unit_and_no_other() -> None:
    blocks = documentation.blocks(ROOT / "README.md")
    (picture,) = (block.text for block in blocks if block.info == "mermaid")
    before, _, after = picture.partition("subgraph units ")
    inside, _, after = after.partition("\n  end\n")
    shown, others = (re.findall(r'(\w+)\["', text) for text in (inside, before + after))
    arrows = [line for line in picture.splitlines() if "-->" in line]

    assert sorted(shown) == sorted(units())
    # A node that is misspelt in an arrow would be one more, without a text.
    assert {name for line in arrows for name in re.findall(r"\w+", line)} == {*shown, *others}


def test_every_decision_is_explained() -> None:
    why = ROOT / "docs/explanation/why.md"
    explained = {(why.parent / link).resolve() for link in documentation.links(why)}

    assert {*(ROOT / "docs/adr").glob("0*.md")} == explained


def test_there_are_examples_of_settings() -> None:
    assert len(EXAMPLES) > 20


@pytest.mark.parametrize(
    "content", [content for _, content in EXAMPLES], ids=[place for place, _ in EXAMPLES]
)
def test_an_example_of_settings_is_what_a_stack_file_may_say(content: dict[str, Any]) -> None:
    sections = {
        key.removeprefix(f"{PROJECT}:"): value
        for key, value in content.get("config", content).items()
    }

    assert sections
    try:
        Settings.model_validate(sections)
    except ValidationError as error:
        # DIGEST and `...` stand for what only the reader knows.
        found = [e for e in error.errors() if not re.search(r"[A-Z]{5}|\.\.\.", str(e["input"]))]
        assert found == []


def test_the_readme_shows_what_a_wrong_stack_file_is_told() -> None:
    config = {
        f"{PROJECT}:argocd": "{}",
        f"{PROJECT}:openKruise": json.dumps({"manager": {"replicas": 20}}),
        f"{PROJECT}:secrets": json.dumps({"credentialsSeed": {"secure": ""}}),
    }
    with pytest.raises(ConfigError) as refused:
        load(config, stack="staging", dry_run=True, environ={}, secret_keys=[f"{PROJECT}:secrets"])

    assert f"error: {refused.value}\n" in (ROOT / "README.md").read_text("utf-8")
