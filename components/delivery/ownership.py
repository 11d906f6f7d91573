"""What of an Application of Argo CD belongs to the pipeline that delivers it."""

_PATHS = {"helm": "spec.source.helm.parameters", "kustomize": "spec.source.kustomize.images"}


def pipeline_fields(setter: str) -> list[str]:
    """Return the property paths of an Application that a delivery writes: for `ignore_changes`.

    `setter` is how the image is set, `helm` or `kustomize`. Whole lists, as to the API server a
    list of the Application has one owner: whoever wrote it last. So a stack that declares such an
    Application gives it its other Helm values as `helm.valuesObject`, not as parameters.
    """
    return [_PATHS[setter]]
