"""What all sections share."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

Timeout = Annotated[int, Field(ge=60, le=3600)]
"""Seconds that an operation may take."""


class Section(BaseModel):
    """What all sections share: frozen, no unknown keys, no guessing of types, camelCase keys."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        alias_generator=to_camel,
        use_attribute_docstrings=True,
    )
