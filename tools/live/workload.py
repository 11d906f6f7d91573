"""From a workload in the cluster to a command line and an environment, as a kubelet makes them.

So what runs is what was installed: feature gates, parameters, names of ConfigMaps. Pure functions.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Entries = Callable[[str, str, str], Mapping[str, str]]

Object = dict[str, Any]


class MissingError(Exception):
    """A container refers to something that does not exist yet."""


def container_of(workload: Object, name: str) -> Object:
    """Return the container of that name; MissingError if there is none."""
    for container in workload["spec"]["template"]["spec"]["containers"]:
        if container["name"] == name:
            return dict(container)
    msg = f"{workload['metadata']['name']} has no container {name}"
    raise MissingError(msg)


def has_container(workload: Object, name: str) -> bool:
    """Tell whether a pod of the workload has a container of that name."""
    return any(c["name"] == name for c in workload["spec"]["template"]["spec"]["containers"])


def files(
    workload: Object, container: Object, namespace: str, entries: Entries
) -> dict[str, str | None]:
    """Return what the container's volumes hold: path -> content, or None for an empty folder.

    Of the kinds of volumes emptyDir, ConfigMap and Secret are known; of the rest nothing is there.
    """
    volumes = {v["name"]: v for v in workload["spec"]["template"]["spec"].get("volumes", [])}
    found: dict[str, str | None] = {}
    for mount in container.get("volumeMounts", []):
        volume, path = volumes[mount["name"]], mount["mountPath"].rstrip("/")
        if "emptyDir" in volume:
            found[path] = None
            continue
        content = _content(volume, namespace, entries)
        if "subPath" in mount:
            found[path] = content[mount["subPath"]]
        else:
            found |= {f"{path}/{name}": text for name, text in content.items()}
    return found


def _content(volume: Object, namespace: str, entries: Entries) -> Mapping[str, str]:
    for kind, reference, name in (
        ("configMap", "configMapKeyRef", "name"),
        ("secret", "secretKeyRef", "secretName"),
    ):
        if kind in volume:
            source = volume[kind]
            content = entries(reference, namespace, source[name])
            if not content and not source.get("optional"):
                msg = f"{kind} {source[name]} does not exist"
                raise MissingError(msg)
            items = source.get("items") or [{"key": key, "path": key} for key in content]
            return {item["path"]: content[item["key"]] for item in items if item["key"] in content}
    return {}


def relocated(text: str, container: Object, root: str) -> str:
    """Return the text with the paths of the container's mounts below `root`."""
    paths = {mount["mountPath"].rstrip("/") for mount in container.get("volumeMounts", [])}
    if not paths:
        return text
    alternatives = "|".join(re.escape(path) for path in sorted(paths, key=len, reverse=True))
    return re.sub(rf"(?<![\w/.-])({alternatives})(?![\w.-])", lambda m: root + m[1], text)


def environment(container: Object, namespace: str, entries: Entries) -> dict[str, str]:
    """Return the container's environment with every reference resolved.

    `entries(kind of reference, namespace, name)` gives the content of a ConfigMap or Secret.
    """
    values: dict[str, str] = {}
    for variable in container.get("env", []):
        value = _value(variable, namespace, entries)
        if value is not None:
            values[variable["name"]] = _expanded(value, values)
    return values


def _value(variable: Object, namespace: str, entries: Entries) -> str | None:
    source = variable.get("valueFrom")
    if source is None:
        return str(variable.get("value", ""))
    if "fieldRef" in source:
        path = source["fieldRef"]["fieldPath"]
        return namespace if path == "metadata.namespace" else None
    for kind in ("configMapKeyRef", "secretKeyRef"):
        if kind in source:
            reference = source[kind]
            found = entries(kind, namespace, reference["name"]).get(reference["key"])
            if found is None and not reference.get("optional"):
                msg = f"{kind} {reference['name']}/{reference['key']} does not exist"
                raise MissingError(msg)
            return found
    return None


def arguments(container: Object, values: Mapping[str, str]) -> list[str]:
    """Return the arguments without the program, whose path is the image's."""
    words = [*container.get("command", []), *container.get("args", [])]
    if words and words[0].startswith("/"):
        words = words[1:]
    return [_expanded(word, values) for word in words]


def _expanded(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\(([\w.-]+)\)", lambda m: values.get(m[1], m[0]), text)
