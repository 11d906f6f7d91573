"""Rules for the `vela` plugin."""

from collections.abc import Iterator

from components.vela_plugin.settings import VelaPluginSettings
from settings.problems import Problem, put, remove
from settings.registry import Rules

rule = Rules[VelaPluginSettings]()


@rule("velaPlugin.form", "velaPlugin.otherPlugins")
def other_plugins_are_of_the_legacy_form(plugin: VelaPluginSettings) -> Iterator[Problem]:
    """Yield other plugins where each is a container of its own."""
    if plugin.other_plugins and plugin.form != "legacy":
        text = (
            "has no effect with velaPlugin.form sidecar: every plugin is a container of its own; "
            f"allowed: not set. Fix: {remove('velaPlugin.otherPlugins')}"
        )
        yield Problem("velaPlugin.otherPlugins", text)


@rule("velaPlugin.mode", "velaPlugin.kubeconfigSecret", "velaPlugin.cliImage")
def only_rendering_needs_the_cli(plugin: VelaPluginSettings) -> Iterator[Problem]:
    """Yield credentials and images that the plugin would not use."""
    given = {"kubeconfigSecret": plugin.kubeconfig_secret, "cliImage": plugin.cli_image}
    for name, value in given.items():
        if value is not None and plugin.mode != "render":
            key = f"velaPlugin.{name}"
            text = (
                "has no effect with velaPlugin.mode application, which runs no vela and contacts "
                f"no cluster; allowed: not set. Fix: {remove(key)}, or "
                f"{put('velaPlugin.mode', 'render')}"
            )
            yield Problem(key, text)
