"""From a finished build to a delivery: a second trigger of the event listener. Pure functions.

A build could create the run itself, with the right to create runs. But a run may contain a task
that mounts Argo CD's token, so that right in the namespace of builds would be the token. Here a
build may say three words, and the run that follows is the stack's.
"""

from typing import Any

from components.delivery import home
from components.delivery.args import BuildArgs, DeliveryArgs
from components.delivery.build_home import TOKEN, TOKEN_KEY
from components.delivery.pipeline import BRANCH, listener_name, run
from components.delivery.rbac import role
from kube.manifests import Manifest

BUILD_LABEL = "gitops-bootstrap/build"
"""Label of a delivery's run: the name of the run that has built the image."""

_TAKEN = ("branch", "short_sha", "build")


def name(args: DeliveryArgs) -> str:
    """Return the name of the trigger's objects."""
    return f"{args['application']}-built"


def objects(args: DeliveryArgs, build: BuildArgs, api: str) -> list[Manifest]:
    """Return what the trigger refers to, and the right to start builds: of the listener, only."""
    here = {"name": name(args), "namespace": args["namespace"]}
    started = run(args, "$(tt.params.branch)", "$(tt.params.short_sha)")
    started["metadata"]["labels"] = {BUILD_LABEL: "$(tt.params.build)"}
    account = {
        "kind": "ServiceAccount",
        "name": listener_name(args),
        "namespace": args["namespace"],
    }
    rules = [{"apiGroups": ["tekton.dev"], "resources": ["pipelineruns"], "verbs": ["create"]}]
    return [
        home.secret(args["namespace"], TOKEN, {TOKEN_KEY: build["token"]}),
        {
            "apiVersion": api,
            "kind": "TriggerBinding",
            "metadata": here,
            "spec": {"params": [{"name": n, "value": f"$(body.{n})"} for n in _TAKEN]},
        },
        {
            "apiVersion": api,
            "kind": "TriggerTemplate",
            "metadata": here,
            "spec": {"params": [{"name": n} for n in _TAKEN], "resourcetemplates": [started]},
        },
        *role(listener_name(args), build["namespace"], rules, account),
    ]


def trigger(args: DeliveryArgs) -> dict[str, Any]:
    """Return the trigger for the listener."""
    return {
        "name": "built",
        "interceptors": [
            {
                "name": "token",
                "ref": {"name": "cel", "kind": "ClusterInterceptor"},
                "params": [{"name": "filter", "value": built_filter()}],
            }
        ],
        "bindings": [{"ref": name(args)}],
        "template": {"ref": name(args)},
    }


def built_filter() -> str:
    """Return the CEL expression for the token, and for three texts that mean nothing to JSON."""
    return " && ".join(
        (
            f"header.canonical('X-Build-Token').compareSecret('{TOKEN_KEY}', '{TOKEN}')",
            f"body.branch.matches('^{BRANCH}$')",
            "size(body.branch) <= 100",
            "body.short_sha.matches('^[0-9a-f]{7,64}$')",
            "body.build.matches('^[a-z0-9]([-.a-z0-9]{0,61}[a-z0-9])?$')",
        )
    )


def caller(build: BuildArgs) -> dict[str, Any]:
    """Return the pods that may reach the listener: the last one of a build."""
    here = {"kubernetes.io/metadata.name": build["namespace"]}
    return {
        "namespaceSelector": {"matchLabels": here},
        "podSelector": {"matchLabels": {"tekton.dev/pipelineTask": "deliver"}},
    }
