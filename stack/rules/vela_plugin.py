"""Rules for the `vela` plugin."""

from collections.abc import Iterator

from settings.problems import Problem, put, remove
from stack.rules.base import rule
from stack.settings import Settings

_ENABLED = "velaPlugin.enabled"

_FORM = "velaPlugin.form"


def _version(settings: Settings) -> tuple[int, ...]:
    return tuple(map(int, settings.argo_cd.version.removeprefix("v").split(".")))


@rule(_ENABLED, "argoCd.enabled")
def the_plugin_has_an_argo_cd(settings: Settings) -> Iterator[Problem]:
    """Yield a plugin that was asked for and that nobody would run."""
    if settings.vela_plugin.enabled and not settings.argo_cd.enabled:
        text = (
            "true is not allowed: argoCd.enabled is false, and only Argo CD runs plugins; "
            f"allowed: false or not set. Fix: {put('argoCd.enabled', 'true')}, or "
            f"{remove(_ENABLED)}"
        )
        yield Problem(_ENABLED, text)


@rule(_ENABLED, _FORM, "argoCd.version", "argoCd.mode")
def the_form_is_one_that_argo_cd_knows(settings: Settings) -> Iterator[Problem]:
    """Yield a form that this version of Argo CD does not run.

    Ref: https://github.com/argoproj/argo-cd/blob/v2.8.0/docs/operator-manual/upgrading/2.7-2.8.md
    """
    argo, plugin = settings.argo_cd, settings.vela_plugin
    if not settings.has_vela_plugin:
        return
    version = _version(settings)
    if plugin.form == "legacy" and version >= (2, 8):
        text = (
            f"legacy is not allowed with Argo CD {argo.version}: since 2.8 it ignores "
            "configManagementPlugins of argocd-cm without a word; allowed: sidecar. "
            f"Fix: {put(_FORM, 'sidecar')}"
        )
        yield Problem(_FORM, text)
    if plugin.form == "legacy" and version < (2, 4):
        text = (
            f"legacy is not allowed with Argo CD {argo.version}: before 2.4 a plugin gets no "
            "variables of its own; allowed: v2.4.0 to v2.7.x. Fix: upgrade that Argo CD"
        )
        yield Problem(_FORM, text)
    if plugin.form == "sidecar" and version < (2, 8):
        text = (
            f"sidecar is not allowed with Argo CD {argo.version}: before 2.8 an entry of argocd-cm "
            "of the same name would go first, and applications name their plugin as such an entry; "
            f"allowed: legacy. Fix: {put(_FORM, 'legacy')}"
        )
        yield Problem(_FORM, text)


@rule(_ENABLED, "kubeVela.enabled", "argoCd.trackingMethod")
def argo_cd_does_not_track_by_label(settings: Settings) -> Iterator[Problem]:
    """Yield tracking by label: what vela-core makes carries the labels of its Application.

    Ref: https://github.com/kubevela/kubevela/issues/4359
    """
    has_applications = settings.has_vela_plugin or settings.kube_vela.enabled
    if has_applications and settings.argo_cd.tracking_method == "label":
        key = "argoCd.trackingMethod"
        text = (
            "label is not allowed with KubeVela: it copies an Application's labels to what it "
            "makes of it, and Argo CD would prune that; allowed: annotation or "
            f"annotation+label. Fix: {remove(key)}"
        )
        yield Problem(key, text)
