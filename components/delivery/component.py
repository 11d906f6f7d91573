"""The delivery of one application: a pipeline that sets its image, syncs it and awaits its health.

Ref: https://tekton.dev/docs/pipelines/pipelines/
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.delivery import build, build_home, home, push
from components.delivery.args import DeliveryArgs
from components.delivery.pipeline import (
    account_name,
    listener_name,
    pipeline,
    pipeline_name,
    run,
    task,
)
from kube.manifests import Manifest
from kube.resources import KubernetesObject, child_name, register

SHA = "SHORT_SHA"
"""Stands in the ready-made run for the commit that is to be delivered."""

COMMIT = "COMMIT"
"""Stands in the ready-made run of a build for the whole hash of the commit."""


class Delivery(pulumi.ComponentResource):
    """The pipeline of one application, in a namespace of its own.

    True after success: Task and Pipeline are accepted by Tekton, and the event listener, if there
    is one, is created. Waits for no run and starts none. Destroy removes all of it, runs included;
    the application stays as it was last delivered.
    """

    summary: Mapping[str, str]
    """Where what stands: namespace, pipeline, the Application, and the listener's Service."""

    runs: Mapping[str, Mapping[str, Any]]
    """PipelineRuns to create: `run` with SHORT_SHA in place of a commit's beginning and, where
    there are builds, `build` with COMMIT in place of its whole hash.
    """

    def __init__(
        self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the namespace, then what stands in it, the listener last."""
        pushed, builds = args.get("push"), args.get("build")
        self.runs = {
            "run": run(args, args["branch"], SHA),
            **({"build": build.run(args, builds, args["branch"], COMMIT)} if builds else {}),
        }
        self.summary = {
            "application": args["application"],
            "namespace": args["namespace"],
            "pipeline": pipeline_name(args),
            **({"listener": f"el-{listener_name(args)}"} if pushed else {}),
        }
        super().__init__("bootstrap:index:Delivery", name, dict(self.summary), opts)

        after = list(args.get("after") or ())
        # On what comes before, too: a namespace goes only when what is in it has gone, and of that
        # runs are removed with the help of Tekton.
        options = pulumi.ResourceOptions(parent=self, depends_on=after)
        namespaces = [
            KubernetesObject(child_name(name, manifest), manifest, options)
            for manifest in _namespaces(args)
        ]

        def registered(
            manifests: Sequence[Manifest], depends_on: Sequence[pulumi.Resource]
        ) -> list[KubernetesObject]:
            return register(
                manifests,
                component=name,
                home=args["namespace"],
                parent=self,
                depends_on=[*namespaces, *depends_on],
            )

        made = registered(_basis(args), after)
        # A run that starts at once finds its task.
        made += registered(_pipelines(args), [*after, *made])
        if pushed:
            made += registered(push.objects(args, pushed), made)
            # It answers as soon as it is there.
            registered([push.listener(args, pushed)], made)
        self.register_outputs({"summary": dict(self.summary), **self.runs})


def created(args: DeliveryArgs) -> list[Manifest]:
    """Return every object of a delivery."""
    pushed = args.get("push")
    on_push = [*push.objects(args, pushed), push.listener(args, pushed)] if pushed else []
    return [*_namespaces(args), *_basis(args), *_pipelines(args), *on_push]


def _namespaces(args: DeliveryArgs) -> list[Manifest]:
    builds = args.get("build")
    of_builds = [home.namespace(builds["namespace"], builds["pod_security"])] if builds else []
    return [home.namespace(args["namespace"]), *of_builds]


def _basis(args: DeliveryArgs) -> list[Manifest]:
    """Return what runs need beside their pipeline."""
    account = home.account(args, args["namespace"], account_name(args))
    made = [account, home.credentials(args), *home.network_policies(args), task(args)]
    if "build" in args and "push" in args:
        made += build_home.objects(args, args["build"], args["push"])
    return made


def _pipelines(args: DeliveryArgs) -> list[Manifest]:
    builds = args.get("build")
    return [pipeline(args), *([build.pipeline(args, builds)] if builds else [])]
