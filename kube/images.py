"""Images of manifests: from which registry, and with which credentials. Pure; no Pulumi here."""

import copy
import re
from collections.abc import Sequence

from kube.manifests import Manifest, containers_of, pod_spec_of


def with_image_registry(manifests: Sequence[Manifest], registry: str | None) -> list[Manifest]:
    """Return the manifests with every image taken from `registry` (HOST[:PORT][/PATH]).

    Images are those of containers, and those that an argument gives: the word after `-...-image`.

    The repository path stays: `quay.io/argoproj/argocd:v3` becomes `REGISTRY/argoproj/argocd:v3`,
    and an image of Docker's default registry keeps its path likewise. None changes nothing.
    """
    if registry is None:
        return list(manifests)
    rewritten = copy.deepcopy(list(manifests))
    for manifest in rewritten:
        for container in containers_of(manifest):
            container["image"] = image_in(registry, container["image"])
            arguments = container.get("args") or []
            for number, flag in enumerate(arguments[:-1], start=1):
                if _IMAGE_FLAG.fullmatch(flag):
                    arguments[number] = image_in(registry, arguments[number])
    return rewritten


_IMAGE_FLAG = re.compile(r"--?([a-z]+-)+image(-[a-z]+)?")


def image_in(registry: str, image: str) -> str:
    """Return the image reference with its registry host replaced; tag and digest stay.

    An image that is in the registry already stays as it is.
    """
    if image.startswith(f"{registry}/"):
        return image
    host, slash, path = image.partition("/")
    # The rule of container runtimes: a first part with a dot or a port, or localhost, is a host.
    named = slash and ("." in host or ":" in host or host == "localhost")
    if not slash:
        return f"{registry}/library/{image}"  # where the default registry keeps short names
    return f"{registry}/{path if named else image}"


def with_pull_secrets(manifests: Sequence[Manifest], names: Sequence[str]) -> list[Manifest]:
    """Return the manifests with image pull Secrets on every pod template."""
    if not names:
        return list(manifests)
    changed = copy.deepcopy(list(manifests))
    for manifest in changed:
        if template := pod_spec_of(manifest):
            present = [s["name"] for s in template.get("imagePullSecrets") or []]
            merged = dict.fromkeys([*present, *names])
            template["imagePullSecrets"] = [{"name": name} for name in merged]
    return changed
