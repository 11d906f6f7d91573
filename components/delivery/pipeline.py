"""Task, Pipeline and run of a delivery: pure functions.

The parameters are those of OpenKruise's article, so that its runs work as they are but for their
apiVersion. All but one have a default here.
Ref: https://github.com/openkruise/openkruise.io/blob/37552087a0209738829256aae945baea615b15b7/docs/best-practices/gitops-with-kruise.md
"""

from typing import Any

from components.delivery.args import DeliveryArgs
from components.delivery.scripts import STEPS
from kube.manifests import Manifest

API = "tekton.dev/v1"
CREDENTIALS = "argocd-env-secret"
"""The Secret with the way into Argo CD, named as in the catalogue's task argocd-task-sync-and-wait.
"""

USER = 999
"""User and group of Argo CD's image."""

_PART = "[A-Za-z0-9_][-._A-Za-z0-9]*"
BRANCH = f"{_PART}(/{_PART})*"
"""Expression for a branch that the scripts accept."""

LISTENER_PORT = 8080
"""Port of event listeners, and of their Services."""

OVERHEAD_SECONDS = 120
"""Pulling the image and starting the pod."""

_ACCESS = "/var/run/argocd"
TMP = "/tmp"  # noqa: S108 a volume of the pod's own
_RESULTS = {
    "image": "The image that was set.",
    "revision": "The commit that was synced.",
    "health": "The health at the end.",
}
STEP_SECURITY = {
    "runAsNonRoot": True,
    "runAsUser": USER,
    "runAsGroup": USER,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
POD_TEMPLATE = {"automountServiceAccountToken": False, "enableServiceLinks": False}
STEP_RESOURCES = {
    "requests": {"cpu": "50m", "memory": "64Mi"},
    "limits": {"cpu": "500m", "memory": "256Mi"},
}


def task_name(args: DeliveryArgs) -> str:
    """Return the name of the Task, as in the article."""
    return f"{args['application']}-argocd"


def pipeline_name(args: DeliveryArgs) -> str:
    """Return the name of the Pipeline, as in the article."""
    return f"{args['application']}-pipeline"


def account_name(args: DeliveryArgs) -> str:
    """Return the name of the runs' ServiceAccount, which has no rights at all."""
    return f"{args['application']}-pipeline"


def listener_name(args: DeliveryArgs) -> str:
    """Return the name of the event listener; its Service has `el-` before it."""
    return f"{args['application']}-push"


def parameters(args: DeliveryArgs) -> list[dict[str, Any]]:
    """Return the declared parameters; without a commit's hash there is nothing to deliver."""
    declared = (
        ("gitrepositoryurl", "Git repository with the manifests.", args["repository"]),
        ("branch", "Branch, the first part of the tag; slashes become dashes.", args["branch"]),
        ("short_sha", "Beginning of the commit's hash, the second part of the tag.", None),
        ("docker_repo", "Image without its tag.", args["image"]),
        ("app_name", "Name of the Application in Argo CD.", args["application"]),
        ("app_ns", "Namespace that is deployed to.", args["target_namespace"]),
        ("k8s_server", "Cluster that is deployed to.", args["target_server"]),
    )
    return [
        {"name": name, "type": "string", "description": text}
        | ({} if default is None else {"default": default})
        for name, text, default in declared
    ]


def environment(args: DeliveryArgs) -> dict[str, str]:
    """Return the environment of the steps: all that the scripts know."""
    names = args["helm_parameters"]
    return {
        "HOME": TMP,
        "TMPDIR": TMP,
        "ACCESS": _ACCESS,
        "APPLICATION": args["application"],
        "OWNER": args["owner"],
        "PROJECT": args["project"],
        "SETTER": args["setter"],
        "HELM_REPOSITORY": names["repository"],
        "HELM_TAG": names["tag"],
        "HELM_NAMESPACE": names["namespace"],
        "MANIFEST_PATH": args.get("path") or f"{args['application']}/charts",
        "SERVER_TLS": args["server"]["tls"],
        "PARTITION_HOLD": args["partition_hold"],
        "TIMEOUT_SECONDS": str(args["timeout_seconds"]),
        "GIT_REPOSITORY_URL": "$(params.gitrepositoryurl)",
        "BRANCH": "$(params.branch)",
        "SHORT_SHA": "$(params.short_sha)",
        "DOCKER_REPO": "$(params.docker_repo)",
        "APP_NAME": "$(params.app_name)",
        "APP_NS": "$(params.app_ns)",
        "K8S_SERVER": "$(params.k8s_server)",
        **{f"RESULT_{name.upper()}": f"$(results.{name}.path)" for name in _RESULTS},
    }


def task(args: DeliveryArgs) -> Manifest:
    """Return the Task: set the image, sync, wait; complete under Pod Security `restricted`."""
    limit = duration(args["timeout_seconds"] + OVERHEAD_SECONDS)
    return {
        "apiVersion": API,
        "kind": "Task",
        "metadata": {"name": task_name(args), "namespace": args["namespace"]},
        "spec": {
            "description": f"Set the image of {args['application']}, sync it and await its health.",
            "params": parameters(args),
            "results": [
                {"name": name, "type": "string", "description": text}
                for name, text in _RESULTS.items()
            ],
            "stepTemplate": {
                "image": args["cli_image"],
                "workingDir": TMP,
                "env": [{"name": k, "value": v} for k, v in environment(args).items()],
                "securityContext": STEP_SECURITY,
                "computeResources": STEP_RESOURCES,
                "volumeMounts": [
                    {"name": "access", "mountPath": _ACCESS, "readOnly": True},
                    {"name": "tmp", "mountPath": TMP},
                ],
            },
            # A step ends by itself when its command does; the limit is for one that does not.
            "steps": [
                {"name": step, "script": args["scripts"][step], "timeout": limit} for step in STEPS
            ],
            "volumes": [
                {"name": "access", "secret": {"secretName": CREDENTIALS}},
                {"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}},
            ],
        },
    }


def pipeline(args: DeliveryArgs) -> Manifest:
    """Return the Pipeline of that one task.

    Without retries: what may be repeated, a sync that meets another one, the script repeats; a
    refused token or an image that does not start would only take longer to be told.
    """
    declared = parameters(args)
    name = "deliver"
    return {
        "apiVersion": API,
        "kind": "Pipeline",
        "metadata": {"name": pipeline_name(args), "namespace": args["namespace"]},
        "spec": {
            "description": f"Deliver {args['application']}.",
            "params": declared,
            "tasks": [
                {
                    "name": name,
                    "taskRef": {"name": task_name(args)},
                    "timeout": duration(task_seconds(args)),
                    "params": [
                        {"name": p["name"], "value": f"$(params.{p['name']})"} for p in declared
                    ],
                }
            ],
            "results": [
                {
                    "name": result,
                    "type": "string",
                    "description": text,
                    "value": f"$(tasks.{name}.results.{result})",
                }
                for result, text in _RESULTS.items()
            ],
        },
    }


def run(args: DeliveryArgs, branch: str, short_sha: str) -> Manifest:
    """Return a run, to be created (it has no name to apply): never a resource of the stack.

    A run is an event: as a resource it would be started again after it was pruned.
    """
    return {
        "apiVersion": API,
        "kind": "PipelineRun",
        "metadata": {
            "generateName": f"{pipeline_name(args)}-",
            "namespace": args["namespace"],
        },
        "spec": {
            "pipelineRef": {"name": pipeline_name(args)},
            "params": [
                {"name": "branch", "value": branch},
                {"name": "short_sha", "value": short_sha},
            ],
            "taskRunTemplate": {
                "serviceAccountName": account_name(args),
                "podTemplate": POD_TEMPLATE,
            },
            "timeouts": {"pipeline": duration(task_seconds(args) + OVERHEAD_SECONDS)},
        },
    }


def task_seconds(args: DeliveryArgs) -> int:
    """Return how long the task may take: the sync, the wait, and the start of the pod."""
    return 2 * args["timeout_seconds"] + OVERHEAD_SECONDS


def duration(seconds: int) -> str:
    """Return a duration as Go prints it, 90 as 1m30s.

    Tekton's webhook writes any other spelling anew, which the next preview would show as a change.
    """
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
