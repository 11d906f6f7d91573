"""The rules, as pure functions on plain objects: the standard library and nothing else.

The policy pack and the offline commands run the same functions; what they let pass stands in
allowed.toml.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cache
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

KUBERNETES = "kubernetes:"
COMPONENT = "bootstrap:index:"
CRD = "CustomResourceDefinition"
RELEASE = "kubernetes:helm.sh/v3:Release"

FLOATING = frozenset({"canary", "dev", "edge", "latest", "main", "master", "nightly", "stable"})

CONTAINER_LISTS = frozenset(
    {"containers", "ephemeralContainers", "initContainers", "sidecars", "steps"}
)
"""Where pods, their templates and Tekton's tasks keep containers."""

IMAGE_FLAG = re.compile(r"--?(?:[a-z]+-)*image(?:-[a-z]+)?")
"""An argument whose value is an image: `-entrypoint-image`, `--image`."""

HOST_NAMESPACES = ("hostNetwork", "hostPID", "hostIPC")

SECRET_KEY = re.compile(
    r"(?i)(passw(or)?d|passphrase|secret|token|api[-_.]?key|private[-_.]?key|credential)s?$"
)
"""Names of entries that hold a secret, when they hold a word."""

SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]+"  # a signed token
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bgithub_pat_\w{30,}"
    r"|\bglpat-[\w-]{20,}"
    r"|\bxox[abprs]-[\w-]{10,}"
    r"|\$2[aby]\$\d\d\$[./\w]{53}"  # a password's hash
)
SECRET_LINE = re.compile(r"""^\s*(?:- )?["']?([\w.-]+)["']?\s*:\s*["']?([^\s"'#]+)["']?\s*$""")
"""A line `key: word` of a text that is YAML or JSON itself."""

HARMLESS = re.compile(r"(?i)true|false|null|none|\d+(\.\d+)?[smhd]?|[\[{|>$<].*|")
"""Values that are no secret: switches, numbers, references (`$name:key`) and beginnings of maps."""

MOST_WORD = 12
"""Characters from which on a word in a nested line is taken for a secret."""


@dataclass(frozen=True)
class Resource:
    """One registered resource."""

    type: str
    """Pulumi's token: `kubernetes:apps/v1:Deployment`."""
    name: str
    """How a reader knows it."""
    unit: str | None
    """Type of the component that it belongs to, `ArgoCd`; None where it belongs to none."""
    manifest: Mapping[str, Any]
    """The object as it is registered; of a Release its inputs."""

    @property
    def kind(self) -> str:
        """The kind of the object; of a Release that."""
        return str(self.manifest.get("kind") or self.type.rpartition(":")[2])


@dataclass(frozen=True)
class Allowed:
    """What the rules let pass: allowed.toml."""

    registries: Sequence[str] = ()
    privileged: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cluster_admin: Mapping[str, Sequence[str]] = field(default_factory=dict)
    without_resources: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Violation:
    """What one resource has against one rule."""

    rule: str
    resource: str
    text: str

    def __str__(self) -> str:
        """Return it as a line for a reader."""
        return f"{self.resource}: {self.text} ({self.rule})"


@dataclass(frozen=True)
class Rule:
    """A rule and what it is called."""

    name: str
    description: str
    check: Callable[[Resource, Allowed], Iterator[str]]


@cache
def allowed(registry: str | None = None) -> Allowed:
    """Return what allowed.toml says; `registry` is the setting images.registry."""
    known = Allowed(**tomllib.loads(Path(__file__).with_name("allowed.toml").read_text("utf-8")))
    return replace(known, registries=[*known.registries, *([registry] if registry else [])])


def check(resources: Iterable[Resource], permitted: Allowed) -> list[Violation]:
    """Return every violation, sorted by rule and resource; the rules look at cluster objects."""
    return sorted(
        {
            Violation(rule.name, resource.name, text)
            for resource in resources
            if resource.type.startswith(KUBERNETES)
            for rule in RULES
            for text in rule.check(resource, permitted)
        }
    )


def unit_of(urn: str) -> str | None:
    """Return the type of the component that a resource belongs to, by its URN."""
    parents = urn.split("::")[2].split("$")[:-1]
    units = (part.removeprefix(COMPONENT) for part in parents if part.startswith(COMPONENT))
    return next(units, None)


