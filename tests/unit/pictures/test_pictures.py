"""The pictures of the documentation: well-formed, the same each time, with all their text."""

import re
from xml.etree import ElementTree as ET

import pytest
import yaml

from tools import docs
from tools.pictures.architecture import architecture_picture
from tools.pictures.comment import comment_picture
from tools.pictures.svg import COLOURS

PICTURES = [name for name in docs.documents() if name.endswith(".svg")]

MARKDOWN = """\
<!-- mark -->
### Preview
_a \\[note\\]_
| unit | delete |
| --- | ---: |
| `one` | 2 |

**- deleted** `one`: `Secret a/b`

<details><summary>Updated and created: 2</summary>

<details><summary><b>~ updated</b> one: <code>Deployment a/&lt;b&gt;</code></summary>

```diff
@@ spec @@
- 1
+ <2>
```

</details>

<details><summary><b>~ updated</b> one: <code>ConfigMap a/c</code></summary>

```diff
+ hidden
```

</details>

</details>
"""


def lines(svg: str) -> list[str]:
    """Return the text of a picture, line by line."""
    root = ET.fromstring(svg)  # noqa: S314 - our own
    return ["".join(e.itertext()) for e in root.iter("{http://www.w3.org/2000/svg}text")]


def test_there_are_pictures() -> None:
    assert len(PICTURES) == 2


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_has_both_colour_schemes_and_nothing_from_elsewhere(name: str) -> None:
    svg = docs.documents()[name]

    assert lines(svg)
    assert svg == docs.documents()[name]
    for light, dark in COLOURS.values():
        assert light in svg
        assert dark in svg
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]


def test_the_architecture_shows_all_of_its_text() -> None:
    content = yaml.safe_load((docs.FOLDER / "images/architecture.yaml").read_text("utf-8"))
    shown = lines(architecture_picture(content))

    boxes = [box for column in content["columns"] for box in column["boxes"]]
    assert boxes
    assert {box["title"] for box in boxes} <= {*shown}
    assert {line for box in boxes for line in box["text"]} <= {*shown}
    assert {*content["notes"]} <= {*shown}


def test_a_comment_is_shown_with_what_is_folded_closed() -> None:
    assert lines(comment_picture(MARKDOWN, ["Updated", "Deployment"])) == [
        "Preview",
        "a [note]",
        "unit",
        "delete",
        "one",
        "2",
        "- deleted one: Secret a/b",
        "▾ Updated and created: 2",
        "▾ ~ updated one: Deployment a/<b>",
        "@@ spec @@",
        "- 1",
        "+ <2>",
        "▸ ~ updated one: ConfigMap a/c",
    ]
