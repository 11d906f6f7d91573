"""Sections that are of no unit: what units do with CRDs and images."""

from settings.base import Section
from settings.fields import Registry, UniqueNames


class CrdSettings(Section):
    """Custom resource definitions of units that are installed object by object."""

    retain: bool = False
    """Keep the CRDs, and with them all their objects, when the platform is destroyed."""


class ImageSettings(Section):
    """Where container images come from."""

    registry: Registry | None = None
    """Registry that serves all images instead of their own; the mirrored names follow its path."""

    pull_secrets: UniqueNames = []
    """Names of image pull Secrets; they must exist in the namespaces of the units."""
