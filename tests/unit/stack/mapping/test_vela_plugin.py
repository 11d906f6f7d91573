"""The settings become what the plugin is made from."""

from typing import Any

from kube.manifests import Manifest
from stack.mapping.vela_plugin import vela_plugin_args
from tests.unit.stack.helpers import load

RELEASE: list[Manifest] = [
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "argocd-repo-server"},
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {"name": "other", "image": "example.org/other:v1"},
                        {"name": "argocd-repo-server", "image": "example.org/argocd:v9"},
                    ]
                }
            }
        },
    }
]
MIRROR = {"images": {"registry": "mirror.example.org/all"}}


def definition(kind: str, name: str) -> Manifest:
    return {"kind": kind, "metadata": {"name": name}}


OWN = [
    definition("ComponentDefinition", "cloneset"),
    definition("ComponentDefinition", "api"),
    definition("TraitDefinition", "canary"),
    definition("PolicyDefinition", "place"),
]


def args(given: dict[str, Any], release: list[Manifest] | None = None, **more: Any) -> Any:
    chosen = RELEASE if release is None else release
    return vela_plugin_args(load(given), chosen, **{"own": [], **more})


def test_the_sidecar_has_the_image_of_the_repo_server() -> None:
    assert args({})["image"] == "example.org/argocd:v9"
    assert args({"velaPlugin": {"image": "a/b:v1"}})["image"] == "a/b:v1"


def test_the_images_of_a_release_of_ours_are_rewritten_with_all_of_it() -> None:
    assert args(MIRROR)["image"] == "example.org/argocd:v9"
    assert args(MIRROR)["patch"] is False


def test_an_existing_argo_cd_is_patched_with_its_version_from_the_registry() -> None:
    existing = {
        "argoCd": {"mode": "existing", "version": "v2.8.0"},
        "velaPlugin": {"enabled": True},
    }

    found = args(existing | MIRROR, [])
    assert found["image"] == "mirror.example.org/all/argoproj/argocd:v2.8.0"
    assert found["cli_image"].startswith("mirror.example.org/all/oamdev/vela-cli:v1.")
    assert args(existing, [])["image"] == "quay.io/argoproj/argocd:v2.8.0"
    assert found["patch"] is True


def test_tracking_is_changed_on_an_existing_argo_cd_before_3() -> None:
    versions = ["v2.7.18", "v2.14.0", "v3.0.0"]
    found = [
        args({"argoCd": {"mode": "existing", "version": v}}, [])["track_by_annotation"]
        for v in versions
    ]

    assert found == [True, True, False]
    assert args({})["track_by_annotation"] is False


def test_the_cli_is_of_kubevelas_version() -> None:
    given = {"kubeVela": {"version": "1.10.8"}, "velaPlugin": {"mode": "render"}}

    assert args(given)["cli_image"] == "oamdev/vela-cli:v1.10.8"


def test_an_appfile_may_use_the_platforms_own_definitions() -> None:
    found = args({"velaPlugin": {"components": {"job": ["image"]}}}, own=OWN)

    assert found["more_traits"] == ["canary"]
    # The converter knows the parameters of cloneset.
    assert found["components"] == {"api": ["*"], "job": ["image"]}


def test_only_components_and_traits_are_rendered() -> None:
    chart = [
        definition("WorkflowStepDefinition", "deploy"),
        definition("TraitDefinition", "scaler"),
    ]

    rendered = args({}, own=OWN, chart=chart)["definitions"]
    assert [d["metadata"]["name"] for d in rendered] == ["scaler", "cloneset", "api", "canary"]
