"""From manifests to Pulumi resources: one untyped child for each object."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from kube.manifests import Manifest

CRD = "CustomResourceDefinition"


class KubernetesObject(pulumi.CustomResource):
    """Any Kubernetes object, registered exactly as its manifest says.

    The typed classes of pulumi_kubernetes drop fields that they do not know and take seconds to
    import; the engine needs only the type token `kubernetes:<apiVersion>:<Kind>`.
    """

    suffix = ""
    """What the type token has behind the kind."""

    def __init__(self, name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> None:
        """Register the object; `manifest` is the whole object, `apiVersion` and `kind` included."""
        super().__init__(type_token(manifest) + self.suffix, name, _inputs(manifest), opts)

    def translate_input_property(self, prop: str) -> str:
        """Keep every key as it is: manifests are already in the API's spelling."""
        return prop

    def translate_output_property(self, prop: str) -> str:
        """Keep every key as it is."""
        return prop


class KubernetesPatch(KubernetesObject):
    """Some fields of an object that somebody else owns.

    The object should exist: the API server makes one of these fields alone where it does not.
    Server-side apply under a field manager of the patch's own. It takes exactly its fields, also
    from another manager, and leaves all others. Deleting it gives its fields up, which removes
    those that nobody else owns; values that it replaced do not come back.
    """

    suffix = "Patch"

    def __init__(self, name: str, manifest: Manifest, opts: pulumi.ResourceOptions) -> None:
        """Register the patch; `manifest` is the object with nothing but the fields to set."""
        metadata = manifest["metadata"]
        annotations = {
            # Two patches of one object under one manager would take each other's fields away.
            "pulumi.com/patchFieldManager": f"gitops-bootstrap-{name}",
            "pulumi.com/patchForce": "true",
        }
        annotated = {**metadata, "annotations": {**metadata.get("annotations", {}), **annotations}}
        super().__init__(name, {**manifest, "metadata": annotated}, opts)


def type_token(manifest: Manifest) -> str:
    """Return the provider's type token of an object; the core group is spelt `core/v1`."""
    version = manifest["apiVersion"]
    return f"kubernetes:{version if '/' in version else f'core/{version}'}:{manifest['kind']}"


def child_name(component: str, manifest: Manifest, home: str | None = None) -> str:
    """Return the logical name of a child: unique, and the same for every upstream version.

    The namespace is part of it unless it is the component's own, `home`.
    """
    metadata = manifest["metadata"]
    namespace = metadata.get("namespace")
    parts = [
        component,
        manifest["kind"],
        namespace if namespace != home else None,
        metadata["name"],
    ]
    return "-".join(part for part in parts if part).lower()


def register(
    manifests: Sequence[Manifest],
    *,
    component: str,
    home: str,
    parent: pulumi.Resource,
    depends_on: Sequence[pulumi.Resource] = (),
    retain_crds: bool = False,
    timeout_seconds: int | None = None,
    before_delete: Mapping[str, pulumi.ResourceHook] | None = None,
) -> list[KubernetesObject]:
    """Register each object as a child of `parent` and return the resources in the same order.

    `home` is the namespace of the component. All of them wait for `depends_on` and are deleted
    before it. `retain_crds` leaves the CRDs, and so every object of their kinds, in the cluster on
    destroy. `timeout_seconds` bounds the wait for each. `before_delete` has what runs before an
    object is deleted, by its name.
    """

    def options(manifest: Manifest) -> pulumi.ResourceOptions:
        opts = pulumi.ResourceOptions(parent=parent, depends_on=list(depends_on))
        if timeout_seconds is not None:
            bound = f"{timeout_seconds}s"
            opts.custom_timeouts = pulumi.CustomTimeouts(create=bound, update=bound, delete=bound)
        if manifest["kind"] == CRD:
            opts.retain_on_delete = retain_crds
            opts.hide_diffs = ["spec.versions"]  # hundreds of kilobytes of schema; still applied
        if hook := (before_delete or {}).get(manifest["metadata"]["name"]):
            opts.hooks = pulumi.ResourceHookBinding(before_delete=[hook])
        return opts

    return [KubernetesObject(child_name(component, m, home), m, options(m)) for m in manifests]


def _inputs(manifest: Manifest) -> dict[str, Any]:
    if manifest["kind"] != "Secret":
        return manifest
    # Untyped resources are not marked by the SDK: without this, values lie readable in the state.
    values = manifest.keys() & {"data", "stringData"}
    hidden: dict[str, Any] = {key: pulumi.Output.secret(manifest[key]) for key in values}
    return {**manifest, **hidden}
