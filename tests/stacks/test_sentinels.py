"""Secret values that are planted in a stack are in what is marked secret, and nowhere else."""

import json
from typing import Any

import pytest

from stack import loader
from stack.credentials import argo_cd_credentials
from stack.settings import Settings
from tests.support.recordings import Recording
from tests.support.sentinels import GIVEN, KEY, PARTS, SEED, SETTINGS, derived, leaks
from tests.support.snapshots import texts
from tests.support.stack_config import ROOT, raw_config, shipped_stacks
from tools.render.__main__ import render
from tools.render.recorder import Recorder, masked, record_program


def planted(stack: str, *, own: bool) -> dict[str, str]:
    """Return a stack's configuration as the engine hands it over, with the sentinels decrypted."""
    config = raw_config(stack)
    sections = {f"gitops-bootstrap:{name}": keys for name, keys in SETTINGS.items()} if own else {}
    over = {key: json.loads(config.get(key, "{}")) for key in sections}
    laid = {key: json.dumps(_laid(over[key], keys)) for key, keys in sections.items()}
    secrets = {"credentialsSeed": SEED, **(GIVEN if own else {})}
    return {**config, **laid, KEY: json.dumps(secrets)}


def _laid(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    return {**below, **{key: _laid(below.get(key), value) for key, value in above.items()}}


def values(config: dict[str, str], stack: str) -> dict[str, str]:
    """Return everything that must not be seen."""
    loaded = loader.load(config, stack=stack, dry_run=True, environ={}, secret_keys=[KEY])
    given = {f"secret {name}": value for name, value in json.loads(config[KEY]).items()}
    own = derived(argo_cd_credentials(loaded))
    return {k: v for k, v in {**given, **PARTS, **own}.items() if v}


@pytest.fixture(
    scope="module",
    params=[("dev", False), *((stack, True) for stack in shipped_stacks())],
    ids=lambda param: f"{param[0]}-{'given' if param[1] else 'derived'}",
)
def run(request: pytest.FixtureRequest, upstream: None) -> tuple[Recorder, dict[str, str]]:
    """Return what a stack with sentinels registered, and the sentinels."""
    del upstream  # wanted for what it does
    stack, own = request.param
    config = planted(stack, own=own)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.delenv("KUBECONFIG", raising=False)
        recorder = record_program(ROOT, config, stack, secret_keys=[KEY])
    return recorder, values(config, stack)


Run = tuple[Recorder, dict[str, str]]


def test_the_values_are_in_the_secrets_that_argo_cd_reads(run: Run) -> None:
    recorder, secret = run
    stored = [
        r.inputs["data"]["value"]
        for r in recorder.registrations
        if r.kind == "Secret" and "data" in r.inputs
    ]
    used = {name for name in secret if name.startswith("secret ")} - {
        "secret credentialsSeed",
        "secret adminPassword",  # its hash is
    }

    assert leaks(json.dumps(stored), secret) >= {"server key", "redis password", *used}


def test_a_sentinel_stands_behind_every_setting_that_takes_a_secret() -> None:
    models = Settings.model_json_schema()["$defs"].values()
    takers = {key for m in models for key in m.get("properties", {}) if key.endswith("From")}

    assert takers
    assert {key for key in takers if f'"{key}": "' not in json.dumps(SETTINGS)} == set()
    assert {name for name in GIVEN if f'From": "{name}"' not in json.dumps(SETTINGS)} == set()


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
