"""Container images."""

from settings.fields import Registry, UniqueNames
from settings.sections.base import Section


class ImageSettings(Section):
    """Where container images come from."""

    registry: Registry | None = None
    """Registry that serves all images instead of their own; the mirrored names follow its path."""

    pull_secrets: UniqueNames = []
    """Names of image pull Secrets; they must exist in the namespaces of the units."""
