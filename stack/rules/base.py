"""Where the rules that read several sections are registered."""

from settings.registry import Rules
from stack.settings import Settings

rule = Rules[Settings]()
