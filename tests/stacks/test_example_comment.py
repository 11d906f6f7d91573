"""The comment that the documentation shows is what the program says of that change."""

import pytest

from tests.support.engine import ROOT
from tools import example_comment

SHOWN = ROOT / "docs/reference/preview-comment.md"


def test_the_comment_of_the_documentation_is_current(
    upstream: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    del upstream  # wanted for what it does
    monkeypatch.delenv("KUBECONFIG", raising=False)

    assert example_comment.page() == SHOWN.read_text("utf-8"), "run: make example-comment"
