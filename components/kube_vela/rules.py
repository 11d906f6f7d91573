"""Rules for KubeVela."""

from collections.abc import Iterator

from components.kube_vela.settings import KubeVelaSettings
from settings.digests import digest_problems
from settings.problems import Problem, put
from settings.registry import Rules
from upstream.versions import CATALOGUE

rule = Rules[KubeVelaSettings]()

_WEBHOOKS = "kubeVela.webhooks.enabled"

_FIRST = (1, 10, 4)
"""The oldest version that can be upgraded."""


@rule("kubeVela.version", "kubeVela.sha256")
def chart_of_kube_vela_has_a_digest(vela: KubeVelaSettings) -> Iterator[Problem]:
    """Yield a chart version without a digest: nothing is installed unverified."""
    return digest_problems("kubeVela", vela, "chart")


@rule("kubeVela.version")
def kube_vela_can_be_upgraded(vela: KubeVelaSettings) -> Iterator[Problem]:
    """Yield a version whose own webhook refuses the definitions of the next one.

    Ref: https://github.com/kubevela/kubevela/pull/6791
    """
    version = vela.version
    if tuple(map(int, version.split("."))) < _FIRST:
        oldest = ".".join(map(str, _FIRST))
        text = (
            f"{version} is not supported: upgrades from it are refused by its own webhook; "
            f"allowed: {oldest} or newer. "
            f"Fix: {put('kubeVela.version', CATALOGUE['kubeVela'].version)}"
        )
        yield Problem("kubeVela.version", text)


@rule("kubeVela.multicluster", _WEBHOOKS)
def the_gateway_has_the_webhooks_it_needs(vela: KubeVelaSettings) -> Iterator[Problem]:
    """Yield the pair with which vela-core cannot start.

    Ref: https://github.com/kubevela/kubevela/blob/v1.10.9/charts/vela-core/templates/kubevela-controller.yaml
    """
    reason = (
        "the chart mounts the gateway's certificate only with webhooks, and vela-core ends without"
    )
    return _need_webhooks("multicluster", vela.multicluster, vela.webhooks.enabled, reason)


@rule("kubeVela.authentication", _WEBHOOKS)
def authentication_has_the_webhooks_it_needs(vela: KubeVelaSettings) -> Iterator[Problem]:
    """Yield authentication without the webhook that notes who wrote an Application."""
    reason = "a webhook notes who wrote an Application; without it nobody's rights are used"
    return _need_webhooks("authentication", vela.authentication, vela.webhooks.enabled, reason)


@rule("kubeVela.definitionValidation", _WEBHOOKS)
def definition_validation_has_the_webhooks_it_needs(vela: KubeVelaSettings) -> Iterator[Problem]:
    """Yield a validation that nothing would carry out."""
    reason = "a webhook is what refuses; without it nothing is checked"
    wanted = vela.definition_validation
    return _need_webhooks("definitionValidation", wanted, vela.webhooks.enabled, reason)


def _need_webhooks(key: str, wanted: bool, webhooks: bool, reason: str) -> Iterator[Problem]:
    if wanted and not webhooks:
        text = (
            f"true is not allowed while {_WEBHOOKS} is false: {reason}; allowed: false. "
            f"Fix: {put(f'kubeVela.{key}', 'false')}, or {put(_WEBHOOKS, 'true')}"
        )
        yield Problem(f"kubeVela.{key}", text)
