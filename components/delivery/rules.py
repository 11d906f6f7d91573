"""Rules for deliveries."""

import json
from collections.abc import Iterator

from components.delivery.settings import DeliverySettings
from components.delivery.settings.build import BuildSettings
from settings.problems import Problem, dotted, put, put_secret, remove
from settings.registry import Rules

rule = Rules[DeliverySettings]()

_OURS = {"clone": ("url", "revision"), "builder": ("IMAGE",)}


@rule("delivery.*")
def builds_have_a_listener(delivery: DeliverySettings) -> Iterator[Problem]:
    """Yield builds without the listener that a finished build tells."""
    for name, application in delivery.applications.items():
        if application.build and not application.push:
            key = dotted(("delivery", "applications", name, "build"))
            push = dotted(("delivery", "applications", name, "push"))
            text = (
                "set without push, and a finished build asks the listener of push for the "
                "delivery; allowed: with push, whose listener nobody else reaches without "
                f"{push}.callers. Fix: openssl rand -hex 32 | {put_secret('secrets.push')}, then "
                f"{put(f'{push}.secretFrom', 'push')}"
            )
            yield Problem(key, text)


@rule("delivery.*")
def parameters_of_the_pipeline_are_its_own(delivery: DeliverySettings) -> Iterator[Problem]:
    """Yield parameters that the pipeline gives, and values in which Tekton would replace parts."""
    for key, build in builds(delivery):
        for task, ours in _OURS.items():
            for name, value in getattr(build, task).parameters.items():
                here = f"{key}.{task}.parameters.{name}"
                if name in ours:
                    text = f"not allowed: the pipeline gives it; allowed: any but {', '.join(ours)}"
                    yield Problem(here, f"{text}. Fix: {remove(here)}")
                elif "$(" in value:
                    text = (
                        f"{json.dumps(value)} is not allowed: Tekton replaces $(...); allowed: a "
                        f"text without it. Fix: {put(here, 'VALUE')}"
                    )
                    yield Problem(here, text)


def builds(delivery: DeliverySettings) -> Iterator[tuple[str, BuildSettings]]:
    """Yield the builds, each with its key."""
    for name, application in delivery.applications.items():
        if application.build:
            yield dotted(("delivery", "applications", name, "build")), application.build
