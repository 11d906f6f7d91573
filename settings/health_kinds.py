"""The kinds that a health check is shipped for: the scripts themselves are the list."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "components" / "health"

KINDS = tuple(sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*.*/*.lua")))
"""As GROUP/KIND; a group has a dot in its name."""