def of_urn(urn: str, manifest: Mapping[str, Any]) -> Resource:
    """Return a resource as the engine knows it."""
    token = urn.split("::")[2].rpartition("$")[2]
    return Resource(token, urn.rpartition("::")[2], unit_of(urn), manifest)


def owned_by_a_unit(resource: Resource, _: Allowed) -> Iterator[str]:
    """Yield an object without a component above it: nothing would say whose it is."""
    if resource.unit is None:
        yield "belongs to no unit; register it as a child of its component"


def no_floating_tag(resource: Resource, _: Allowed) -> Iterator[str]:
    """Yield images that can be another one tomorrow."""
    for image in images(resource):
        if floats(image):
            yield f"image {image} floats; name a version or a digest"


def allowed_registries(resource: Resource, permitted: Allowed) -> Iterator[str]:
    """Yield images from places that are not listed."""
    for image in images(resource):
        place = qualified(image)
        if not any(is_in(known, place) for known in permitted.registries):
            yield f"image {image} is from no allowed registry; see policy/allowed.toml"


def no_privileged_container(resource: Resource, permitted: Allowed) -> Iterator[str]:
    """Yield containers and pods with the rights of their node."""
    name = str((resource.manifest.get("metadata") or {}).get("name", resource.name))
    if listed(permitted.privileged, resource.unit, name):
        return
    for container in containers(resource.manifest):
        if (container.get("securityContext") or {}).get("privileged"):
            yield f"container {container.get('name')} is privileged"
    for pod in pod_specs(resource.manifest):
        yield from (f"{key} is true" for key in HOST_NAMESPACES if pod.get(key))


def resources_set(resource: Resource, permitted: Allowed) -> Iterator[str]:
    """Yield our containers without requests and limits; those of upstream's are listed."""
    if resource.type.startswith(RELEASE):
        return
    for holder in holders(resource.manifest):
        template = (holder.get("stepTemplate") or {}).get("computeResources")
        for key in CONTAINER_LISTS & holder.keys():
            for container in named(holder[key]):
                name = str(container.get("name"))
                # A container without an image is a patch of somebody else's.
                if "image" not in container or listed(
                    permitted.without_resources, resource.unit, name
                ):
                    continue
                found = container.get("resources") or container.get("computeResources") or template
                if not found or not found.get("requests"):
                    yield f"container {name} requests no resources"


def no_cluster_admin(resource: Resource, permitted: Allowed) -> Iterator[str]:
    """Yield roles that may do everything everywhere, and bindings to such a role."""
    manifest = resource.manifest
    name = str((manifest.get("metadata") or {}).get("name", ""))
    if listed(permitted.cluster_admin, resource.unit, name):
        return
    if resource.kind in {"ClusterRoleBinding", "RoleBinding"}:
        if (manifest.get("roleRef") or {}).get("name") == "cluster-admin":
            yield "binds cluster-admin"
    elif resource.kind == "ClusterRole":
        for rule in manifest.get("rules") or []:
            if all("*" in (rule.get(key) or []) for key in ("apiGroups", "resources")):
                yield f"allows {', '.join(rule.get('verbs') or [])} on everything"


def no_secret_in_config_map(resource: Resource, _: Allowed) -> Iterator[str]:
    """Yield entries of a ConfigMap that look like a secret; their values are never quoted."""
    if resource.kind != "ConfigMap":
        return
    for key, value in (resource.manifest.get("data") or {}).items():
        # By convention an entry like `_example` documents the others.
        if not key.startswith("_") and looks_secret(key, str(value)):
            yield f"data.{key} looks like a secret; it belongs in a Secret"


def looks_secret(key: str, text: str) -> bool:
    """Tell whether an entry holds a secret, by its name, its form, or a line of it."""
    if SECRET_VALUE.search(text):
        return True
    if SECRET_KEY.search(key) and "\n" not in text and not HARMLESS.fullmatch(text.strip()):
        return True
    lines = (SECRET_LINE.match(line) for line in text.splitlines())
    return any(
        SECRET_KEY.search(line[1]) and len(line[2]) >= MOST_WORD and not HARMLESS.fullmatch(line[2])
        for line in lines
        if line
    )


