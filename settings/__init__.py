"""The stack's configuration: validated once, frozen, every problem reported at once.

`load_from_pulumi()` is what the program calls; `load()` is the same without Pulumi. The sections
are in `sections/`, rules over several keys in `rules/`, the wording of errors in `problems.py`.
"""

from settings.loader import load, load_from_pulumi
from settings.models import Settings

__all__ = ["Settings", "load", "load_from_pulumi"]
