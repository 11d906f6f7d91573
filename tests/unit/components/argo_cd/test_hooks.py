"""Applications go while their controller runs; where it does not, that is said at once."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
import pytest

from components.argo_cd import hooks as argo_cd
from components.argo_cd.hooks import CONTROLLER, hooks
from errors import TeardownError
from kube.cluster import Cluster
from kube.target import Target
from tests.support.fake_api import FakeApi
from tools.render.recorder import record

Call = Callable[..., None]
FINALIZER = "resources-finalizer.argocd.argoproj.io/background"
APPLICATIONS = "/apis/argoproj.io/v1alpha1/applications"
PODS = "/api/v1/namespaces/argocd/pods"
PATCH = (
    "  kubectl patch applications.argoproj.io -n argocd web --type=merge "
    """-p '{"metadata":{"finalizers":null}}'"""
)


def application(name: str = "web", **metadata: Any) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": "argocd", **metadata}}


def pod(ready: str) -> dict[str, Any]:
    return {"status": {"conditions": [{"type": "Ready", "status": ready}]}}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, cluster: Cluster) -> Call:
    """Return a function that runs a hook as the engine would."""

    def connect(*target: object) -> Cluster:
        assert target == ("/a/kubeconfig", "prod")
        return cluster

    monkeypatch.setattr(argo_cd, "connect", connect)

    def run(name: str, kind: str = "Application", **metadata: Any) -> None:
        # Outside of the recording, in which what is raised would end the loop.
        found: list[Any] = []
        target = Target("/a/kubeconfig", "prod", selected=True)
        record(lambda: found.append(hooks(target, "argocd")))
        inputs: Mapping[str, Any] = {"metadata": metadata}
        token = f"kubernetes:argoproj.io/v1alpha1:{kind}"
        getattr(found[0], name)(
            pulumi.ResourceHookArgs("urn", "id", "web", token, old_inputs=dict(inputs))
        )

    return run


@pytest.fixture(params=["no pod", "a pod that is not ready"])
def down(request: pytest.FixtureRequest, api: FakeApi) -> None:
    """Have an Application that only the controller can let go, and no controller."""
    api.has(APPLICATIONS, {"items": [application(finalizers=[FINALIZER]), application("other")]})
    api.has(PODS, {"items": [] if request.param == "no pod" else [pod("False")]})


@pytest.mark.usefixtures("down")
@pytest.mark.parametrize("kind", ["Application", "ApplicationSet"])
def test_without_a_controller_it_is_refused_with_the_commands(call: Call, kind: str) -> None:
    with pytest.raises(TeardownError) as refusal:
        call("before_application", kind, finalizers=[FINALIZER])

    text = str(refusal.value)
    assert "does not run in namespace argocd" in text
    assert "argocd/web: it would be waited for in vain" in text
    assert text.endswith(f"leave what they deployed where it is:\n{PATCH}")


@pytest.mark.usefixtures("down")
def test_one_without_cascade_needs_no_controller(call: Call) -> None:
    call("before_application")


def test_with_a_ready_controller_the_deletion_goes_on(call: Call, api: FakeApi) -> None:
    api.has(APPLICATIONS, {"items": [application(finalizers=[FINALIZER])]})
    api.has(PODS, {"items": [pod("False"), pod("True")]})
    call("before_application", finalizers=[FINALIZER])

    assert any(CONTROLLER.replace("/", "%2F").replace("=", "%3D") in p for _, p, _ in api.asked)


def test_where_nothing_waits_for_it_no_controller_is_needed(call: Call, api: FakeApi) -> None:
    api.has(APPLICATIONS, {"items": [application(finalizers=["example.org/mine"])]})
    api.has(PODS, {"items": []})
    call("before_application", finalizers=[FINALIZER])


def test_the_controller_stays_while_an_application_needs_it(call: Call, api: FakeApi) -> None:
    api.has(APPLICATIONS, {"items": [application(finalizers=[FINALIZER]), application("free")]})
    with pytest.raises(TeardownError) as refusal:
        call("before_controller", "StatefulSet")

    text = str(refusal.value)
    assert text.startswith("these Applications are not of this stack: argocd/web. ")
    assert text.endswith(PATCH)


@pytest.mark.parametrize(
    "items", [None, [], [application("free")]], ids=["no kind", "none", "free"]
)
def test_the_controller_goes_when_nothing_waits_for_it(
    call: Call, api: FakeApi, items: list[Any] | None
) -> None:
    if items is not None:
        api.has(APPLICATIONS, {"items": items})
    call("before_controller", "StatefulSet")
