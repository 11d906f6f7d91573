"""What only some versions of Argo CD can do; for one that somebody else installed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from upstream.versions import numbers


@dataclass(frozen=True)
class Feature:
    """Something that the platform contributes, and the versions that understand it."""

    since: tuple[int, int, int]
    before: tuple[int, int, int] | None
    """The first version that does not understand it any more."""
    otherwise: str
    """What happens on another version."""


# Ref: https://github.com/argoproj/argo-cd/blob/v2.13.0/docs/operator-manual/resource_actions.md
# Ref: https://github.com/argoproj/argo-cd/blob/v2.8.0/docs/operator-manual/upgrading/2.7-2.8.md
FEATURES = {
    "mergeBuiltinActions": Feature(
        (2, 13, 0), None, "before 2.13 our actions would take the place of the built-in ones"
    ),
    "ignoreResourceUpdates": Feature(
        (2, 8, 0), None, "before 2.8 it fails on the key, and with it on all customizations"
    ),
    "pluginSidecar": Feature((2, 4, 0), None, "before 2.4 it has no plugin sidecars"),
    "pluginEntry": Feature(
        (1, 0, 0), (2, 8, 0), "since 2.8 it ignores plugins in argocd-cm without a word"
    ),
}
"""By name; the units name those that they use."""


def missing(version: str, features: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield the features that a version lacks, each with what would happen."""
    is_at = numbers(version)
    if is_at is None:
        return
    for name in features:
        feature = FEATURES[name]
        if is_at < feature.since or (feature.before and is_at >= feature.before):
            yield name, feature.otherwise
