"""Everything that the plugin adds to an Argo CD, as data."""

import json
from dataclasses import dataclass
from typing import Any

import yaml

from components.vela_plugin import pod
from components.vela_plugin.args import VelaPluginArgs
from components.vela_plugin.converter import command, plugin_yaml, values_json
from kube.manifests import Manifest

PLUGINS = "configManagementPlugins"
TRACKING = "application.resourceTrackingMethod"


@dataclass(frozen=True)
class Contribution:
    """What Argo CD's owner, or a patch, has to add."""

    objects: list[Manifest]
    """ConfigMaps, to be there before the repo-server's pods."""
    patch: Manifest
    """Of the repo-server's Deployment, to be merged by name."""
    entries: dict[str, str]
    """For argocd-cm."""


def contribution(args: VelaPluginArgs) -> Contribution:
    """Return what the plugin adds to an Argo CD."""
    files = dict(args["files"])
    files["values.json"] = values_json(args)
    if args["form"] == "sidecar":
        files["plugin.yaml"] = plugin_yaml(args["mode"])
    objects = [_config_map(args, pod.CONFIG_MAP, files)]
    if args["mode"] == "render":
        definitions = {
            # JSON, which folds no lines: render.sh looks for a phrase in the text.
            f"{d['kind']}-{d['metadata']['name']}.yaml".lower(): json.dumps(dict(d)) + "\n"
            for d in args.get("definitions") or ()
        }
        objects.append(_config_map(args, pod.DEFINITIONS, definitions))
    return Contribution(objects, pod.patch(args, objects), _entries(args))


def _entries(args: VelaPluginArgs) -> dict[str, str]:
    entries = {}
    if args.get("track_by_annotation"):
        # By label, what vela-core makes with the label of its Application looks like something
        # that Git has no more, and is pruned.
        entries[TRACKING] = "annotation"
    if args["form"] == "legacy":
        ours: dict[str, Any] = {"name": "vela", "generate": {"command": command(args["mode"])}}
        plugins = [*(dict(plugin) for plugin in args.get("other_plugins") or ()), ours]
        entries[PLUGINS] = yaml.safe_dump(plugins, sort_keys=False)
    return entries


def _config_map(args: VelaPluginArgs, name: str, files: dict[str, str]) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": args["namespace"]},
        "data": {path.replace("/", "__"): files[path] for path in sorted(files)},
    }
