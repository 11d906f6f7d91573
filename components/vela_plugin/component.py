"""The `vela` plugin of Argo CD: an Appfile in Git becomes a running application.

Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/config-management-plugins.md
"""

import hashlib
import json
from collections.abc import Mapping

import pulumi

from components.vela_plugin.args import VelaPluginArgs
from components.vela_plugin.contribution import Contribution, contribution
from kube.resources import KubernetesPatch, child_name, register


class VelaPlugin(pulumi.ComponentResource):
    """Argo CD taking Appfiles and OAM Applications.

    True after success: the plugin's files and its container are in `contribution` for Argo CD's own
    component; or, where an Argo CD of somebody else is patched, its repo-server runs with them.
    Waits for that rollout. Destroy takes the container out first and then the files, and leaves
    everything else in the Deployment and in argocd-cm.
    """

    summary: Mapping[str, str]
    """How the plugin works: its name, form and mode."""

    def __init__(
        self, name: str, args: VelaPluginArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        """Register the patches, if there are any, and what they need."""
        self._contribution = contribution(args)
        self.summary = {
            "name": "vela",
            "form": args["form"],
            "mode": args["mode"],
        }
        super().__init__("bootstrap:index:VelaPlugin", name, dict(self.summary), opts)
        if args.get("patch"):
            self._patch(name, args["namespace"])
        self.register_outputs(dict(self.summary))

    @property
    def contribution(self) -> Contribution:
        """What the owner of Argo CD adds; no output of the component, as it is long."""
        return self._contribution

    def _patch(self, name: str, namespace: str) -> None:
        given = self._contribution
        files = register(given.objects, component=name, home=namespace, parent=self)
        # The provider compares lists by position, and the live Deployment's begin with what others
        # own: it would find a difference for ever. So `spec` is not compared, and another content
        # is another patch, which takes the place of the one before.
        # Ref: https://github.com/pulumi/pulumi-kubernetes/blob/v4.25.0/provider/pkg/provider/util.go
        digest = hashlib.sha256(json.dumps(given.patch, sort_keys=True).encode()).hexdigest()[:8]
        KubernetesPatch(
            f"{child_name(name, given.patch, namespace)}-{digest}",
            given.patch,
            # A pod that mounts what is not there does not start.
            pulumi.ResourceOptions(parent=self, depends_on=files, ignore_changes=["spec"]),
        )
        if given.entries:
            entries = {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "argocd-cm", "namespace": namespace},
                "data": given.entries,
            }
            KubernetesPatch(
                child_name(name, entries, namespace),
                entries,
                pulumi.ResourceOptions(parent=self, depends_on=files),
            )
