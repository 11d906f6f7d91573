"""Where rules are registered, and how they are checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from settings.models import Settings
from settings.problems import Path, Problem

Rule = Callable[[Settings], Iterator[Problem]]


@dataclass(frozen=True)
class Guarded:
    """A rule, and the keys that must be valid for it to mean anything."""

    check: Rule
    reads: tuple[Path, ...]

    def applies(self, invalid: set[Path]) -> bool:
        """Return whether no invalid key is one that the rule reads, or a section around it.

        A key that ends in `*` stands for all that is below it, too.
        """
        return not any(_meet(key, bad) for key in self.reads for bad in invalid)


def _meet(key: Path, bad: Path) -> bool:
    if key[-1] == "*":
        key = key[:-1]
        return key[: len(bad)] == bad or bad[: len(key)] == key
    return key[: len(bad)] == bad


RULES: list[Guarded] = []
"""Every rule that needs nothing but the settings."""


def rule(*reads: str) -> Callable[[Rule], Rule]:
    """Register a rule under the keys that it reads."""

    def register(check: Rule) -> Rule:
        RULES.append(Guarded(check, tuple(tuple(key.split(".")) for key in reads)))
        return check

    return register


def broken(settings: Settings, invalid: set[Path]) -> Iterator[Problem]:
    """Yield what breaks a rule; `invalid` are the keys whose values stand at their defaults."""
    for guarded in RULES:
        if guarded.applies(invalid):
            yield from guarded.check(settings)
