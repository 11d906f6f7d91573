"""Which artifacts a stack needs."""

from settings import Settings
from upstream.versions import CATALOGUE, Pin


def pins(settings: Settings) -> dict[str, Pin]:
    """Return the artifact of each unit that is installed, by the unit's name in the catalogue."""
    kruise, argo = settings.open_kruise, settings.argo_cd
    wanted = {}
    if kruise.enabled:
        wanted["openKruise"] = CATALOGUE["openKruise"].pin("chart", kruise.version, kruise.sha256)
    if argo.managed:
        wanted["argoCd"] = CATALOGUE["argoCd"].pin(argo.variant, argo.version, argo.sha256)
    return wanted
