"""Rules over several keys: where they are registered, and how they are checked."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from settings.problems import Path, Problem

Read = TypeVar("Read")
"""What a rule reads: a section, or all of the settings."""


class Rules(Generic[Read]):
    """The rules over one section, or those over all of the settings.

    A rule names the keys that it reads, as the stack file has them; it is skipped where one of them
    is itself invalid, as what it would say then is about a default that nobody asked for.
    """

    def __init__(self) -> None:
        """Have none yet."""
        self._rules: list[tuple[tuple[Path, ...], Callable[[Read], Iterator[Problem]]]] = []

    def __call__(
        self, *reads: str
    ) -> Callable[[Callable[[Read], Iterator[Problem]]], Callable[[Read], Iterator[Problem]]]:
        """Register a rule under the keys that it reads.

        A key that ends in `*` stands for all that is below it, too.
        """

        def register(
            check: Callable[[Read], Iterator[Problem]],
        ) -> Callable[[Read], Iterator[Problem]]:
            self._rules.append((tuple(tuple(key.split(".")) for key in reads), check))
            return check

        return register

    def broken(self, settings: Read, invalid: set[Path]) -> Iterator[Problem]:
        """Yield what breaks a rule; `invalid` are the keys whose values stand at their defaults."""
        for reads, check in self._rules:
            if not any(_meet(key, bad) for key in reads for bad in invalid):
                yield from check(settings)


def _meet(key: Path, bad: Path) -> bool:
    """Return whether an invalid key is the one that is read, or a section around it."""
    if key[-1] == "*":
        key = key[:-1]
        return key[: len(bad)] == bad or bad[: len(key)] == key
    return key[: len(bad)] == bad
