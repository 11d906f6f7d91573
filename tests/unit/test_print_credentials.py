"""make credentials: one value on request, or why there is none."""

from pathlib import Path

import pytest

from components.shared.credentials.argo_cd import ArgoCdCredentials, Choice, Choices, derive
from components.shared.credentials.derivation import Derivation
from errors import ConfigError
from tools.credentials import chosen, parser, project_folder, target_of

DERIVATION = Derivation("AY3Z7MSjK2lYqZdcffcbRKjmixACLJY/SK8cpgKGb8A=", "gitops-bootstrap-dev")


def made(*, enabled: bool) -> ArgoCdCredentials:
    switch = Choice(enabled=enabled)
    return derive(DERIVATION, Choices(admin=switch, ci=switch))


def test_what_is_asked_for_is_given() -> None:
    credentials = made(enabled=True)

    assert chosen(credentials, "admin") == credentials.admin_password
    assert chosen(credentials, "ci") == credentials.ci_token


@pytest.mark.parametrize("what", ["admin", "ci"])
def test_an_account_that_is_off_has_none(what: str) -> None:
    with pytest.raises(ConfigError, match=rf"no account {what}: credentials.{what}.enabled"):
        chosen(made(enabled=False), what)


@pytest.mark.parametrize("words", [[], ["redis"], ["server-key"], ["admin", "ci"]])
def test_nothing_else_can_be_asked_for(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parser().parse_args(words)

    assert caught.value.code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("cluster", ["sandbox", "kind", "live"])
def test_a_stack_that_was_never_up_on_a_local_target_has_none(cluster: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="stack dev was never on the"):
        project_folder(target_of(cluster, tmp_path), "dev")

    assert list(tmp_path.iterdir()) == []
