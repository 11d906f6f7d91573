"""The comment: what is lost first, what is long folded, never too long, and not to be broken."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.object_diff import LIMIT, MARKER, Change, FieldChange, Section, document
from tools.object_diff.model import OPERATIONS, Operation

UPDATE = Change(
    "update",
    "argo-cd",
    "Deployment",
    "argocd/argocd-server",
    fields=(FieldChange("spec.replicas", "1", "2"),),
)
DELETE = Change("delete", "tekton", "Namespace", "tekton-pipelines")
REPLACE = Change(
    "replace",
    "argo-cd",
    "Service",
    "argocd/argocd-redis",
    fields=(FieldChange("spec.clusterIP", "10.0.0.1", "None"),),
)
LONG = "\n".join(f"line {number} of a text" for number in range(200))

GOLDEN = f"""{MARKER}
### Preview

#### Stack `prod`: 1 deleted, 1 replaced, 1 updated

_rendered_

| unit | delete | replace | update | create |
| --- | ---: | ---: | ---: | ---: |
| `argo-cd` |  | 1 | 1 |  |
| `tekton` | 1 |  |  |  |

**- deleted** `tekton`: `Namespace tekton-pipelines`

<details><summary><b>± replaced</b> argo-cd: <code>Service argocd/argocd-redis</code></summary>

```diff
@@ spec.clusterIP @@
- 10.0.0.1
+ None
```

</details>

<details><summary>Updated and created: 1</summary>

<details><summary><b>~ updated</b> argo-cd: <code>Deployment argocd/argocd-server</code></summary>

```diff
@@ spec.replicas @@
- 1
+ 2
```

</details>

</details>
"""


def text_of(*changes: Change, **more: Any) -> str:
    return document([Section("prod", changes, **more)])


def updates(number: int, value: str = "x", operation: Operation = "update") -> tuple[Change, ...]:
    return tuple(
        Change(operation, "unit", "ConfigMap", f"ns/c{n:05}", fields=(FieldChange("data", value),))
        for n in range(number)
    )


def test_the_whole_comment() -> None:
    assert document([Section("prod", (DELETE, REPLACE, UPDATE), ("rendered",))]) == GOLDEN


def test_the_marker_is_the_first_line() -> None:
    assert text_of().splitlines()[0] == MARKER


def test_a_stack_without_changes_says_so() -> None:
    assert "#### Stack `prod`: no changes" in text_of()


def test_a_failure_is_said_with_what_was_found_until_then() -> None:
    text = text_of(UPDATE, errors=("argoCd.version: no release",))

    assert "#### Stack `prod`: failed (1 updated until then)" in text
    assert "argoCd.version: no release" in text


def test_a_long_text_shows_the_lines_that_differ() -> None:
    before = LONG
    after = LONG.replace("line 70 of", "line seventy of")

    text = text_of(Change("update", "u", "K", "n", fields=(FieldChange("data", before, after),)))

    assert "- line 70 of a text\n+ line seventy of a text" in text
    assert "  line 69 of a text" in text
    assert "line 60 of a text" not in text


def test_a_long_field_does_not_hide_the_others() -> None:
    fields = (FieldChange("data.a", None, LONG), FieldChange("data.b", "1", "2"))

    text = text_of(Change("update", "u", "K", "n", fields=fields))

    assert "more lines are not shown @@" in text
    assert "@@ data.b @@\n- 1\n+ 2" in text


@pytest.mark.parametrize("number", [1, 10, 40, 400])
def test_it_is_never_too_long_and_says_what_was_left_out(number: int) -> None:
    text = text_of(*updates(number, LONG))

    assert len(text.encode()) <= LIMIT
    shown = text.count("<code>ConfigMap ns/c")
    left_out = re.findall(r"too long: (\d+) of the objects", text)
    assert shown + sum(map(int, left_out)) == number
    assert bool(left_out) == (number > 10)


def test_what_is_cut_is_cut_between_objects() -> None:
    text = text_of(*updates(100, LONG))

    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert "`ConfigMap ns/c00099`" not in text  # named are the first ten
    assert "and 1 more" not in text


def test_what_is_lost_has_room_before_everything_else() -> None:
    lost = updates(2, operation="replace")
    text = document([Section("dev", updates(90, LONG)), Section("prod", (*lost, DELETE))])

    assert text.count("± replaced") == 2
    assert "**- deleted** `tekton`" in text
    assert "#### Stack `dev`: 90 updated" in text


def test_so_many_stacks_that_not_even_the_tables_fit() -> None:
    changes = tuple(Change("update", f"unit-{n}" * 10, "K", "n") for n in range(40))
    text = document([Section(f"stack{n}", changes) for n in range(200)])

    assert len(text.encode()) <= LIMIT
    assert "Left out" in text


@pytest.mark.parametrize(
    "value", ["```\n</details>\n# broken", "`" * 40, "a\x1b[31m\u202eb"], ids=ascii
)
def test_a_value_cannot_leave_its_block(value: str) -> None:
    lines = text_of(
        Change("update", "u", "K", "n", fields=(FieldChange("data", "x", value),))
    ).splitlines()

    (start,) = (n for n, line in enumerate(lines) if line.endswith("`diff"))
    fence = lines[start].removesuffix("diff")
    assert lines.count(fence) == 1
    inside = lines[start + 1 : lines.index(fence)]
    assert all(line[0] in "@-+ " for line in inside)
    assert "\x1b" not in "".join(lines)


def test_names_and_notes_cannot_be_markup() -> None:
    name = "a`b|c</code></summary><img src=x>\n# d @everyone"
    text = text_of(
        Change("delete", name, name, name),
        Change("update", name, "K", name, fields=(FieldChange("x", "1", "2"),)),
        notes=("see [here](https://example.org) @team <b>",),
    )

    assert "<img" not in re.sub(r"`[^`\n]*`", "", text)
    assert "\n# d" not in text
    assert "[here]" not in text.replace("\\[here\\]", "")
    assert not re.search(r"(?<!`)@team", text)


FIELDS = st.builds(FieldChange, st.text(), st.none() | st.text(), st.none() | st.text(), st.text())
CHANGES = st.builds(
    Change,
    st.sampled_from(OPERATIONS),
    st.text(max_size=300),
    st.text(),
    st.text(max_size=300),
    st.text(),
    st.lists(FIELDS, max_size=3).map(tuple),
)
SECTIONS = st.builds(
    Section,
    st.text(),
    st.lists(CHANGES, max_size=6).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
    st.lists(st.text(), max_size=5).map(tuple),
)


@settings(deadline=None)
@given(st.lists(SECTIONS, max_size=4), st.integers(700, 5000))
def test_it_fits_whatever_it_is_given(sections: list[Section], limit: int) -> None:
    assert len(document(sections, limit=limit).encode()) <= limit
