"""Secret values of a local target: its own, kept, private, and never on a command line."""

import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from errors import ToolError
from stack.rules.credentials import is_random
from tests.support.programs import write_program
from tools.deploy import local_secrets
from tools.deploy.target import Target, workspace

SECRETS = "gitops-bootstrap:secrets"
FOREIGN = {"secure": "v1:of-another-key"}
STACK = {
    "encryptionsalt": "v1:checkout",
    "secretsprovider": "awskms://alias/platform",
    "encryptedkey": "abc",
    "config": {"gitops-bootstrap:crds": {"retain": True}, SECRETS: {"gitToken": FOREIGN}},
}
CLI = """
import pathlib, sys, yaml
*_, path, flag, stack = sys.argv
key, _, name = path.rpartition(".")
file = pathlib.Path(f"Pulumi.{stack}.yaml")
content = yaml.safe_load(file.read_text())
value = sys.stdin.read()
if name == "refused":
    sys.exit("no passphrase")
content["config"].setdefault(key, {})[name] = {"secure": f"sealed {value}"}
file.write_text(yaml.safe_dump(content))
with open("calls", "a") as calls:
    print(*sys.argv[1:], file=calls)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a checkout with a stack whose secrets need a key that is not here."""
    root = tmp_path / "checkout"
    root.mkdir()
    (root / "Pulumi.yaml").write_text("name: gitops-bootstrap\n")
    (root / "Pulumi.prod.yaml").write_text(yaml.safe_dump(STACK))
    return root


def opened(root: Path) -> Any:
    """Return what `open_stack` would, with a CLI that only writes the file."""
    folder = workspace(root, Target("sandbox", root / ".sandbox"), "prod")
    cli = root / "pulumi"
    write_program(cli, CLI)
    return SimpleNamespace(
        name="prod",
        workspace=SimpleNamespace(
            work_dir=str(folder), env_vars={}, pulumi_command=SimpleNamespace(command=str(cli))
        ),
    )


def copied(stack: Any) -> dict[str, Any]:
    return dict(yaml.safe_load(Path(stack.workspace.work_dir, "Pulumi.prod.yaml").read_text()))


def test_what_was_encrypted_with_another_key_does_not_reach_the_copy(root: Path) -> None:
    copy = copied(opened(root))

    assert copy == {"config": {"gitops-bootstrap:crds": {"retain": True}}}


def test_a_seed_and_the_names_of_the_stack_file_get_values_of_their_own(root: Path) -> None:
    stack = opened(root)
    local_secrets.provide(stack, root)
    values = copied(stack)["config"][SECRETS]

    assert set(values) == {"credentialsSeed", "gitToken"}
    made = [value["secure"].removeprefix("sealed ") for value in values.values()]
    assert all(is_random(value) for value in made)
    assert len(set(made)) == 2


def test_no_value_is_on_a_command_line(root: Path) -> None:
    stack = opened(root)
    local_secrets.provide(stack, root)
    calls = Path(stack.workspace.work_dir, "calls").read_text()
    values = copied(stack)["config"][SECRETS].values()

    assert "--secret --path gitops-bootstrap:secrets.credentialsSeed --stack prod" in calls
    assert not [v for v in values if v["secure"].removeprefix("sealed ") in calls]


def test_what_was_made_once_stays(root: Path) -> None:
    stack = opened(root)
    local_secrets.provide(stack, root)
    before = copied(stack)
    again = opened(root)
    local_secrets.provide(again, root)

    assert copied(again) == before


def test_the_copy_is_private(root: Path) -> None:
    stack = opened(root)
    file = Path(stack.workspace.work_dir, "Pulumi.prod.yaml")

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_stack_file_of_the_checkout_stays_as_it_is(root: Path) -> None:
    local_secrets.provide(opened(root), root)

    assert yaml.safe_load((root / "Pulumi.prod.yaml").read_text()) == STACK


def test_a_value_that_cannot_be_stored_is_an_error_that_does_not_show_it(root: Path) -> None:
    with pytest.raises(ToolError, match="secret refused cannot be stored:\nno passphrase") as error:
        local_secrets.put(opened(root), "refused", "hunter2")

    assert "hunter2" not in str(error.value)
