"""Tekton: layers that go up and down in the order that its webhooks demand."""

import copy
from typing import Any

import pytest

from components.tekton.component import Tekton, TektonArgs
from components.tekton.render import in_layers, require_read_only, sized, without_resolvers
from errors import ManifestError
from kube import manifests
from kube.manifests import Manifest
from tests.support.recordings import Recording, component_run

TEXT = """
apiVersion: v1
kind: Namespace
metadata: {name: tekton-pipelines}
---
apiVersion: v1
kind: Namespace
metadata: {name: tekton-pipelines-resolvers}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tasks.tekton.dev}
spec: {group: tekton.dev, versions: [{name: v1}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: resolvers}
roleRef: {kind: ClusterRole, name: resolvers}
subjects: [{kind: ServiceAccount, name: resolvers, namespace: tekton-pipelines-resolvers}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: feature-flags, namespace: tekton-pipelines}
data: {set-security-context: "false", kept: "yes"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: config-defaults, namespace: tekton-pipelines}
data: {_example: text}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: resolvers-feature-flags, namespace: tekton-pipelines-resolvers}
data: {enable-git-resolver: "true"}
---
apiVersion: v1
kind: Secret
metadata: {name: webhook-certs, namespace: tekton-pipelines}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: config.webhook.pipeline.tekton.dev}
webhooks: []
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tekton-pipelines-controller, namespace: tekton-pipelines}
spec:
  replicas: 1
  template:
    metadata: {}
    spec:
      containers:
        - name: controller
          image: ghcr.io/tektoncd/controller:v1@sha256:00
          args:
            - -entrypoint-image
            - ghcr.io/tektoncd/entrypoint:v1
            - -shell-image-win
            - a.example/b
            - -v
            - x.example/y
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tekton-pipelines-webhook, namespace: tekton-pipelines}
spec:
  template:
    metadata: {}
    spec:
      containers:
        - name: webhook
          image: ghcr.io/tektoncd/webhook:v1
          resources: {requests: {cpu: 100m, memory: 100Mi}, limits: {cpu: 500m}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: tekton-pipelines-webhook, namespace: tekton-pipelines}
spec:
  minReplicas: 1
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: tekton-pipelines-webhook}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: remote-resolvers, namespace: tekton-pipelines-resolvers}
spec:
  template:
    metadata: {}
    spec: {containers: [{name: controller, image: ghcr.io/tektoncd/resolvers:v1}]}
"""

COMPANION = """
apiVersion: v1
kind: ConfigMap
metadata: {name: tekton-pruner-default-spec, namespace: tekton-pipelines}
data: {global-config: shipped}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: validation.webhook.pruner.tekton.dev}
webhooks: []
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: tekton-pruner-webhook, namespace: tekton-pipelines}
spec:
  template:
    metadata: {}
    spec: {containers: [{name: webhook, image: example.org/pruner:v1, args: [--read-only=true]}]}
"""

INTERCEPTOR = """
apiVersion: triggers.tekton.dev/v1alpha1
kind: ClusterInterceptor
metadata: {name: cel}
spec: {}
"""


def release(text: str = TEXT) -> list[Manifest]:
    return manifests.parse(text)


def run(**given: Any) -> Recording:
    args: dict[str, Any] = {"release": release(), "version": "v1.15.0", **given}
    typed: TektonArgs = args  # type: ignore[assignment]
    return component_run(lambda opts: Tekton("tekton", typed, opts))


def waits_for(recording: Recording, late: str, early: str) -> bool:
    return recording[early].urn in recording.comes_after(recording[late])


POD = "tekton-deployment-tekton-pipelines-webhook"
WEBHOOK = "tekton-validatingwebhookconfiguration-config.webhook.pipeline.tekton.dev"
CONFIG = "tekton-configmap-feature-flags"
HOME = "tekton-namespace-tekton-pipelines"


@pytest.mark.parametrize("early, late", [(HOME, CONFIG), (CONFIG, WEBHOOK), (WEBHOOK, POD)])
def test_each_layer_waits_for_the_one_before(early: str, late: str) -> None:
    recording = run()

    assert waits_for(recording, late, early)
    assert not waits_for(recording, early, late)


def test_companions_come_after_the_webhook_that_intercepts_their_config_maps() -> None:
    recording = run(
        triggers={
            "release": release(COMPANION),
            "interceptors": release(INTERCEPTOR),
            "version": "v0",
        }
    )

    companion = "tekton-configmap-tekton-pruner-default-spec"
    assert waits_for(recording, companion, POD)
    interceptor = "tekton-clusterinterceptor-cel"
    assert waits_for(recording, interceptor, "tekton-deployment-tekton-pruner-webhook")


