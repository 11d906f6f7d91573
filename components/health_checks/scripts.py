"""The health checks below health/ as Argo CD takes them: one text per kind.

A file `<group>/<Kind>.lua` begins with a header of comments, of which docs/reference is made::

    -- apps.kruise.io/CloneSet
    -- Healthy: when it is; a text goes on in
    --   indented lines.
    -- Progressing: ...
    -- Degraded: ...
    -- Suspended: never.
    -- Note: what else a user should know; may be left out.
    -- Uses: a file beside prelude.lua, put between prelude.lua and the script; may be left out.

All four verdicts are named, in this order; one that the script never gives is `never.`
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from errors import ManifestError

FOLDER = Path(__file__).parent / "health"
HOLDS = ("healthy", "suspended")
KINDS = tuple(sorted(f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.lua")))
"""The kinds that a health check is shipped for, as GROUP/KIND."""
VERDICTS = ("Healthy", "Progressing", "Degraded", "Suspended")


class Kind(NamedTuple):
    """A kind of Kubernetes objects, whatever its version."""

    group: str
    kind: str

    def __str__(self) -> str:
        """Return GROUP/KIND, as Argo CD writes it."""
        return f"{self.group}/{self.kind}"


class Header(NamedTuple):
    """What the header of a script tells; texts of one line, with a full stop."""

    kind: Kind
    verdicts: Mapping[str, str]
    """When each of VERDICTS is given."""

    note: str
    """Empty if there is none."""

    uses: str
    """The file with what some kinds share; empty if none is needed."""


def scripts(partition_hold: str = "healthy") -> Mapping[Kind, str]:
    """Return what Argo CD runs for each kind, sorted by group and kind.

    `partition_hold`, one of HOLDS, is the verdict on an object that waits at its partition.
    """
    parts = shared()
    return {kind: render(source, parts, partition_hold) for kind, source in load(FOLDER).items()}


def shared() -> Mapping[str, str]:
    """Return the files that scripts share, by name."""
    return {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.lua"))}


def load(folder: Path) -> Mapping[Kind, str]:
    """Return the sources of the files `<group>/<Kind>.lua` in a folder, sorted."""
    files = sorted(folder.glob("*/*.lua"))
    return {Kind(path.parent.name, path.stem): path.read_text("utf-8") for path in files}


def render(source: str, parts: Mapping[str, str], partition_hold: str) -> str:
    """Return the text for argocd-cm: prelude.lua, what the script uses beside it, and the script.

    Comments and empty lines are left out: a preview shows every line, for each kind.
    """
    if partition_hold not in HOLDS:
        msg = f"partition hold {partition_hold!r}: allowed are {', '.join(HOLDS)}"
        raise ManifestError(msg)
    text = parts["prelude.lua"]
    uses = header(source).uses
    if uses == "partition.lua":
        # Only there: another hold changes nothing for the other kinds.
        text += f'local PARTITION_HOLD = "{partition_hold}"\n'
    if uses:
        text += parts[uses]
    lines = (text + source).splitlines()
    return "".join(f"{x.rstrip()}\n" for x in lines if not re.match(r"\s*(--|$)", x))


def header(source: str) -> Header:
    """Return what the header of a script says.

    Raises ManifestError if it has another form than the one above.
    """
    lines = re.match(r"(?:--.*\n)*", source)
    comment = lines[0] if lines else ""
    # A line that is indented goes on with the one before.
    name, *entries = re.sub(r"\n--  +", " ", comment).splitlines() or [""]
    kind = re.fullmatch(r"-- ([a-z0-9.-]+)/([A-Za-z0-9]+)", name)
    texts = dict(re.findall(r"^-- (\w+): (.+)$", "\n".join(entries), re.MULTILINE))
    known = [*VERDICTS, *(name for name in ("Note", "Uses") if name in texts)]
    if not kind or len(texts) != len(entries) or list(texts) != known:
        msg = (
            f"the header of a health check has another form than `-- GROUP/KIND`, then"
            f" `-- {': ..., '.join(VERDICTS)}: ...` and maybe `-- Note: ...` and `-- Uses: ...`:"
            f"\n{comment}"
        )
        raise ManifestError(msg)
    note, uses = texts.pop("Note", ""), texts.pop("Uses", "")
    return Header(Kind(kind[1], kind[2]), texts, note, uses)
