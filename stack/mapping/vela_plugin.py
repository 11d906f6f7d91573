"""The settings as arguments of the vela plugin."""

from collections.abc import Sequence
from typing import Any

from components.vela_plugin.args import VelaPluginArgs
from components.vela_plugin.converter import converter
from kube.images import image_in
from kube.manifests import Manifest, sole
from stack.settings import Settings

_OWN_KINDS = ("ComponentDefinition", "TraitDefinition")


def vela_plugin_args(
    settings: Settings,
    release: Sequence[Manifest],
    *,
    own: Sequence[Manifest],
    chart: Sequence[Manifest] = (),
) -> VelaPluginArgs:
    """Return what the plugin is made from.

    `release` is Argo CD as published; empty where Argo CD is somebody else's. `own` are the
    definitions beside those of KubeVela's chart, and `chart` is these, for the mode `render`.
    """
    plugin, argo, images = settings.vela_plugin, settings.argo_cd, settings.images
    resources: Any = plugin.resources.model_dump(exclude_none=True)
    cli = plugin.cli_image or f"oamdev/vela-cli:v{settings.kube_vela.version}"
    image = plugin.image or (
        _image(release) if release else f"quay.io/argoproj/argocd:{argo.version}"
    )
    if argo.existing and images.registry:  # the managed release is rewritten as a whole
        image, cli = (image_in(images.registry, name) for name in (image, cli))
    names = {kind: [d["metadata"]["name"] for d in own if d["kind"] == kind] for kind in _OWN_KINDS}
    others = plugin.other_plugins
    # Of the platform's own one the converter knows the parameters.
    types = [name for name in names["ComponentDefinition"] if name != "cloneset"]
    return {
        "namespace": argo.namespace,
        "mode": plugin.mode,
        "form": plugin.form,
        "files": converter(),
        "image": image,
        "cli_image": cli,
        "definitions": [d for d in [*chart, *own] if d["kind"] in _OWN_KINDS],
        "traits": plugin.traits,
        "more_traits": names["TraitDefinition"],
        "components": {name: ["*"] for name in types} | plugin.components,
        "kubeconfig_secret": plugin.kubeconfig_secret,
        "resources": resources,
        "track_by_annotation": argo.existing and argo.version.startswith("v2."),
        "other_plugins": [p.model_dump(by_alias=True, exclude_none=True) for p in others],
        "pull_secrets": images.pull_secrets,
        "patch": argo.existing,
    }


def _image(release: Sequence[Manifest]) -> str:
    """Return the image that the repo-server runs: the plugin server must be of the same version."""
    pod = sole(release, "Deployment", "argocd-repo-server")["spec"]["template"]["spec"]
    (container,) = (c for c in pod["containers"] if c["name"] == "argocd-repo-server")
    return str(container["image"])