def test_only_pods_wait_for_what_intercepts_pods() -> None:
    def program(opts: Any) -> None:
        from kube.resources import KubernetesObject  # noqa: PLC0415 as a unit would be

        other = KubernetesObject("kruise", release(INTERCEPTOR)[0], opts)
        args: Any = {"release": release(), "version": "v1", "pods_depend_on": [other]}
        Tekton("tekton", args, opts)

    recording = component_run(program)
    assert waits_for(recording, POD, "kruise")
    assert not waits_for(recording, WEBHOOK, "kruise")


def test_settings_are_merged_over_what_is_shipped() -> None:
    recording = run(
        feature_flags={"set-security-context": "true"},
        defaults={"default-timeout-minutes": "30"},
        resolver_flags={"enable-git-resolver": "false"},
    )

    assert recording[CONFIG].inputs["data"] == {"set-security-context": "true", "kept": "yes"}
    assert recording["tekton-configmap-config-defaults"].inputs["data"] == {
        "_example": "text",
        "default-timeout-minutes": "30",
    }
    resolvers = "tekton-configmap-tekton-pipelines-resolvers-resolvers-feature-flags"
    assert recording[resolvers].inputs["data"] == {"enable-git-resolver": "false"}


def test_without_resolvers_nothing_of_them_is_registered() -> None:
    assert [name for name in run(resolvers=False).by_name if "resolvers" in name] == []
    left = [o["metadata"]["name"] for o in without_resolvers(release())]
    assert len(left) == len(release()) - 4


def test_images_in_arguments_come_from_the_registry_too() -> None:
    deployment = run(image_registry="reg.example")["tekton-deployment-tekton-pipelines-controller"]
    (container,) = deployment.inputs["spec"]["template"]["spec"]["containers"]

    assert container["image"] == "reg.example/tektoncd/controller:v1@sha256:00"
    assert container["args"] == [
        "-entrypoint-image",
        "reg.example/tektoncd/entrypoint:v1",
        "-shell-image-win",
        "reg.example/b",
        "-v",
        "x.example/y",
    ]


def test_a_workload_is_sized_over_what_is_shipped() -> None:
    given = release()
    kept = copy.deepcopy(given)
    found = sized(given, "tekton-pipelines-controller", 2, {"requests": {"cpu": "1"}})
    deployment = manifests.sole(found, "Deployment", "tekton-pipelines-controller")

    assert deployment["spec"]["replicas"] == 2
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == {"requests": {"cpu": "1"}}
    assert given == kept
    assert sized(found, "tekton-pipelines-controller", 2, {"requests": {"cpu": "1"}}) == found


@pytest.mark.parametrize("replicas, most", [(2, 5), (7, 7)])
def test_where_an_autoscaler_is_shipped_it_owns_the_number_of_pods(
    replicas: int, most: int
) -> None:
    found = sized(release(), "tekton-pipelines-webhook", replicas, {"limits": {"memory": "1Gi"}})
    deployment = manifests.sole(found, "Deployment", "tekton-pipelines-webhook")
    scaler = manifests.sole(found, "HorizontalPodAutoscaler", "tekton-pipelines-webhook")

    assert "replicas" not in deployment["spec"]
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (replicas, most)
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["resources"] == {
        "requests": {"cpu": "100m", "memory": "100Mi"},
        "limits": {"cpu": "500m", "memory": "1Gi"},
    }


def test_the_pruners_policy_is_its_own_entry() -> None:
    policy = {"successfulHistoryLimit": 5, "failedHistoryLimit": 7}
    pruner = {"release": release(COMPANION), "version": "v0.4.1", "policy": policy}
    recording = run(pruner=pruner)

    data = recording["tekton-configmap-tekton-pruner-default-spec"].inputs["data"]
    lines = ["enforcedConfigLevel: global", "failedHistoryLimit: 7", "successfulHistoryLimit: 5"]
    assert data["global-config"].splitlines() == lines
    assert recording["tekton"].inputs["pruner"] == "v0.4.1"


def test_only_a_read_only_dashboard_is_installed() -> None:
    run(dashboard=release(COMPANION))
    with pytest.raises(ManifestError, match="read-only"):
        require_read_only(release())


def test_no_object_is_lost_between_the_layers() -> None:
    layers = in_layers(release())

    assert sorted(str(o) for layer in layers for o in layer) == sorted(map(str, release()))


def test_what_the_webhook_fills_in_is_not_declared() -> None:
    assert "data" not in run()["tekton-secret-webhook-certs"].inputs
