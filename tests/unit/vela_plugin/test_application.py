"""An OAM Application goes through byte for byte."""

import pytest

from tests.unit.vela_plugin.conftest import Convert

HEAD = "apiVersion: core.oam.dev/v1beta1\nkind: Application\nmetadata: {name: web}\n"
PLAIN = HEAD + "spec:\n  components: [{name: web, type: webservice, properties: {image: nginx}}]\n"

JSON = """{"apiVersion": "core.oam.dev/v1beta1", "kind": "Application",
 "metadata": {"name": "web"}, "spec": {"components": [{"name": "b", "type": "c"}]}}"""


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "---\n" + PLAIN + "# the end",
        PLAIN.replace("\n", "\r\n"),
        PLAIN + '  # {{ fail "no" }}\n  policies: []\n\n\n',
        HEAD + "spec:\n  components:\n    - &web\n      name: web\n      type: webservice\n"
        "    - <<: *web\n      name: other\n      properties: &p {a: [1, 2]}\n",
        PLAIN + "  workflow:\n    steps:\n      - {name: one, type: suspend, on: 1}\n",
        JSON,
        PLAIN + "status: {script: '--- {{ ---'}\nextra: |\n  ---\n  refused: |\n",
    ],
    ids=["plain", "marked", "windows", "templates", "anchors", "workflow", "json", "documents"],
)
def test_an_application_is_not_touched(convert: Convert, text: str) -> None:
    result = convert(text, name="application.yaml")

    assert result.err == ""
    assert (result.code, result.out) == (0, text)
