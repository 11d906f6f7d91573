"""The stack's configuration: validated once, frozen, every problem reported at once.

`load_from_pulumi()` is what the program calls; `load()` is the same without Pulumi. The models are
in `models.py`, rules over several keys in `rules.py`, the wording of errors in `problems.py`.
"""

from settings.loader import load, load_from_pulumi
from settings.models import (
    ArgoCdSettings,
    ClusterSettings,
    CrdSettings,
    DaemonSettings,
    ImageSettings,
    ManagerSettings,
    OpenKruiseSettings,
    ResourceList,
    Resources,
    Settings,
)

__all__ = [
    "ArgoCdSettings",
    "ClusterSettings",
    "CrdSettings",
    "DaemonSettings",
    "ImageSettings",
    "ManagerSettings",
    "OpenKruiseSettings",
    "ResourceList",
    "Resources",
    "Settings",
    "load",
    "load_from_pulumi",
]
