"""The pinned tools of this project, wherever they have to come from."""

from tools.toolchain.cache import pulumi_home
from tools.toolchain.resolve import USABLE, Found, ensure, ensure_plugin, needed_by_up, present

__all__ = ["USABLE", "Found", "ensure", "ensure_plugin", "needed_by_up", "present", "pulumi_home"]
