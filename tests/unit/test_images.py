"""make images: who uses which image, and where it goes."""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import charts
from tools.images import Images, as_json, as_text, collected, listed, without_registry
from tools.render.recorder import Registration

PREFIX = "urn:pulumi:dev::gitops-bootstrap::bootstrap:index:"
VALUES = {"manager": {"image": {"repository": "openkruise/kruise-manager", "tag": "v1.8.3"}}}


def registration(unit: str, token: str, name: str, inputs: dict[str, Any]) -> Registration:
    urn = f"{PREFIX}{unit}${token}::{name}"
    return Registration(urn, token, name, True, "", inputs, [], "", False, False, [], [])


@pytest.fixture
def registrations(tmp_path: Path) -> list[Registration]:
    chart(tmp_path / "kruise.tgz", VALUES | {"hook": {"repository": "openkruise/hook", "tag": "1"}})
    container = {"name": "c", "image": "ghcr.io/t/controller:v1@sha256:aa"}
    arguments = ["-nop-image", "ghcr.io/t/nop@sha256:bb"]
    pod = {"kind": "Pod", "spec": {"containers": [container | {"args": arguments}]}}
    release = {
        "name": "kruise",
        "namespace": "kruise-system",
        "chart": "kruise.tgz",
        "values": {"hook": {"tag": "2"}},
    }
    return [
        registration("Tekton", "kubernetes:core/v1:Pod", "tekton-pod", pod),
        registration("OpenKruise", "kubernetes:helm.sh/v3:Release", "release", release),
    ]


def chart(path: Path, values: dict[str, Any]) -> None:
    """Write a chart archive with these values, and a chart inside it with others."""
    texts = {
        "kruise/charts/inner/values.yaml": {"image": {"repository": "inner", "tag": "1"}},
        "kruise/values.yaml": values,
    }
    with tarfile.open(path, "w:gz") as archive:
        for name, content in texts.items():
            data = yaml.safe_dump(content).encode()
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))


def test_containers_arguments_and_charts_name_images(
    registrations: list[Registration], tmp_path: Path
) -> None:
    assert collected(registrations, None, tmp_path) == {
        "ghcr.io/t/controller:v1@sha256:aa": [("Tekton", "tekton-pod")],
        "ghcr.io/t/nop@sha256:bb": [("Tekton", "tekton-pod")],
        "docker.io/openkruise/kruise-manager:v1.8.3": [("OpenKruise", "release")],
        "docker.io/openkruise/hook:2": [("OpenKruise", "release")],
    }


def test_a_prefix_of_all_images_of_a_chart_is_part_of_their_names(tmp_path: Path) -> None:
    chart(tmp_path / "kruise.tgz", {"imageRegistry": "", **VALUES})
    release = {"chart": "kruise.tgz", "values": {"imageRegistry": "example.org/"}}

    assert charts.images_by_values(release, tmp_path) == [
        "example.org/openkruise/kruise-manager:v1.8.3"
    ]


def test_an_image_goes_where_the_program_takes_it_from() -> None:
    users = {"ghcr.io/t/a:v1@sha256:aa": [("B", "two"), ("A", "one")], "docker.io/b/c:1": []}
    found = listed(users, {"mirror.org/x/t/a:v1@sha256:aa"}, "mirror.org/x")

    first, second = found[1], found[0]
    assert (first.target, first.digest) == ("mirror.org/x/t/a:v1@sha256:aa", "sha256:aa")
    assert (first.units, first.users) == (["A", "B"], ["one", "two"])
    # The program does not take it from the registry: to say so would leave the mirror short of it.
    assert second.target == second.source


def test_text_has_a_line_per_image_and_json_has_all() -> None:
    images = listed({"a.io/b:1": [("A", "x")]}, {"m.org/b:1"}, "m.org")
    alone = Images("dev", None, complete=True, images=listed({"a.io/b:1": []}, set(), None))
    moved = Images("dev", "m.org", complete=True, images=images)

    assert as_text(alone) == "a.io/b:1"
    assert as_text(moved) == "a.io/b:1 m.org/b:1"
    assert json.loads(as_json(moved))["images"] == [
        {
            "source": "a.io/b:1",
            "target": "m.org/b:1",
            "digest": None,
            "units": ["A"],
            "users": ["x"],
        }
    ]


def test_the_registry_is_taken_out_of_the_configuration() -> None:
    key = "gitops-bootstrap:images"
    config = {"a": "b", key: json.dumps({"registry": "m.org", "pullSecrets": ["x"]})}

    assert without_registry(config) == ("m.org", {"a": "b", key: '{"pullSecrets": ["x"]}'})
    assert without_registry({}) == (None, {key: "{}"})
