"""What nobody deletes by accident: the objects that take other people's with them."""

import pulumi

from stack.settings import Settings

KINDS = frozenset({"Namespace", "CustomResourceDefinition", "Release"})
"""A namespace takes all that is in it, a CRD every object of its kind, and a release its CRDs."""


def protection(settings: Settings) -> list[pulumi.ResourceTransformation]:
    """Return what a unit's options need so that these of its children are protected."""
    return [_protected] if settings.cluster.protect else []


def _protected(
    args: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult | None:
    if args.type_.rpartition(":")[2] not in KINDS:
        return None
    opts = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=True))
    return pulumi.ResourceTransformationResult(args.props, opts)
