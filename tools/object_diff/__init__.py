"""Two sets of objects -> what changes -> Markdown. Pure; knows neither Pulumi nor Git.

`compare` gives the changes, `document` writes them for a pull request; a `Section` is one stack's.
"""

from tools.object_diff import store
from tools.object_diff.differ import compare, field_changes
from tools.object_diff.markdown import LIMIT, MARKER, document
from tools.object_diff.model import Change, FieldChange, KubeObject, Section

__all__ = [
    "LIMIT",
    "MARKER",
    "Change",
    "FieldChange",
    "KubeObject",
    "Section",
    "compare",
    "document",
    "field_changes",
    "store",
]
