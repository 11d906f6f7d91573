"""What to do about an error of the engine or the provider that does not say so itself. Pure."""

from collections.abc import Mapping
from typing import Any

from components.argo_cd.hooks import commands

APPLICATION = "kubernetes:argoproj.io/v1alpha1:Application"
TIMED_OUT = "timed out waiting"
PROTECTED = "it is protected"


def advice(text: str, urn: str, removed: Mapping[str, Any] | None) -> str:
    """Return what to add to an error; nothing where there is nothing to say.

    `removed` is the object whose removal failed, None where that is not what failed.
    """
    if PROTECTED in text:
        return (
            "\ncluster.protect keeps what takes other people's objects with it. Fix: set it to "
            "false in the stack file for this one change"
        )
    if removed and TIMED_OUT in text and urn.split("::")[2].rpartition("$")[2] == APPLICATION:
        metadata = removed["metadata"]
        namespace, name = metadata["namespace"], metadata["name"]
        return (
            f"\nArgo CD has not removed what {namespace}/{name} deployed. Fix: see what holds it "
            f"(kubectl describe applications.argoproj.io -n {namespace} {name}) and that its "
            f"application controller runs (kubectl get pods -n {namespace}), then do this again; "
            f"or leave what it deployed where it is:\n{commands([metadata])}"
        )
    return ""
