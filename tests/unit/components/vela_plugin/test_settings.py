"""What belongs together in the settings of the vela plugin."""

from typing import Any

import pytest

from tests.unit.stack.helpers import load, problems


def existing(version: str, **plugin: Any) -> dict[str, Any]:
    """Return the settings of a stack with an Argo CD of somebody else."""
    return {
        "argoCd": {"mode": "existing", "version": version},
        "velaPlugin": {"enabled": True, **plugin},
    }


@pytest.mark.parametrize(
    "given, expected",
    [
        ({}, True),
        ({"argoCd": {"enabled": False}}, False),
        ({"kubeVela": {"enabled": False}}, False),
        ({"kubeVela": {"enabled": False}, "velaPlugin": {"enabled": True}}, True),
        ({"velaPlugin": {"enabled": False}}, False),
        ({"argoCd": {"mode": "existing"}}, False),
        ({"argoCd": {"mode": "existing"}, "velaPlugin": {"enabled": True}}, True),
    ],
    ids=["default", "no Argo CD", "no KubeVela", "asked for", "off", "existing", "asked existing"],
)
def test_the_plugin_is_added_where_its_parts_are_ours(
    given: dict[str, Any], expected: bool
) -> None:
    assert load(given).has_vela_plugin is expected


def test_a_plugin_without_argo_cd_is_refused() -> None:
    found = problems({"argoCd": {"enabled": False}, "velaPlugin": {"enabled": True}})

    assert found.keys() == {"velaPlugin.enabled"}
    assert "only Argo CD runs plugins" in found["velaPlugin.enabled"]


@pytest.mark.parametrize(
    "version, form, reason",
    [
        ("v2.8.0", "legacy", "since 2.8 it ignores configManagementPlugins of argocd-cm without a"),
        ("v3.5.1", "legacy", "since 2.8 it ignores configManagementPlugins of argocd-cm without a"),
        ("v2.7.18", "sidecar", "before 2.8 an entry of argocd-cm of the same name would go first"),
        ("v2.3.0", "legacy", "before 2.4 a plugin gets no variables of its own"),
    ],
)
def test_a_form_that_the_version_does_not_run_is_refused_with_the_reason(
    version: str, form: str, reason: str
) -> None:
    found = problems(existing(version, form=form))

    assert found.keys() == {"velaPlugin.form"}
    assert reason in found["velaPlugin.form"]
    assert "Fix: " in found["velaPlugin.form"]


def test_the_legacy_form_is_refused_on_an_argo_cd_of_ours() -> None:
    assert "since 2.8" in problems({"velaPlugin": {"form": "legacy"}})["velaPlugin.form"]


@pytest.mark.parametrize(
    "version, form", [("v2.4.0", "legacy"), ("v2.7.18", "legacy"), ("v2.8.0", "sidecar")]
)
def test_each_version_from_2_4_on_has_its_form(version: str, form: str) -> None:
    assert load(existing(version, form=form)).vela_plugin.form == form


def test_other_plugins_are_refused_where_each_is_a_container() -> None:
    others = [{"name": "a", "generate": {"command": ["a"]}}]

    assert problems({"velaPlugin": {"otherPlugins": others}}).keys() == {"velaPlugin.otherPlugins"}
    load(existing("v2.7.18", form="legacy", otherPlugins=others))


@pytest.mark.parametrize(
    "key, value", [("kubeconfigSecret", "vela"), ("cliImage", "example.org/vela:v1")]
)
def test_what_only_rendering_needs_is_refused_without_it(key: str, value: str) -> None:
    found = problems({"velaPlugin": {key: value}})

    assert found.keys() == {f"velaPlugin.{key}"}
    assert "runs no vela and contacts no cluster" in found[f"velaPlugin.{key}"]
    load({"velaPlugin": {"mode": "render", key: value}})


def test_tracking_by_label_is_refused_with_the_reason() -> None:
    found = problems({"argoCd": {"trackingMethod": "label"}})

    assert "Argo CD would prune" in found["argoCd.trackingMethod"]
    load({"argoCd": {"trackingMethod": "annotation+label"}})
    nobody = {"velaPlugin": {"enabled": False}, "kubeVela": {"enabled": False}}
    load({"argoCd": {"trackingMethod": "label"}, **nobody})


@pytest.mark.parametrize("image", ["argocd", "a/argocd:latest", "a:5000/argocd", "a/b@sha256:0"])
def test_an_image_that_floats_is_refused(image: str) -> None:
    assert problems({"velaPlugin": {"image": image}}).keys() == {"velaPlugin.image"}


@pytest.mark.parametrize(
    "image", ["argocd:v3", "a:5000/b/argocd:v3.5.1", f"a/b@sha256:{'0' * 64}", "a/b:1_A.b-c"]
)
def test_an_image_with_a_tag_or_a_digest_is_accepted(image: str) -> None:
    assert load({"velaPlugin": {"image": image}}).vela_plugin.image == image
