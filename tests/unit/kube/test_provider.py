"""The one provider: what taking over adds to it."""

from importlib import metadata

import pytest

from kube.provider import taking_over


@pytest.mark.parametrize("version", ["4.29.0", "4.34.2", "5.0.0"])
def test_a_provider_whose_creates_fail_on_what_exists_is_told_otherwise(
    version: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: version)

    assert taking_over() == {"upsert_existing_objects": True, "enable_patch_force": True}


def test_a_provider_that_lacks_these_arguments_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda _: "4.25.0")

    assert taking_over() == {}
