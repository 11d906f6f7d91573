"""From a container to a command line and an environment."""

from typing import Any

import pytest

from tools.live.workload import MissingError, arguments, container_of, environment

STORED = {
    ("configMapKeyRef", "space", "params"): {"level": "debug"},
    ("secretKeyRef", "space", "redis"): {"auth": "word"},
}


def entries(kind: str, namespace: str, name: str) -> dict[str, str]:
    return STORED.get((kind, namespace, name), {})


def reference(kind: str, name: str, key: str, *, optional: bool = False) -> dict[str, Any]:
    return {
        "name": "X",
        "valueFrom": {kind: {"name": name, "key": key, "optional": optional}},
    }


@pytest.mark.parametrize(
    "variable, value",
    [
        ({"name": "X", "value": "plain"}, "plain"),
        ({"name": "X"}, ""),
        (reference("configMapKeyRef", "params", "level"), "debug"),
        (reference("secretKeyRef", "redis", "auth"), "word"),
        ({"name": "X", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}}, "space"),
    ],
    ids=["value", "no value", "ConfigMap", "Secret", "namespace"],
)
def test_each_kind_of_variable_is_resolved(variable: dict[str, Any], value: str) -> None:
    assert environment({"env": [variable]}, "space", entries) == {"X": value}


@pytest.mark.parametrize("name, key", [("params", "none"), ("none", "level")])
def test_what_is_missing_is_left_out_if_optional_and_waited_for_otherwise(
    name: str, key: str
) -> None:
    optional = reference("configMapKeyRef", name, key, optional=True)
    assert environment({"env": [optional]}, "space", entries) == {}
    with pytest.raises(MissingError, match=f"{name}/{key} does not exist"):
        environment({"env": [reference("configMapKeyRef", name, key)]}, "space", entries)


@pytest.mark.parametrize(
    "container, words",
    [
        ({"command": ["/manager"], "args": ["--v=4"]}, ["--v=4"]),
        ({"args": ["/usr/local/bin/argocd-server", "--insecure"]}, ["--insecure"]),
        ({"args": ["-image", "a/b"]}, ["-image", "a/b"]),
        ({"args": ["--requirepass $(PASSWORD)", "$(OTHER)"]}, ["--requirepass word", "$(OTHER)"]),
        ({}, []),
    ],
    ids=["command", "program as argument", "flags only", "variables", "nothing"],
)
def test_the_program_goes_and_its_arguments_stay(
    container: dict[str, Any], words: list[str]
) -> None:
    assert arguments(container, {"PASSWORD": "word"}) == words


def test_the_container_is_found_by_name() -> None:
    pod = {"spec": {"containers": [{"name": "a"}, {"name": "b", "image": "x"}]}}
    workload = {"metadata": {"name": "w"}, "spec": {"template": pod}}
    assert container_of(workload, "b")["image"] == "x"
    with pytest.raises(MissingError, match="w has no container c"):
        container_of(workload, "c")
