"""Secret values that are planted in a stack are in what is marked secret, and nowhere else."""

import json
from typing import Any

import pytest

import settings
from settings.credentials import argo_cd_credentials
from tests.support.recordings import Recording
from tests.support.sentinels import GIVEN, KEY, OVERRIDES, SEED, derived, leaks
from tests.support.snapshots import texts
from tests.support.stack_config import ROOT, raw_config, shipped_stacks
from tools.render.__main__ import render
from tools.render.recorder import Recorder, masked, record_program

CREDENTIALS = "gitops-bootstrap:credentials"
STORED = {"argo-cd-secret-argocd-secret", "argo-cd-secret-argocd-redis"}


def planted(stack: str, *, overrides: bool) -> dict[str, str]:
    """Return a stack's configuration as the engine hands it over, with the sentinels decrypted."""
    config = raw_config(stack)
    own: dict[str, Any] = json.loads(config.get(CREDENTIALS, "{}"))
    if overrides:
        own = {key: {**own.get(key, {}), **OVERRIDES.get(key, {})} for key in own | OVERRIDES}
    secrets = {"credentialsSeed": SEED, **(GIVEN if overrides else {})}
    return {**config, CREDENTIALS: json.dumps(own), KEY: json.dumps(secrets)}


def values(config: dict[str, str], stack: str) -> dict[str, str]:
    """Return everything that must not be seen."""
    loaded = settings.load(config, stack=stack, dry_run=True, environ={}, secret_keys=[KEY])
    given = {f"secret {name}": value for name, value in json.loads(config[KEY]).items()}
    return {k: v for k, v in {**given, **derived(argo_cd_credentials(loaded))}.items() if v}


@pytest.fixture(
    scope="module",
    params=[(stack, own) for stack in shipped_stacks() for own in (False, True)],
    ids=lambda param: f"{param[0]}-{'overridden' if param[1] else 'derived'}",
)
def run(request: pytest.FixtureRequest, upstream: None) -> tuple[Recorder, dict[str, str]]:
    """Return what a stack with sentinels registered, and the sentinels."""
    del upstream  # wanted for what it does
    stack, own = request.param
    config = planted(stack, overrides=own)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.delenv("KUBECONFIG", raising=False)
        recorder = record_program(ROOT, config, stack, secret_keys=[KEY])
    return recorder, values(config, stack)


Run = tuple[Recorder, dict[str, str]]


def test_the_values_are_in_the_secrets_that_argo_cd_reads(run: Run) -> None:
    recorder, secret = run
    stored = [r.inputs["data"] for r in recorder.registrations if r.name in STORED]

    assert {"server key", "redis password"} <= leaks(json.dumps(stored), secret)


def test_no_value_is_in_an_input_that_is_not_marked(run: Run) -> None:
    recorder, secret = run

    assert {
        r.name: found
        for r in recorder.registrations
        if (found := leaks(json.dumps([r.name, masked(r.inputs)]), secret))
    } == {}


def test_no_value_is_in_an_output(run: Run) -> None:
    recorder, secret = run

    assert recorder.outputs
    assert leaks(json.dumps(masked(recorder.outputs)), secret) == set()


def test_no_value_is_rendered(run: Run) -> None:
    recorder, secret = run
    files = render(recorder)

    assert files
    assert leaks(json.dumps([[str(path), content] for path, content in files.items()]), secret) == (
        set()
    )


def test_no_value_is_in_a_snapshot(run: Run) -> None:
    recorder, secret = run

    assert leaks("\n".join(texts(Recording(recorder), []).values()), secret) == set()
