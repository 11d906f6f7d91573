"""Which artifacts a stack needs."""

from components.tekton.settings import TektonSettings
from stack.settings import Settings
from upstream.versions import CATALOGUE, Pin


def pins(settings: Settings) -> dict[str, Pin]:
    """Return the artifact of each unit that is installed, by the unit's name in the catalogue."""
    kruise, argo, vela = settings.open_kruise, settings.argo_cd, settings.kube_vela
    wanted = {}
    if kruise.enabled:
        wanted["openKruise"] = CATALOGUE["openKruise"].pin("chart", kruise.version, kruise.sha256)
    if argo.managed:
        wanted["argoCd"] = CATALOGUE["argoCd"].pin(argo.variant, argo.version, argo.sha256)
    if vela.enabled or settings.renders_applications:
        wanted["kubeVela"] = CATALOGUE["kubeVela"].pin("chart", vela.version, vela.sha256)
    return wanted | _of_tekton(settings.tekton)


def _of_tekton(tekton: TektonSettings) -> dict[str, Pin]:
    if not tekton.enabled:
        return {}
    wanted = {"tekton": CATALOGUE["tekton"].pin("release", tekton.version, tekton.sha256)}
    if tekton.triggers.enabled:
        triggers = CATALOGUE["tektonTriggers"]
        wanted["tektonTriggers"] = triggers.pin("release", triggers.version)
        wanted["tektonInterceptors"] = triggers.pin("interceptors", triggers.version)
    if tekton.pruner.enabled:
        pruner = CATALOGUE["tektonPruner"]
        wanted["tektonPruner"] = pruner.pin("release", pruner.version)
    dashboard = tekton.dashboard
    if dashboard.enabled and dashboard.url and dashboard.sha256:
        wanted["tektonDashboard"] = Pin(url=dashboard.url, sha256=dashboard.sha256)
    return wanted
