"""What the plugin adds to Argo CD: the container, its files, the entry of argocd-cm."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from components.vela_plugin.args import VelaPluginArgs
from components.vela_plugin.contribution import contribution
from components.vela_plugin.converter import HOME, converter
from components.vela_plugin.pod import HASH
from tests.support.converter import CONVERTER

DEFINITION = {
    "apiVersion": "core.oam.dev/v1beta1",
    "kind": "TraitDefinition",
    "metadata": {"name": "gateway"},
    "spec": {
        "schematic": {"cue": {"template": "legacyAPI: " + "context.clusterVersion.minor < 19\n"}}
    },
}
RENDER = {"mode": "render", "cli_image": "example.org/vela:v1", "definitions": [DEFINITION]}
LEGACY = {"form": "legacy"}
SECRET = {"kubeconfig_secret": "vela"}

each_way = pytest.mark.parametrize(
    "given",
    [{}, RENDER, RENDER | SECRET, LEGACY, LEGACY | RENDER, LEGACY | RENDER | SECRET],
    ids=["application", "render", "kubeconfig", "legacy", "legacy render", "legacy kubeconfig"],
)


def args(**given: Any) -> VelaPluginArgs:
    """Return complete arguments, some of them replaced."""
    base = {
        "namespace": "tools",
        "mode": "application",
        "form": "sidecar",
        "files": converter(),
        "image": "example.org/argocd:v1",
    }
    return {**base, **given}  # type: ignore[typeddict-item]


def pod(**given: Any) -> dict[str, Any]:
    """Return the spec of the pod as the patch has it."""
    found: dict[str, Any] = contribution(args(**given)).patch["spec"]["template"]["spec"]
    return found


def digest(**given: Any) -> str:
    template = contribution(args(**given)).patch["spec"]["template"]
    return str(template["metadata"]["annotations"][HASH])


@each_way
def test_each_container_of_ours_is_confined(given: Mapping[str, Any]) -> None:
    spec = pod(**given)
    ours = [c for c in [*spec["containers"], *spec.get("initContainers", [])] if "image" in c]

    assert bool(ours) == (given.get("form") != "legacy" or given.get("mode") == "render")
    for container in ours:
        assert container["securityContext"] == {
            "runAsUser": 999,
            "runAsNonRoot": True,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        assert container["resources"]["limits"]["memory"]
        assert "latest" not in container["image"]


@each_way
def test_the_pod_gets_no_token_and_no_secret_but_the_one_that_is_given(
    given: Mapping[str, Any],
) -> None:
    spec = pod(**given)
    secrets = [v["secret"]["secretName"] for v in spec["volumes"] if "secret" in v]

    assert secrets == (["vela"] if "kubeconfig_secret" in given else [])
    assert spec.keys() <= {"containers", "initContainers", "volumes"}
    assert {kind for v in spec["volumes"] for kind in v} <= {
        "name",
        "configMap",
        "emptyDir",
        "secret",
    }
    assert not [e for c in spec["containers"] for e in c.get("env", []) if "valueFrom" in e]
    # Only the container that runs the plugin sees it.
    assert len([c for c in spec["containers"] if "vela-kubeconfig" in str(c)]) == len(secrets)
    assert "vela-kubeconfig" not in str(spec.get("initContainers"))


@each_way
def test_in_a_pod_of_somebody_else_our_containers_get_no_token_either(
    given: Mapping[str, Any],
) -> None:
    spec = pod(patch=True, **given)
    ours = [c for c in [*spec["containers"], *spec.get("initContainers", [])] if "image" in c]

    empty = [v["name"] for v in spec["volumes"] if v.get("emptyDir") == {}]
    for container in ours:
        places = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
        assert places["/var/run/secrets/kubernetes.io/serviceaccount"] in empty


@each_way
@pytest.mark.parametrize("patch", [False, True], ids=["ours", "of somebody else"])
def test_each_mount_has_its_volume_and_each_volume_is_mounted(
    given: Mapping[str, Any], *, patch: bool
) -> None:
    spec = pod(patch=patch, **given)
    containers = [*spec["containers"], *spec.get("initContainers", [])]
    mounted = {m["name"] for c in containers for m in c["volumeMounts"]}
    shipped = {"var-files", "plugins"} if given.get("form") != "legacy" else set()

    assert mounted == {v["name"] for v in spec["volumes"]} | shipped


def test_the_plugin_server_runs_with_a_tmp_of_its_own() -> None:
    spec = pod()
    (container,) = spec["containers"]
    mounts = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}

    assert container["name"] == "vela"
    assert container["command"] == ["/var/run/argocd/argocd-cmp-server"]
    assert mounts["/tmp"] == "vela-tmp"  # noqa: S108 of the container
    assert {"name": "vela-tmp", "emptyDir": {}} in spec["volumes"]


def test_the_definition_names_the_plugin_as_applications_do() -> None:
    (config_map,) = contribution(args()).objects
    definition = json.loads(config_map["data"]["plugin.yaml"])

    assert definition["metadata"] == {"name": "vela"}
    # A version would be part of the name; discovery would run for every repository.
    assert definition["spec"] == {
        "generate": {"command": ["sh", f"{HOME}/generate.sh", "application"]}
    }


@pytest.mark.parametrize("form", ["sidecar", "legacy"])
def test_the_mounted_files_are_the_converter_that_the_tests_run(form: str) -> None:
    given = contribution(args(form=form))
    (config_map,) = given.objects
    (volume,) = (v for v in given.patch["spec"]["template"]["spec"]["volumes"] if "configMap" in v)
    paths = {item["path"]: item["key"] for item in volume["configMap"]["items"]}

    files = [f.relative_to(CONVERTER).as_posix() for f in CONVERTER.rglob("*") if f.is_file()]
    assert {*files, "values.json"} == paths.keys() - {"plugin.yaml"}
    assert "generate.sh" in files
    for name in files:
        assert config_map["data"][paths[name]] == (CONVERTER / name).read_text()


def test_a_key_of_the_config_map_is_one() -> None:
    keys = [key for o in contribution(args(**RENDER)).objects for key in o["data"]]

    assert len(keys) > 8
    assert all(key.replace("_", "").replace("-", "").replace(".", "").isalnum() for key in keys)


def test_the_digest_tells_each_change_that_a_running_pod_would_not_see() -> None:
    files = converter()
    changed = files | {"generate.sh": files["generate.sh"] + "\n"}
    other = {**DEFINITION, "metadata": {"name": "other"}}

    digests = [
        digest(),
        digest(traits=["scaler"]),
        digest(files=changed),
        digest(**RENDER),
        digest(**RENDER | {"definitions": [other]}),
    ]
    assert len(set(digests)) == len(digests)
    assert digest() == digests[0]


def test_definitions_are_kept_as_text_that_can_be_searched() -> None:
    (_, definitions) = contribution(args(**RENDER)).objects
    (text,) = definitions["data"].values()

    assert list(definitions["data"]) == ["traitdefinition-gateway.yaml"]
    assert "context.clusterVersion.minor" in text
    assert yaml.safe_load(text) == DEFINITION


def test_what_an_appfile_may_say_is_handed_on() -> None:
    given = {"traits": ["scaler"], "more_traits": ["ours"], "components": {"api": ["*"]}}
    (config_map,) = contribution(args(**given)).objects

    assert json.loads(config_map["data"]["values.json"]) == {
        "traits": ["scaler"],
        "moreTraits": ["ours"],
        "components": {"api": ["*"]},
    }


def test_resources_are_laid_over_the_plugins_own() -> None:
    (container,) = pod(resources={"limits": {"memory": "1Gi"}, "requests": {}})["containers"]

    assert container["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"memory": "1Gi"},
    }


def test_the_legacy_form_is_an_entry_beside_those_that_are_there() -> None:
    others = [{"name": "kasane", "generate": {"command": ["kasane", "show"]}}]
    entries = contribution(args(form="legacy", other_plugins=others)).entries

    assert yaml.safe_load(entries["configManagementPlugins"]) == [
        *others,
        {"name": "vela", "generate": {"command": ["sh", f"{HOME}/generate.sh", "application"]}},
    ]


def test_tracking_is_changed_only_where_it_must_be() -> None:
    assert contribution(args()).entries == {}
    assert contribution(args(track_by_annotation=True)).entries == {
        "application.resourceTrackingMethod": "annotation"
    }
