"""The pinned tools of this project, wherever they have to come from."""

from tools.toolchain.cache import pulumi_home
from tools.toolchain.resolve import ensure, ensure_plugin, present

__all__ = ["ensure", "ensure_plugin", "present", "pulumi_home"]
