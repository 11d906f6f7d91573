"""What the settings accept as a default, the scripts accept as a parameter."""

import tempfile
from pathlib import Path
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from components.delivery import settings as section
from tests.support.delivery import Steps, delivery_args


def values(annotated: Any) -> st.SearchStrategy[str]:
    """Return texts that a named type of the settings accepts."""
    (field,) = get_args(annotated)[1:]
    limits = {type(m).__name__: m for m in field.metadata}
    pattern = next(m.pattern for m in field.metadata if getattr(m, "pattern", None))
    longest = limits["MaxLen"].max_length
    return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii")).filter(
        lambda text: len(text) <= longest
    )


@settings(max_examples=5, deadline=None)
@given(
    gitrepositoryurl=values(section.GitUrl),
    branch=values(section.BranchName),
    docker_repo=values(section.ImageName),
    k8s_server=values(section.ClusterAddress),
)
def test_a_default_of_the_stack_is_never_refused(**parameters: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcome = Steps(Path(folder)).run("set-image", delivery_args(path="charts"), **parameters)
    assert outcome.status == 0, outcome.errors
