"""Custom resource definitions."""

from settings.sections.base import Section


class CrdSettings(Section):
    """Custom resource definitions of units that are installed object by object."""

    retain: bool = False
    """Keep the CRDs, and with them all their objects, when the platform is destroyed."""
