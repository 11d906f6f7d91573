"""The component type `cloneset` as the real vela CLI renders and judges it. No cluster is asked."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.shared.definitions.chart import vela_definitions
from components.shared.definitions.reader import clone_set
from components.shared.definitions.vet import vet
from errors import DefinitionError
from kube.manifests import Manifest
from tests.support.needs import uses_tools
from tests.support.stack_config import ROOT
from tools import toolchain
from upstream import artifacts
from upstream.versions import CATALOGUE

pytestmark = pytest.mark.e2e

Render = Callable[..., list[Manifest]]
NOWHERE = """
apiVersion: v1
kind: Config
clusters: [{name: none, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: none, context: {cluster: none, user: none}}]
current-context: none
users: [{name: none, user: {}}]
"""


@pytest.fixture(scope="module")
@uses_tools("vela")
def vela() -> Path:
    return toolchain.ensure("vela")["vela"]


@pytest.fixture
def render(vela: Path, tmp_path: Path) -> Render:
    """Return a function that renders components with some definitions."""

    def run(components: list[Mapping[str, Any]], *definitions: Manifest) -> list[Manifest]:
        folder = tmp_path / "definitions"
        folder.mkdir(exist_ok=True)
        for number, definition in enumerate(definitions):
            (folder / f"{number}.yaml").write_text(yaml.safe_dump(definition))
        application = {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "Application",
            "metadata": {"name": "shop", "namespace": "demo"},
            "spec": {"components": components},
        }
        file, kubeconfig = tmp_path / "app.yaml", tmp_path / "kubeconfig"
        file.write_text(yaml.safe_dump(application))
        kubeconfig.write_text(NOWHERE)
        answer = subprocess.run(
            [vela, "dry-run", "--offline", "-f", file, "-d", folder, "-n", "demo"],
            env=os.environ | {"KUBECONFIG": str(kubeconfig), "VELA_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return [o for o in yaml.safe_load_all(answer.stdout) if o]

    return run


def component(**properties: Any) -> dict[str, Any]:
    return {"name": "web", "type": "cloneset", "properties": {"image": "web:1", **properties}}


def rendered(render: Render, **properties: Any) -> Manifest:
    """Return the CloneSet that a component becomes."""
    made, *_ = render([component(**properties)], clone_set())
    return made


def container(made: Manifest) -> dict[str, Any]:
    (only,) = made["spec"]["template"]["spec"]["containers"]
    return dict(only)


def test_a_component_needs_no_more_than_an_image(render: Render) -> None:
    (made,) = render([component()], clone_set())

    assert (made["apiVersion"], made["kind"]) == ("apps.kruise.io/v1alpha1", "CloneSet")
    assert made["metadata"]["name"] == "web"
    assert made["spec"]["replicas"] == 1
    assert made["spec"]["updateStrategy"] == {
        "type": "InPlaceIfPossible",
        "partition": 0,
        "paused": False,
    }
    # Nothing that would change on every revision: the pods would be updated for nothing.
    labels = made["spec"]["template"]["metadata"]["labels"]
    assert labels == {"app.oam.dev/name": "shop", "app.oam.dev/component": "web"}
    assert made["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert container(made) == {"name": "web", "image": "web:1"}


def test_every_property_reaches_the_clone_set(render: Render) -> None:
    env = [
        {"name": "A", "value": "b"},
        {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
    ]
    probe = {"httpGet": {"path": "/", "port": 8080}}
    made = rendered(
        render,
        imagePullPolicy="Always",
        imagePullSecrets=["regcred"],
        cmd=["node"],
        args=["server.js"],
        env=env,
        cpu="0.1",
        memory="64Mi",
        limit={"memory": "128Mi"},
        replicas=3,
        updateStrategy="ReCreate",
        partition="50%",
        maxUnavailable=1,
        maxSurge="10%",
        paused=True,
        readinessProbe=probe,
        livenessProbe=probe,
        labels={"team": "shop"},
        annotations={"note": "x"},
    )

    assert made["spec"]["replicas"] == 3
    assert made["spec"]["updateStrategy"] == {
        "type": "ReCreate",
        "partition": "50%",
        "paused": True,
        "maxUnavailable": 1,
        "maxSurge": "10%",
    }
    assert made["spec"]["template"]["metadata"]["labels"]["team"] == "shop"
    assert made["spec"]["template"]["metadata"]["annotations"] == {"note": "x"}
    assert made["spec"]["template"]["spec"]["imagePullSecrets"] == [{"name": "regcred"}]
    assert container(made) == {
        "name": "web",
        "image": "web:1",
        "imagePullPolicy": "Always",
        "command": ["node"],
        "args": ["server.js"],
        "env": env,
        "resources": {
            "requests": {"cpu": "0.1", "memory": "64Mi"},
            "limits": {"cpu": "0.1", "memory": "128Mi"},
        },
        "readinessProbe": probe,
        "livenessProbe": probe,
    }


def test_the_old_port_is_a_port_of_the_container_alone(render: Render) -> None:
    (made,) = render([component(port=8080)], clone_set())

    assert container(made)["ports"] == [
        {"containerPort": 8080, "name": "port-8080", "protocol": "TCP"}
    ]


def test_exposed_ports_make_a_service_named_like_the_component(render: Render) -> None:
    ports = [
        {"port": 80, "containerPort": 8080, "expose": True},
        {"port": 53, "protocol": "UDP", "expose": True, "name": "dns"},
        {"port": 54, "protocol": "UDP"},
    ]
    made, service = render([component(ports=ports, exposeType="NodePort")], clone_set())

    assert [p["name"] for p in container(made)["ports"]] == ["port-80", "dns", "port-54-udp"]
    assert (service["kind"], service["metadata"]["name"]) == ("Service", "web")
    assert service["spec"] == {
        "type": "NodePort",
        "selector": {"app.oam.dev/component": "web"},
        "ports": [
            {"name": "port-80", "port": 80, "targetPort": 8080, "protocol": "TCP"},
            {"name": "dns", "port": 53, "targetPort": 53, "protocol": "UDP"},
        ],
    }


@pytest.mark.parametrize(
    "properties, where",
    [
        pytest.param({"updateStrategy": "RollingUpdate"}, "updateStrategy.type", id="strategy"),
        pytest.param({"partition": "half"}, "updateStrategy.partition", id="partition"),
        pytest.param({"replicas": -1}, "spec.replicas", id="replicas"),
        pytest.param({"ports": [{"port": "80"}]}, "port", id="port"),
        pytest.param({"image": 1}, "image", id="image"),
    ],
)
def test_a_property_with_a_wrong_value_is_refused(
    render: Render, properties: dict[str, Any], where: str
) -> None:
    with pytest.raises(AssertionError) as refusal:
        rendered(render, **properties)
    text = str(refusal.value).partition("invalid cue template of workload web")[2]
    assert where in text.partition("\n")[0]


@pytest.mark.usefixtures("upstream")
@pytest.mark.parametrize(
    "trait, properties, path, expected",
    [
        ("labels", {"team": "shop"}, ("metadata", "labels", "team"), "shop"),
        ("annotations", {"note": "x"}, ("metadata", "annotations", "note"), "x"),
        ("env", {"env": {"A": "b"}}, ("env",), [{"name": "A", "value": "b"}]),
        ("resource", {"cpu": 1, "memory": "1Gi"}, ("resources", "limits", "cpu"), 1),
        ("sidecar", {"name": "log", "image": "log:1"}, ("spec", "containers", 1, "name"), "log"),
    ],
)
def test_these_traits_of_the_chart_work_on_it(
    render: Render, trait: str, properties: dict[str, Any], path: tuple[Any, ...], expected: object
) -> None:
    pin = CATALOGUE["kubeVela"].pin("chart", CATALOGUE["kubeVela"].version)
    of_chart = vela_definitions(artifacts.fetch(pin, ROOT / artifacts.CACHE))
    (definition,) = [
        d for d in of_chart if (d["kind"], d["metadata"]["name"]) == ("TraitDefinition", trait)
    ]
    with_trait = {**component(), "traits": [{"type": trait, "properties": properties}]}

    made, *_ = render([with_trait], clone_set(), definition)

    found: Any = made["spec"]["template"]
    if path[0] not in {"metadata", "spec"}:
        found = container(made)
    for part in path:
        found = found[part]
    assert found == expected


# Health: the policy is CUE over the live object; here it becomes a template over a property.


def judged(render: Render, *objects: Mapping[str, Any]) -> list[tuple[bool, str]]:
    """Return the verdict and the message for each object, as it is in the cluster."""
    status = clone_set()["spec"]["status"]
    results = {"healthPolicy": "isHealth", "customStatus": "message"}
    questions = [
        {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "ComponentDefinition",
            "metadata": {"name": key.lower()},
            "spec": {
                "workload": {"type": "autodetects.core.oam.dev"},
                "schematic": {"cue": {"template": _question(status[key], field)}},
            },
        }
        for key, field in results.items()
    ]
    components = [
        {"name": f"c{number}-{key.lower()}", "type": key.lower(), "properties": {"object": found}}
        for number, found in enumerate(objects)
        for key in results
    ]
    answers = [o["data"]["answer"] for o in render(components, *questions)]
    return [
        (bool(json.loads(healthy)), message)
        for healthy, message in zip(answers[::2], answers[1::2], strict=True)
    ]


def _question(policy: str, field: str) -> str:
    asked = policy.replace("context.output", "parameter.object")
    return (
        f"{asked}\nparameter: object: _\n"
        f'output: {{apiVersion: "v1", kind: "ConfigMap", data: answer: "\\({field})"}}\n'
    )


def live(
    *counts: int, generation: int = 1, expected: int | None = None, **spec: Any
) -> dict[str, Any]:
    """Return a CloneSet: observed, all, ready, updated, updated and ready pods; none: no status."""
    names = (
        *("observedGeneration", "replicas", "readyReplicas"),
        *("updatedReplicas", "updatedReadyReplicas"),
    )
    status = dict(zip(names, counts, strict=bool(counts)))
    if expected is not None:
        status["expectedUpdatedReplicas"] = expected
    found = {"metadata": {"generation": generation}, "spec": {"replicas": 2, **spec}}
    return {**found, "status": status} if counts else found


CASES = [
    ("no status", live(), False, "0/2 ready, 0/2 updated"),
    ("all there", live(1, 2, 2, 2, 2, expected=2), True, "2/2 ready, 2/2 updated"),
    ("of an older spec", live(1, 2, 2, 2, 2, generation=2, expected=2), False, "2/2 ready"),
    ("not ready yet", live(1, 2, 1, 2, 1, expected=2), False, "1/2 ready, 2/2 updated"),
    ("still creating", live(1, 1, 1, 1, 1, expected=2), False, "1/2 ready, 1/2 updated"),
    ("one too many", live(1, 3, 3, 3, 3, expected=2), False, "3/2 ready"),
    ("none wanted", live(1, 0, 0, 0, 0, replicas=0), True, "0/0 ready, 0/0 updated"),
    ("updating", live(1, 2, 2, 1, 1, expected=2), False, "2/2 ready, 1/2 updated"),
    (
        "held at a number",
        live(1, 2, 2, 1, 1, expected=1, updateStrategy={"partition": 1}),
        True,
        "2/2 ready, 1/2 updated, partition 1",
    ),
    (
        "held at a share that lets none go, a count that is then left out",
        live(1, 2, 2, 0, 0, updateStrategy={"partition": "100%"}),
        True,
        "2/2 ready, 0/2 updated, partition 100%",
    ),
    (
        "no share is no partition",
        live(1, 2, 2, 0, 0, updateStrategy={"partition": "0%"}),
        False,
        "2/2 ready, 0/2 updated",
    ),
    (
        "one of the updated is not ready",
        live(1, 2, 2, 1, 0, expected=1, updateStrategy={"partition": 1}),
        False,
        "2/2 ready, 1/2 updated, partition 1",
    ),
    (
        "paused",
        live(1, 2, 2, 0, 0, expected=2, updateStrategy={"paused": True}),
        False,
        "2/2 ready, 0/2 updated, paused",
    ),
]


def test_a_clone_set_is_healthy_when_all_that_may_be_updated_is_and_all_are_ready(
    render: Render,
) -> None:
    verdicts = judged(render, *(found for _, found, _, _ in CASES))

    for (name, _, healthy, message), verdict in zip(CASES, verdicts, strict=True):
        assert verdict[0] is healthy, name
        assert verdict[1].startswith(message), name


def test_replicas_that_are_not_set_are_one(render: Render) -> None:
    found = live(1, 1, 1, 1, 1, expected=1)
    del found["spec"]["replicas"]

    assert judged(render, found) == [(True, "1/1 ready, 1/1 updated")]


# The same CLI checks the CUE of definitions


@pytest.mark.usefixtures("upstream")
def test_the_cue_of_our_own_and_of_every_definition_of_the_chart_is_valid(vela: Path) -> None:
    pin = CATALOGUE["kubeVela"].pin("chart", CATALOGUE["kubeVela"].version)
    of_chart = vela_definitions(artifacts.fetch(pin, ROOT / artifacts.CACHE))

    assert len(of_chart) == 89
    assert vet([clone_set(), *of_chart], str(vela)) is True


def test_cue_that_cannot_be_parsed_is_refused_with_its_place(vela: Path) -> None:
    broken = clone_set()
    broken["spec"]["schematic"] = {"cue": {"template": "output: {\n  a: \n"}}
    broken["spec"]["status"]["healthPolicy"] = "isHealth: ]"

    with pytest.raises(DefinitionError) as caught:
        vet([broken], str(vela))
    lines = str(caught.value).split("\n  ")[1:]
    assert [line.partition(":")[0] for line in lines] == [
        "ComponentDefinition cloneset, template",
        "ComponentDefinition cloneset, healthPolicy",
    ]
    assert "expected operand, found ']'" in lines[1]
