"""The errors of this project: one tree, so that one `except` at the edge catches any of them."""


class PlatformError(Exception):
    """A user can act on it: the message says what is wrong, what is allowed and the fix."""


class ConfigError(PlatformError):
    """The stack's configuration is not valid; the message lists every problem at once."""


class ArtifactError(PlatformError):
    """An upstream artifact cannot be had, or its bytes are not the pinned ones."""


class ArtifactUnreachableError(ArtifactError):
    """An upstream artifact is neither in the cache nor in the mirror, nor can it be downloaded."""


class ManifestError(PlatformError):
    """A manifest does not have the shape that a transform relies on."""


class ToolError(PlatformError):
    """A tool of the toolchain cannot be had, or a command of it failed."""


class TeardownError(PlatformError):
    """Something that has to go before the platform does is still there."""


class DefinitionError(PlatformError):
    """A definition for KubeVela could not be used by it; the message lists every problem."""
