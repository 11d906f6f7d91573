"""The `vela` plugin as a unit: the component, what it contributes, and the converter."""

from components.vela_plugin.args import VelaPluginArgs
from components.vela_plugin.component import VelaPlugin

__all__ = ["VelaPlugin", "VelaPluginArgs"]
