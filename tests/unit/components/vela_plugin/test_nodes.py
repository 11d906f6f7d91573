"""nodes.awk finds each node of a file in the line where it stands; PyYAML knows where that is."""

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.converter import CONVERTER

AWKWARD = [
    *("", " lead", "trail ", "a: b", "- a", "#", "a #b", "'", '"q"', "{{ x }}", "---", "...", "%a"),
    *("&a", "*a", "!t", "[", "]", "{", "}", ",", "a,b", "a:b", "http://x/a#b", "|", ">", "@", "`"),
    *("two\nlines", "a\n---\nb\n", "  a\n b", "long " * 30, "é", "1", "true", "~", "null", "a/b~c"),
]
# Keys that PyYAML writes without escape sequences and in one line: only those are read.
KEYS = [word for word in AWKWARD if word and "\n" not in word and len(word) < 100]

trees = st.recursive(
    st.sampled_from(AWKWARD) | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=25,
)
documents = st.dictionaries(st.sampled_from(["name", "services", *KEYS]), trees, min_size=1)
styles = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([None, True, False]),
        "default_style": st.sampled_from([None, "'"]),
        "indent": st.sampled_from([2, 4]),
        "width": st.sampled_from([20, 80, 1000]),
    }
)


class Dumper(yaml.SafeDumper):
    """Writes text of more than one line as a block, as people do."""


def block(dumper: Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, "|" if "\n" in text else None)


Dumper.add_representer(str, block)


def write(document: dict[str, Any], **style: Any) -> str:
    text: str = yaml.dump(document, Dumper=Dumper, allow_unicode=True, sort_keys=False, **style)
    return text


def scan(text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["awk", "-v", "file=vela.yaml", "-f", str(CONVERTER / "nodes.awk")],
        input=text,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        encoding="utf-8",
        capture_output=True,
        timeout=10,
        check=False,
    )


def nodes(text: str) -> list[tuple[int, str]]:
    """Return what the scanner found, anchors and the like left out."""
    done = scan(text)
    assert done.returncode == 0, done.stderr
    found = [line.split(" ", 1) for line in done.stdout.splitlines()]
    return [(int(line), pointer) for line, pointer in found if pointer[0] != "&"]


def positions(node: yaml.Node, at: str = "") -> Iterator[tuple[int, str]]:
    """Yield line and pointer of each node below."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            pointer = f"{at}/{key.value.replace('~', '~0').replace('/', '~1')}"
            yield key.start_mark.line + 1, pointer
            yield from positions(value, pointer)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield value.start_mark.line + 1, f"{at}/{index}"
            yield from positions(value, f"{at}/{index}")


@settings(max_examples=100, deadline=None)
@given(documents, styles, st.sampled_from(["\n", "\r\n"]))
def test_each_node_is_found_where_it_stands(
    document: dict[str, Any], style: dict[str, Any], line_end: str
) -> None:
    text = write(document, **style)
    tree = yaml.compose(text, Loader=yaml.SafeLoader)
    assert tree is not None
    expected = list(positions(tree))

    assert nodes(text.replace("\n", line_end)) == expected


@settings(max_examples=30, deadline=None)
@given(documents, st.data())
def test_a_key_that_stands_twice_is_refused(document: dict[str, Any], data: st.DataObject) -> None:
    text = write({"first": document}, default_flow_style=False)
    again = write({data.draw(st.sampled_from(sorted(document))): 1})

    done = scan(f"{text}  {again}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"vela.yaml:{len(text.splitlines()) + 1}: ")
    assert "given twice, first in line " in done.stderr


@pytest.mark.parametrize(
    "text, expected",
    [
        ("a: # none\nb:\n- x\n-\n  - y\n", ["1 /a", "2 /b", "3 /b/0", "4 /b/1", "5 /b/1/0"]),
        ("a: plain\n  text: no key\nb: 1\n", ["1 /a", "3 /b"]),
        ("a: |2\n   b: 1\n  c: 2\nd: 1\n", ["1 /a", "4 /d"]),
        ("---\n\n# c\na: {b: [c: 1, {d}]}\n", ["4 /a", "4 /a/b", "4 /a/b/0", "4 /a/b/0/c"]),
        ("- - a: 1\n    b: 2\n  - 3\n", ["1 /0", "1 /0/0", "1 /0/0/a", "2 /0/0/b", "3 /0/1"]),
        ("a: {b: !t [&x 1, *x]}\n", ["1 &/a/b", "1 &/a/b/0", "1 &/a/b/1"]),
        ("a: &x\n  b: 1\nc: *x\n", ["1 &/a", "2 /a/b", "3 &/c"]),
    ],
    ids=["comments", "plain lines", "block text", "brackets", "lists", "in brackets", "anchors"],
)
def test_the_forms_that_pyyaml_does_not_write(text: str, expected: list[str]) -> None:
    assert set(expected) <= set(scan(text).stdout.splitlines())


@pytest.mark.parametrize(
    "text", [b"a: \xff\n", b"a: \xc0\xaf\n", b"a: \xed\xa0\x80\n", b"a: \xc2\n"]
)
def test_bytes_that_are_no_text_are_refused(text: bytes) -> None:
    done = subprocess.run(
        ["awk", "-v", "file=vela.yaml", "-f", str(CONVERTER / "nodes.awk")],
        input=b"name: b\n" + text,
        env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=10,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == b"vela.yaml:2: after name: bytes that are no UTF-8 text\n"
