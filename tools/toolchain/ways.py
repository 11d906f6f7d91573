"""How a way to a tool can end, other than well."""

from errors import ToolError


class UnavailableError(ToolError):
    """A way is closed; the next one is tried."""


class NotTriedError(UnavailableError):
    """A way is closed, and nobody needs to be told: there is none, or it has been said."""


class RefusedError(ToolError):
    """The bytes are not the ones that were expected; no other way is tried before someone looks."""