def images(resource: Resource) -> list[str]:
    """Return the images that an object names, in order; what a variable gives is left out."""
    if resource.type.startswith(RELEASE):
        found = images_of_values(resource.manifest.get("values") or {})
    else:
        named = (i for c in containers(resource.manifest) for i in images_of_container(c))
        found = chain(named, bundles(resource.manifest))
    return list(dict.fromkeys(image for image in found if "$(" not in image))


def bundles(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Yield the bundles that tasks of a Tekton pipeline come from: images as any other."""
    if manifest.get("kind") != "Pipeline":
        return
    for task in (manifest.get("spec") or {}).get("tasks") or []:
        reference = task.get("taskRef") or {}
        if reference.get("resolver") == "bundles":
            given = reference.get("params") or []
            yield from (p["value"] for p in given if p["name"] == "bundle")


def images_of_container(container: Mapping[str, Any]) -> Iterator[str]:
    """Yield the image of a container, and those that its arguments name."""
    if isinstance(container.get("image"), str):
        yield container["image"]
    words = [str(word) for key in ("command", "args") for word in container.get(key) or []]
    for word, following in pairwise([*words, ""]):
        flag, equals, value = word.partition("=")
        if IMAGE_FLAG.fullmatch(flag):
            given = value if equals else following
            if "/" in given or ":" in given:
                yield given


def images_of_values(values: Any) -> Iterator[str]:
    """Yield `repository:tag` of a chart's values, wherever they have them.

    Where the tag is the chart's own, a stand-in takes its place: it is pinned with the chart.
    """
    if isinstance(values, Mapping):
        if isinstance(values.get("repository"), str):
            yield f"{values['repository']}:{values.get('tag') or 'of-the-chart'}"
        for key, value in values.items():
            if key == "image" and isinstance(value, str):
                yield value
            yield from images_of_values(value)
    elif is_list(values):
        for value in values:
            yield from images_of_values(value)


def floats(image: str) -> bool:
    """Tell whether an image reference can mean another image tomorrow."""
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return not digest and (not tag or tag in FLOATING)


def qualified(image: str) -> str:
    """Return the reference with its registry: a runtime puts Docker's where there is none."""
    host, slash, _ = image.partition("/")
    if not slash:
        return f"docker.io/library/{image}"
    return image if "." in host or ":" in host or host == "localhost" else f"docker.io/{image}"


def is_in(place: str, image: str) -> bool:
    """Tell whether an image is the one named, in any version, or below that path."""
    place = place.rstrip("/")
    return image.startswith(place) and image.removeprefix(place)[:1] in {"/", ":", "@"}


def listed(names: Mapping[str, Sequence[str]], unit: str | None, name: str) -> bool:
    """Tell whether a name is among those of its unit."""
    return any(fnmatchcase(name, pattern) for pattern in names.get(unit or "", ()))


def containers(manifest: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every container of an object, whatever its kind."""
    for holder in holders(manifest):
        for key in sorted(CONTAINER_LISTS & holder.keys()):
            yield from named(holder[key])


def holders(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every map of an object that has containers; a schema has none."""
    if isinstance(value, Mapping):
        if value.get("kind") == CRD:
            return
        if CONTAINER_LISTS & value.keys():
            yield value
        for inner in value.values():
            yield from holders(inner)
    elif is_list(value):
        for inner in value:
            yield from holders(inner)


def pod_specs(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every map that has containers as a pod has them."""
    return (holder for holder in holders(value) if "containers" in holder)


def named(items: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the maps of a list; a text of the same name is no container."""
    return (item for item in (items if is_list(items) else ()) if isinstance(item, Mapping))


def is_list(value: Any) -> bool:
    """Tell whether a value is a list: the engine's policy packs get them as other sequences."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


RULES = (
    Rule("owned-by-a-unit", "Every object belongs to a unit.", owned_by_a_unit),
    Rule("no-floating-tag", "Images have a version or a digest.", no_floating_tag),
    Rule("allowed-registries", "Images come from listed places.", allowed_registries),
    Rule("no-privileged-container", "Pods have no rights of nodes.", no_privileged_container),
    Rule("resources-set", "Containers of our own request resources.", resources_set),
    Rule("no-cluster-admin", "Only listed roles may do everything.", no_cluster_admin),
    Rule("no-secret-in-config-map", "Secrets are in Secrets.", no_secret_in_config_map),
)
