"""The feature gates of OpenKruise, as data.

An unknown gate makes the manager exit while it parses its flags, so names are checked here.
Ref: https://github.com/openkruise/kruise/blob/v1.8.3/pkg/features/kruise_features.go
"""

from collections.abc import Collection, Mapping

from settings.problems import suggestion

MINORS = ("1.7", "1.8", "1.9")
"""The chart versions, as major.minor, whose gates are known."""

PLATFORM_DEFAULTS: Mapping[str, bool] = {"ImagePullJobGate": True, "TemplateNoDefaults": True}
"""What this platform sets where the stack says nothing.

ImagePullJobGate is the chart's own default, which any other value would replace. TemplateNoDefaults
keeps the webhooks from writing defaults into pod templates, which Argo CD would report as drift.
"""

_SINCE_1_7 = (
    # on by default
    "DaemonWatchingPod",
    "InPlaceUpdateEnvFromMetadata",
    "KruiseDaemon",
    "PodIndexLabel",
    "PodProbeMarkerGate",
    "PodUnavailableBudgetDeleteGate",
    "PodWebhook",
    "StatefulSetAutoDeletePVC",
    "WorkloadSpread",
    # off by default, beta
    "ResourcesDeletionProtection",
    # off by default, alpha
    "CloneSetEventHandlerOptimization",
    "CloneSetPartitionRollback",
    "CloneSetShortHash",
    "DeletionProtectionForCRDCascadingGate",
    "EnableExternalCerts",
    "EnablePodProbeMarkerOnServerless",
    "EnhancedLivenessProbe",
    "ForceDeleteTimeoutExpectationGate",
    "ImagePullJobGate",
    "InPlaceWorkloadVerticalScaling",
    "KruisePodReadinessGate",
    "PodUnavailableBudgetUpdateGate",
    "PreDownloadImageForDaemonSetUpdate",
    "PreDownloadImageForInPlaceUpdate",
    "PreparingUpdateAsUpdate",
    "RecreatePodWhenChangeVCTInCloneSetGate",
    "ResourceDistributionGate",
    "SidecarSetPatchPodMetadataDefaultsAllowed",
    "SidecarTerminator",
    "StatefulSetAutoResizePVCGate",
    "StatefulSetStartOrdinal",
    "TemplateNoDefaults",
)

SINCE_1_9 = frozenset({"EnableSortSidecarContainerByName", "InPlacePodVerticalScaling"})
"""Gates that charts before 1.9 refuse."""

GROUPS = frozenset({"AllAlpha", "AllBeta"})
"""Names that set every gate of a stage at once."""

KNOWN = frozenset(_SINCE_1_7) | SINCE_1_9 | GROUPS
"""Every name that some supported version accepts."""

MISNOMERS: Mapping[str, str] = {
    "EnhancedLivenessProbeGate": "EnhancedLivenessProbe",
    "ForceDeleteTimeoutExpectationFeatureGate": "ForceDeleteTimeoutExpectationGate",
}
"""Names that the documentation of OpenKruise uses and its binary refuses, with the real name."""

NEED_DAEMON = frozenset(
    {
        "DaemonWatchingPod",
        "EnhancedLivenessProbe",
        "ImagePullJobGate",
        "InPlaceUpdateEnvFromMetadata",
        "PodProbeMarkerGate",
        "PreDownloadImageForDaemonSetUpdate",
        "PreDownloadImageForInPlaceUpdate",
        "SidecarTerminator",
    }
)
"""Gates that the manager switches off without a word when the node daemon is off."""

NEED_POD_WEBHOOK = frozenset(
    {
        "EnablePodProbeMarkerOnServerless",
        "EnhancedLivenessProbe",
        "KruisePodReadinessGate",
        "PodUnavailableBudgetDeleteGate",
        "PodUnavailableBudgetUpdateGate",
        "SidecarSetPatchPodMetadataDefaultsAllowed",
        "WorkloadSpread",
    }
)
"""Gates that the manager switches off without a word when PodWebhook is off."""

NEED_IMAGE_PULL_JOB = frozenset(
    {"PreDownloadImageForDaemonSetUpdate", "PreDownloadImageForInPlaceUpdate"}
)
"""Gates that switch ImagePullJobGate on, whatever was asked for."""

REFUSED: Mapping[tuple[str, bool], tuple[str, str]] = {
    ("AllAlpha", True): (
        "the chart drops the certificate Secret with it, and every webhook breaks",
        "name the alpha gates that are wanted",
    ),
    ("AllBeta", False): (
        "it turns KruiseDaemon and PodWebhook off behind the chart's back",
        "set single gates to false",
    ),
    ("EnableExternalCerts", True): (
        "this program supplies no certificates, and the manager of chart 1.9.1 crashes in a loop",
        "remove it: the manager makes its own certificates",
    ),
}
"""Values that break an installation: the reason and the way out."""


def of_version(version: str) -> frozenset[str]:
    """Return the names that a chart version accepts."""
    is_1_9 = version.startswith("1.9.")
    return KNOWN if is_1_9 else KNOWN - SINCE_1_9


def unknown(name: str, known: Collection[str]) -> str:
    """Return what to say of a name that is not among those of a chart version."""
    meant = MISNOMERS.get(name)
    hint = f"did you mean {meant}? " if meant else suggestion(name, known)
    listed = "" if hint else f"known: {', '.join(sorted(known))}. "
    where = "docs/reference/configuration.md"
    return f"unknown feature gate; {hint}{listed}Fix: rename or remove it ({where})"


def effective(requested: Mapping[str, bool], *, daemon: bool) -> dict[str, bool]:
    """Return the gates to pass to the chart, sorted by name: the defaults under what was requested.

    Without the node daemon KruiseDaemon is off, and ImagePullJobGate, which needs it, is left out.
    """
    defaults = dict(PLATFORM_DEFAULTS)
    if not daemon:
        del defaults["ImagePullJobGate"]
        defaults["KruiseDaemon"] = False
    return dict(sorted((defaults | dict(requested)).items()))
