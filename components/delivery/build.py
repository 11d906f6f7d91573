"""Builds of the image that is delivered: tasks of bundles between two of our own. Pure functions.

A run of a pipeline is in one namespace, and a builder asks for more than Pod Security `restricted`
allows. So builds have a namespace of their own, without Argo CD's token, without rights in the
cluster and without a token of its API. Their last step tells the delivery's listener what is there.
Ref: https://tekton.dev/docs/pipelines/bundle-resolver/
"""

from typing import Any

from components.delivery.args import BuildArgs, BundleTaskArgs, DeliveryArgs
from components.delivery.pipeline import API, OVERHEAD_SECONDS, POD_TEMPLATE, duration
from kube.manifests import Manifest

CLONE_SECONDS = 600
STEP_SECONDS = 60

GROUP = 65_532
"""Group of the volume with the sources: that of the user of the task git-clone."""

GIT = "git-credentials"
REGISTRY = "registry-credentials"

PARAMETERS = [
    ("branch", "Branch, the first part of the tag; slashes become dashes."),
    ("commit", "The commit's whole hash."),
]
CHECKED = {
    "branch": "The branch.",
    "commit": "The commit's hash.",
    "short_sha": "Its beginning, the second part of the tag.",
    "image": "The image that is built.",
}
"""Results of the first task: all that the others get."""


def name(args: DeliveryArgs) -> str:
    """Return the name of the Pipeline and of the runs' ServiceAccount."""
    return f"{args['application']}-build"


def pipeline(args: DeliveryArgs, build: BuildArgs) -> Manifest:
    """Return the Pipeline: check, clone, build and push, ask for the delivery.

    The tasks of the bundles only get what the first task has checked.
    """
    checked = {n: f"$(tasks.check.results.{n})" for n in CHECKED}
    clone = _of_bundle(
        "clone",
        build["clone"],
        {"url": args["repository"], "revision": checked["commit"]},
        {"output": "source", **({"basic-auth": "git"} if "git" in build else {})},
        CLONE_SECONDS,
    )
    built = _of_bundle(
        "build",
        build["builder"],
        {"IMAGE": checked["image"]},
        {"source": "source", **({"dockerconfig": "registry"} if "registry" in build else {})},
        build["timeout_seconds"],
    )
    return {
        "apiVersion": API,
        "kind": "Pipeline",
        "metadata": {"name": name(args), "namespace": build["namespace"]},
        "spec": {
            "description": f"Build the image of {args['application']} and have it delivered.",
            "params": declared(PARAMETERS),
            "workspaces": [{"name": workspace} for workspace in _workspaces(build)],
            "tasks": [
                _of_ours("check", args, {n: f"$(params.{n})" for n, _ in PARAMETERS}),
                clone,
                {**built, "runAfter": ["clone"]},
                {
                    **_of_ours(
                        "deliver",
                        args,
                        {
                            "branch": checked["branch"],
                            "short_sha": checked["short_sha"],
                            "build": "$(context.pipelineRun.name)",
                        },
                    ),
                    "runAfter": ["build"],
                },
            ],
            "results": [
                _result("image", CHECKED["image"], checked["image"]),
                _result("digest", "Its digest.", "$(tasks.build.results.IMAGE_DIGEST)"),
            ],
        },
    }


def run(args: DeliveryArgs, build: BuildArgs, branch: str, commit: str) -> Manifest:
    """Return a run of a build, to be created: never a resource of the stack."""
    seconds = 2 * STEP_SECONDS + CLONE_SECONDS + build["timeout_seconds"] + 2 * OVERHEAD_SECONDS
    return {
        "apiVersion": API,
        "kind": "PipelineRun",
        "metadata": {"generateName": f"{name(args)}-", "namespace": build["namespace"]},
        "spec": {
            "pipelineRef": {"name": name(args)},
            "params": [{"name": "branch", "value": branch}, {"name": "commit", "value": commit}],
            "taskRunTemplate": {
                "serviceAccountName": name(args),
                "podTemplate": {**POD_TEMPLATE, "securityContext": {"fsGroup": GROUP}},
            },
            "workspaces": [{"name": n, **bound} for n, bound in _workspaces(build).items()],
            "timeouts": {"pipeline": duration(seconds)},
        },
    }


def _workspaces(build: BuildArgs) -> dict[str, dict[str, Any]]:
    """Return the workspaces of a run: a volume that goes with it, and credentials."""
    claim = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": build["storage"]}},
    }
    return {
        "source": {"volumeClaimTemplate": {"spec": claim}},
        **({"git": {"secret": {"secretName": GIT}}} if "git" in build else {}),
        **({"registry": {"secret": {"secretName": REGISTRY}}} if "registry" in build else {}),
    }


def _of_bundle(
    task: str, bundle: BundleTaskArgs, given: dict[str, str], workspaces: dict[str, str], limit: int
) -> dict[str, Any]:
    """Return a task of a pipeline that the bundle resolver fetches."""
    reference = {"bundle": bundle["bundle"], "name": bundle["task"], "kind": "task"}
    return {
        "name": task,
        "taskRef": {"resolver": "bundles", "params": _values(reference)},
        "timeout": duration(limit + OVERHEAD_SECONDS),
        "params": _values({**bundle["parameters"], **given}),
        "workspaces": [{"name": n, "workspace": ours} for n, ours in workspaces.items()],
    }


def _of_ours(task: str, args: DeliveryArgs, given: dict[str, str]) -> dict[str, Any]:
    return {
        "name": task,
        "taskRef": {"name": f"{name(args)}-{task}"},
        "timeout": duration(STEP_SECONDS + OVERHEAD_SECONDS),
        "params": _values(given),
    }


def declared(parameters: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the declarations of parameters."""
    return [{"name": n, "type": "string", "description": text} for n, text in parameters]


def _values(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": n, "value": value} for n, value in given.items()]


def _result(result: str, text: str, value: str) -> dict[str, str]:
    return {"name": result, "type": "string", "description": text, "value": value}
