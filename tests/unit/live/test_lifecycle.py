"""What a live sandbox does not begin with."""

from pathlib import Path

import pytest

from errors import ToolError
from tools.live import lifecycle


def test_a_checkout_whose_path_is_too_long_for_a_socket_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def begun() -> str:
        raise AssertionError

    monkeypatch.setattr(lifecycle, "redis_server", begun)
    with pytest.raises(AssertionError):
        lifecycle.start(Path("/", "x" + "ü" * 34), print)
    # 73 bytes and 37 more, of 107.
    with pytest.raises(ToolError, match=r"the path is 3 bytes too long .* Fix: "):
        lifecycle.start(Path("/", "ü" * 36), print)
