"""The vela plugin: data for Argo CD's own unit, or patches of an Argo CD of somebody else."""

from typing import TYPE_CHECKING, Any

from components.vela_plugin.component import VelaPlugin
from components.vela_plugin.converter import converter
from tests.support.recordings import Recording, component_run
from tools.render.recorder import Registration

if TYPE_CHECKING:
    from components.vela_plugin.args import VelaPluginArgs

CONFIG_MAP = "vela-plugin-configmap-vela-plugin"
DEFINITIONS = "vela-plugin-configmap-vela-plugin-definitions"
DEPLOYMENT = "vela-plugin-deployment-argocd-repo-server-"
SETTINGS = "vela-plugin-configmap-argocd-cm"


def run(**given: Any) -> Recording:
    base: VelaPluginArgs = {
        "namespace": "tools",
        "mode": "application",
        "form": "sidecar",
        "files": converter(),
        "image": "example.org/argocd:v1",
        "cli_image": "example.org/vela:v1",
    }
    args: VelaPluginArgs = {**base, **given}  # type: ignore[typeddict-item]
    return component_run(lambda opts: VelaPlugin("vela-plugin", args, opts))


def deployment(registered: Recording) -> Registration:
    """Return the patch of the Deployment, whose name ends with a digest of its content."""
    (found,) = (r for r in registered.objects if r.name.startswith(DEPLOYMENT))
    return found


def test_for_a_managed_argo_cd_nothing_is_registered() -> None:
    registered = run()

    assert [r.name for r in registered.all] == ["cluster", "vela-plugin"]
    assert registered["vela-plugin"].inputs == {
        "name": "vela",
        "form": "sidecar",
        "mode": "application",
    }


def test_an_existing_argo_cd_is_patched_after_the_files_are_there() -> None:
    registered = run(patch=True, track_by_annotation=True)

    patch = deployment(registered)
    assert {r.name for r in registered.objects} == {CONFIG_MAP, patch.name, SETTINGS}
    assert patch.type == "kubernetes:apps/v1:DeploymentPatch"
    assert registered[SETTINGS].type == "kubernetes:core/v1:ConfigMapPatch"
    assert registered[CONFIG_MAP].type == "kubernetes:core/v1:ConfigMap"
    assert registered.dependencies(patch) == [CONFIG_MAP]
    assert {registered.name_of(r.parent) for r in registered.objects} == {"vela-plugin"}
    assert {r.inputs["metadata"]["namespace"] for r in registered.objects} == {"tools"}


def test_two_patches_have_managers_of_their_own() -> None:
    registered = run(patch=True, track_by_annotation=True)
    patches = [deployment(registered), registered[SETTINGS]]

    managers = [
        p.inputs["metadata"]["annotations"]["pulumi.com/patchFieldManager"] for p in patches
    ]
    assert len(set(managers)) == 2


def test_a_patch_of_the_deployment_touches_no_other_container() -> None:
    pod = deployment(run(patch=True)).inputs["spec"]["template"]["spec"]

    assert [c["name"] for c in pod["containers"]] == ["vela"]
    assert sorted(v["name"] for v in pod["volumes"]) == [
        *("vela-no-token", "vela-plugin", "vela-tmp")
    ]


def test_pull_secrets_are_added_to_an_argo_cd_of_somebody_else_alone() -> None:
    patched = deployment(run(patch=True, pull_secrets=["regcred"]))

    pod = patched.inputs["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "regcred"}]
    assert SETTINGS not in run(patch=True).by_name


def test_rendering_has_a_second_config_map_with_the_definitions() -> None:
    registered = run(patch=True, mode="render")

    assert registered.dependencies(deployment(registered)) == [CONFIG_MAP, DEFINITIONS]


def test_another_content_is_another_patch() -> None:
    names = [deployment(run(patch=True, **given)).name for given in ({}, {"traits": ["scaler"]})]

    assert len(set(names)) == 2
    assert names[0] == deployment(run(patch=True)).name
