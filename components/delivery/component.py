"""The delivery of one application: a pipeline that sets its image, syncs it and awaits its health.

Ref: https://tekton.dev/docs/pipelines/pipelines/
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from components.delivery import home, push
from components.delivery.args import DeliveryArgs
from components.delivery.pipeline import pipeline, pipeline_name, run, task
from upstream.manifests import Manifest
from upstream.resources import KubernetesObject, child_name, register

SHA = "SHORT_SHA"
"""Stands in the ready-made run for the commit that is to be delivered."""


class Delivery(pulumi.ComponentResource):
    """The pipeline of one application, in a namespace of its own.

    True after success: Task and Pipeline are accepted by Tekton, and the event listener, if there
    is one, is created. Waits for no run and starts none. Destroy removes all of it, runs included;
    the application stays as it was last delivered.
    """

    summary: Mapping[str, str]
    """Where what stands: namespace, pipeline, the Application, and the listener's Service."""

    run: Mapping[str, Any]
    """A PipelineRun to create, with SHORT_SHA in place of a commit."""

    def __init__(
        self, name: str, args: DeliveryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the namespace, then what stands in it, the listener last."""
        self.run = run(args, args["branch"], SHA)
        pushed = args.get("push")
        self.summary = {
            "application": args["application"],
            "namespace": args["namespace"],
            "pipeline": pipeline_name(args),
            **({"listener": f"el-{push.listener_name(args)}"} if pushed else {}),
        }
        super().__init__("bootstrap:index:Delivery", name, dict(self.summary), opts)

        after = list(args.get("after") or ())
        manifest = home.namespace(args)
        # On what comes before, too: a namespace goes only when what is in it has gone, and of that
        # runs are removed with the help of Tekton.
        namespace = KubernetesObject(
            child_name(name, manifest),
            manifest,
            pulumi.ResourceOptions(parent=self, depends_on=after),
        )

        def registered(
            manifests: Sequence[Manifest], depends_on: Sequence[pulumi.Resource]
        ) -> list[KubernetesObject]:
            return register(
                manifests,
                component=name,
                home=args["namespace"],
                parent=self,
                depends_on=[namespace, *depends_on],
            )

        made = registered(_basis(args), after)
        # A run that starts at once finds its task.
        made += registered([pipeline(args)], [*after, *made])
        if pushed:
            made += registered(push.objects(args, pushed), made)
            # It answers as soon as it is there.
            registered([push.listener(args, pushed)], made)
        self.register_outputs({"summary": dict(self.summary), "run": dict(self.run)})


def created(args: DeliveryArgs) -> list[Manifest]:
    """Return every object of a delivery."""
    pushed = args.get("push")
    on_push = [*push.objects(args, pushed), push.listener(args, pushed)] if pushed else []
    return [home.namespace(args), *_basis(args), pipeline(args), *on_push]


def _basis(args: DeliveryArgs) -> list[Manifest]:
    """Return what a run needs beside its pipeline."""
    return [home.account(args), home.credentials(args), *home.network_policies(args), task(args)]
