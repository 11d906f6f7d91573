"""Check what a stack registers against the rules of policy/rules.py: no engine, no cluster.

Of a Helm release its objects too, where the helm tool is there. Exit codes: 0 nothing against it,
1 violations, or the configuration or an artifact is not in order, 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pulumi

from errors import PlatformError
from policy import rules
from policy.rules import Resource, Violation
from stack import loader
from tools import charts, entry, toolchain
from tools.render.recorder import Registration, masked, record_program
from tools.stack_files import raw_config, with_seed

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Print a line for each violation."""
    parser = argparse.ArgumentParser(prog="make policy", description=__doc__)
    parser.add_argument("--stack", default="dev", help="which Pulumi.STACK.yaml (default: dev)")
    options = parser.parse_args()
    os.chdir(ROOT)
    helm = toolchain.present("helm")["helm"]
    try:
        config = with_seed(raw_config(ROOT, options.stack))
        loaded = loader.load(config, stack=options.stack, dry_run=True, environ={}, project=ROOT)
        registrations = record_program(ROOT, config, options.stack).registrations
        found = violations(registrations, loaded.images.registry, helm.path if helm else None)
    except (PlatformError, pulumi.RunError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for violation in found:
        print(violation)
    if helm is None:
        print("helm is not there: objects of Helm releases were not looked at", file=sys.stderr)
    print(f"policy: {len(found)} violations in stack {options.stack}", file=sys.stderr)
    return 1 if found else 0


def violations(
    registrations: Iterable[Registration],
    registry: str | None,
    helm: Path | None,
    root: Path = ROOT,
) -> list[Violation]:
    """Return what the registrations of a program have against the rules."""
    return rules.check(resources(registrations, helm, root), rules.allowed(registry))


def resources(
    registrations: Iterable[Registration], helm: Path | None, root: Path
) -> Iterator[Resource]:
    """Yield every registration, and with helm every object of the releases among them."""
    for registration in registrations:
        if not registration.custom:
            continue
        resource = rules.of_urn(registration.urn, masked(registration.inputs))
        yield resource
        if helm and resource.type.startswith(rules.RELEASE):
            for manifest in charts.rendered(resource.manifest, root, helm):
                name = f"{resource.name}/{manifest['kind'].lower()}-{manifest['metadata']['name']}"
                token = f"{rules.KUBERNETES}{manifest['apiVersion']}:{manifest['kind']}"
                yield Resource(token, name, resource.unit, manifest)


if __name__ == "__main__":
    entry.run(main)
