"""From a container to a command line and an environment."""

from typing import Any

import pytest

from tools.live.workload import (
    MissingError,
    arguments,
    container_of,
    environment,
    files,
    has_container,
    relocated,
)

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


def pod_of(volume: dict[str, Any], **mount: str) -> tuple[dict[str, Any], dict[str, Any]]:
    container = {"name": "c", "volumeMounts": [{"name": "v", "mountPath": "/etc/v", **mount}]}
    spec = {"containers": [container], "volumes": [{"name": "v", **volume}]}
    return {"metadata": {"name": "w"}, "spec": {"template": {"spec": spec}}}, container


PARAMS = {"configMap": {"name": "params"}}
RENAMED = {"configMap": {"name": "params", "items": [{"key": "level", "path": "a/b"}]}}


@pytest.mark.parametrize(
    "volume, mount, expected",
    [
        (PARAMS, {}, {"/etc/v/level": "debug"}),
        (PARAMS, {"mountPath": "/etc/v/"}, {"/etc/v/level": "debug"}),
        (PARAMS, {"mountPath": "/etc/file", "subPath": "level"}, {"/etc/file": "debug"}),
        (RENAMED, {}, {"/etc/v/a/b": "debug"}),
        ({"secret": {"secretName": "redis"}}, {}, {"/etc/v/auth": "word"}),
        ({"configMap": {"name": "none", "optional": True}}, {}, {}),
        ({"emptyDir": {}}, {}, {"/etc/v": None}),
        ({"hostPath": {"path": "/"}}, {}, {}),
    ],
    ids=["all", "slash", "one file", "renamed", "Secret", "optional", "empty folder", "unknown"],
)
def test_volumes_hold_what_a_kubelet_mounts(
    volume: dict[str, Any], mount: dict[str, str], expected: dict[str, str | None]
) -> None:
    assert files(*pod_of(volume, **mount), "space", entries) == expected


def test_a_volume_of_something_that_does_not_exist_is_waited_for() -> None:
    with pytest.raises(MissingError, match="configMap none does not exist"):
        files(*pod_of({"configMap": {"name": "none"}}), "space", entries)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("/etc/v", "/files/etc/v"),
        ("sh /etc/v/run.sh '/etc/v'", "sh /files/etc/v/run.sh '/files/etc/v'"),
        ("/etc/vv /usr/etc/v etc/v /etc/v.d", "/etc/vv /usr/etc/v etc/v /etc/v.d"),
    ],
)
def test_only_paths_of_mounts_are_relocated(text: str, expected: str) -> None:
    assert relocated(text, pod_of(PARAMS)[1], "/files") == expected


def test_a_container_is_there_or_not() -> None:
    workload, _ = pod_of(PARAMS)
    assert has_container(workload, "c")
    assert not has_container(workload, "d")
