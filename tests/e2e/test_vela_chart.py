"""What KubeVela's values mean in the real chart is what the settings say. No cluster is asked."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kube_vela.component import KubeVelaArgs, chart_values
from kube.manifests import Manifest
from tests.support.needs import uses_tools
from tests.support.stack_config import ROOT
from tools import toolchain
from upstream import artifacts
from upstream.versions import CATALOGUE

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("upstream")]

Rendered = Callable[..., list[Manifest]]
HOOK = "helm.sh/hook"


@pytest.fixture
@uses_tools("helm")
def rendered(tmp_path: Path) -> Rendered:
    """Return a function that renders the chart, hooks included, for some arguments."""
    product = CATALOGUE["kubeVela"]
    chart = artifacts.fetch(product.pin("chart", product.version), ROOT / artifacts.CACHE)
    helm = toolchain.ensure("helm")["helm"]

    def run(**given: Any) -> list[Manifest]:
        base: Any = {"webhooks": True, "multicluster": False, "controller": {"replicas": 1}}
        args: KubeVelaArgs = {**base, **given}  # type: ignore[typeddict-item]
        values = tmp_path / "values.yaml"
        values.write_text(yaml.safe_dump(chart_values(args)))
        command = [
            str(helm),
            "template",
            "kubevela",
            str(chart),
            "-n",
            "vela-system",
            "-f",
            str(values),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        objects = [o for o in yaml.safe_load_all(done.stdout) if o]
        return [o for o in objects if not o["kind"].endswith("Definition")]

    return run


def of_kind(objects: list[Manifest], kind: str) -> dict[str, Manifest]:
    return {o["metadata"]["name"]: o for o in objects if o["kind"] == kind}


def pods(objects: list[Manifest]) -> list[dict[str, Any]]:
    """Return the pod specs of what is installed; not of the chart's own test."""
    return [o["spec"]["template"]["spec"] for o in objects if o["kind"] in {"Deployment", "Job"}]


def controller(objects: list[Manifest]) -> dict[str, Any]:
    spec = of_kind(objects, "Deployment")["kubevela-vela-core"]["spec"]
    (only,) = spec["template"]["spec"]["containers"]
    return {"replicas": spec["replicas"], **only}


def policies(objects: list[Manifest]) -> set[str]:
    """Return the failure policies of the checks of an Application."""
    (configuration,) = of_kind(objects, "ValidatingWebhookConfiguration").values()
    return {
        w["failurePolicy"] for w in configuration["webhooks"] if w["name"].endswith(".applications")
    }


def test_by_default_jobs_make_the_certificate_and_there_is_no_gateway(rendered: Rendered) -> None:
    objects = rendered()

    assert set(of_kind(objects, "Deployment")) == {"kubevela-vela-core"}
    jobs = of_kind(objects, "Job")
    assert set(jobs) == {
        "kubevela-vela-core-admission-create",
        "kubevela-vela-core-admission-patch",
    }
    assert all(HOOK in job["metadata"]["annotations"] for job in jobs.values())
    (patch,) = jobs["kubevela-vela-core-admission-patch"]["spec"]["template"]["spec"]["containers"]
    assert "--patch-failure-policy=Fail" in patch["args"]
    assert controller(objects)["imagePullPolicy"] == "IfNotPresent"
    assert controller(objects)["readinessProbe"]["initialDelaySeconds"] == 5


def test_without_webhooks_there_is_no_hook_and_no_probe(rendered: Rendered) -> None:
    objects = rendered(webhooks=False)

    assert not of_kind(objects, "Job")
    assert not of_kind(objects, "ValidatingWebhookConfiguration")
    assert "readinessProbe" not in controller(objects)
    flags = " ".join(controller(objects)["args"])
    assert "--use-webhook" not in flags
    assert "--cluster-gateway" not in flags


def test_the_refused_pair_would_name_a_file_that_is_not_mounted(rendered: Rendered) -> None:
    """Why stack/rules/kube_vela.py refuses it; when this fails the rule can go."""
    found = controller(rendered(webhooks=False, multicluster=True))

    assert "--cluster-gateway-ca-file=/cluster-gateway-tls-cert/ca" in found["args"]
    assert not found.get("volumeMounts")


def test_cert_manager_takes_the_place_of_the_jobs(rendered: Rendered) -> None:
    objects = rendered(certificates="certManager")

    assert not of_kind(objects, "Job")
    assert "kubevela-vela-core-admission" in of_kind(objects, "Certificate")
    assert policies(objects) == {"Fail"}
    (mutating,) = of_kind(objects, "MutatingWebhookConfiguration").values()
    assert "cert-manager.io/inject-ca-from" in mutating["metadata"]["annotations"]


def test_the_failure_policy_can_be_eased(rendered: Rendered) -> None:
    assert policies(rendered(certificates="certManager", failure_policy="Ignore")) == {"Ignore"}
    jobs = of_kind(rendered(failure_policy="Ignore"), "Job")
    (patch,) = jobs["kubevela-vela-core-admission-patch"]["spec"]["template"]["spec"]["containers"]
    assert "--patch-failure-policy=Ignore" in patch["args"]


def test_the_gateway_comes_with_its_certificate(rendered: Rendered) -> None:
    gateway = {"replicas": 2, "resources": {"limits": {"memory": "300Mi"}}}
    objects = rendered(multicluster=True, gateway=gateway)

    deployment = of_kind(objects, "Deployment")["kubevela-cluster-gateway"]
    assert deployment["spec"]["replicas"] == 2
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["memory"] == "300Mi"
    mounts = {m["mountPath"] for m in controller(objects)["volumeMounts"]}
    assert "/cluster-gateway-tls-cert" in mounts


def test_every_image_comes_from_the_registry_with_the_secrets(rendered: Rendered) -> None:
    objects = rendered(
        multicluster=True, image_registry="reg.example.org/mirror", pull_secrets=["regcred"]
    )

    assert len(pods(objects)) == 6  # two Deployments, two Jobs for each certificate
    for pod in pods(objects):
        assert pod["imagePullSecrets"] == [{"name": "regcred"}]
        for container in pod["containers"]:
            assert container["image"].startswith("reg.example.org/mirror/oamdev/")


def test_replicas_and_resources_are_those_of_vela_core(rendered: Rendered) -> None:
    found = controller(
        rendered(controller={"replicas": 3, "resources": {"limits": {"memory": "2Gi"}}})
    )

    assert found["replicas"] == 3
    # What is not set keeps the chart's value.
    assert found["resources"]["limits"] == {"cpu": "500m", "memory": "2Gi"}


def test_authentication_takes_the_administrators_rights_away(rendered: Rendered) -> None:
    def roles(objects: list[Manifest]) -> set[str]:
        bindings = of_kind(objects, "ClusterRoleBinding").values()
        return {b["roleRef"]["name"] for b in bindings if HOOK not in str(b["metadata"])}

    assert "cluster-admin" in roles(rendered())
    objects = rendered(authentication=True, definition_validation=True)
    assert "cluster-admin" not in roles(objects)
    flags = controller(objects)["args"]
    assert "--authentication-with-user" in flags
    assert "--feature-gates=AuthenticateApplication=true" in flags
    assert "--feature-gates=ValidateDefinitionPermissions=true" in flags


def test_the_crds_of_the_chart_are_not_in_its_templates(rendered: Rendered) -> None:
    """Else they would have two owners."""
    assert not of_kind(rendered(), "CustomResourceDefinition")
