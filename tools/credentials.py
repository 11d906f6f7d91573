"""Print one credential of a stack, and nothing else: `admin`, its password, or `ci`, its API token.

It is derived from the stack file, as the next `up` does it; no cluster is asked. Exit codes: 0
printed, 1 there is none or it cannot be derived, 2 wrong usage.
"""

import argparse
import os
import sys
from pathlib import Path

from pulumi import automation as auto

from components.shared.credentials.argo_cd import ArgoCdCredentials
from errors import ConfigError, PlatformError
from stack import loader
from stack.credentials import argo_cd_credentials
from tools import entry, toolchain
from tools.deploy.command import CancellableCommand
from tools.deploy.stack import last_words
from tools.deploy.target import FOLDERS, Target, engine_environment, workspace
from tools.toolchain import pins

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print what the command line asks for."""
    options = parser().parse_args()
    try:
        target = target_of(options.cluster, options.root)
        found = read(target, project_folder(target, options.stack), options.stack)
        print(chosen(found, options.what))
    except PlatformError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except auto.CommandError as error:
        print(f"error: {last_words(error)}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    words = argparse.ArgumentParser(
        prog="make credentials",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("what", choices=("admin", "ci"))
    words.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: dev)")
    words.add_argument(
        "--cluster",
        choices=("sandbox", "kind", "context", "live"),
        default="sandbox",
        help="as for make up; live: the sandbox of make live",
    )
    words.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    return words


def target_of(cluster: str, root: Path) -> Target:
    """Return the target as it is; nothing is started."""
    if cluster == "live":
        return Target("sandbox", root / ".sandbox" / cluster)
    return Target(cluster, root / ".sandbox" / FOLDERS[cluster])


def project_folder(target: Target, stack: str) -> Path:
    """Return the folder with the stack's file; ConfigError when a local target has none yet."""
    copy = target.folder / "pulumi/workspace" / f"Pulumi.{stack}.yaml"
    if target.is_local and not copy.exists():
        raise ConfigError(f"stack {stack} was never on {target}; its first `up` makes its seed")
    return workspace(ROOT, target, stack)


def read(target: Target, folder: Path, stack: str) -> ArgoCdCredentials:
    """Return the credentials of the stack whose file is in the folder; the CLI decrypts its seed.

    Raises ConfigError when the settings are not in order, CommandError when the CLI fails.
    """
    environment = engine_environment(target, toolchain.pulumi_home(), os.environ)
    version = pins.load().tools["pulumi"].version
    command = CancellableCommand(toolchain.ensure("pulumi")["pulumi"], version)
    values = auto.LocalWorkspace(
        work_dir=str(folder), env_vars=environment, pulumi_command=command
    ).get_all_config(stack)
    loaded = loader.load(
        {key: entry.value for key, entry in values.items()},
        stack=stack,
        dry_run=True,
        environ={},
        secret_keys={key for key, entry in values.items() if entry.secret},
    )
    if not loaded.argo_cd.managed:
        raise ConfigError(f"stack {stack} has no Argo CD of its own; see argoCd.enabled and .mode")
    return argo_cd_credentials(loaded)


def chosen(credentials: ArgoCdCredentials, what: str) -> str:
    """Return the one that is asked for; ConfigError when there is none."""
    values = {"admin": credentials.admin_password, "ci": credentials.ci_token}
    value = values[what]
    if value is None:
        key = f"credentials.{what}.enabled"
        raise ConfigError(f"there is no account {what}: {key} is false. Fix: set it to true")
    return value


if __name__ == "__main__":
    entry.run(main)
