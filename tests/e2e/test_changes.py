"""What the real engine says of a change and of drift, in the form of a comment."""

import json
import os
from pathlib import Path

import pytest

from errors import ConfigError
from tests.support.engine import ENGINE, ROOT, Cluster, Project, without_cluster
from tools import toolchain
from tools.deploy.changes import Changes
from tools.deploy.command import CancellableCommand
from tools.deploy.stack import open_stack
from tools.deploy.target import Target, engine_environment, workspace
from tools.object_diff import FieldChange
from tools.toolchain import pins

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

STACK = "dev"
ENTRY = {"argoCd": {"config": {"timeout.reconciliation": "60s"}}}
GATE = {"openKruise": {"featureGates": {"CloneSetShortHash": True}}}


def test_a_preview_without_a_cluster_shows_the_fields_that_differ(project: Project) -> None:
    project.succeed("up", {})
    changes = Changes()

    report = without_cluster(project).run("preview", ENTRY | GATE, watch=changes.on_event)

    assert not report.errors
    found = {(c.kind, c.name): c for c in changes.all}
    assert {c.operation for c in changes.all} == {"update"}
    assert len(changes.all) == report.changes
    (field,) = found["ConfigMap", "argocd/argocd-cm"].fields
    assert field == FieldChange('data["timeout.reconciliation"]', None, "60s")
    (field,) = found["Release", "kruise-system/kruise"].fields
    assert field.path == "values.featureGates"
    assert "CloneSetShortHash=true" in (field.after or "")


def test_where_nothing_drifted_nothing_is_found(project: Project) -> None:
    changes = Changes(drift=True)

    report = project.run("drift", {}, watch=changes.on_event)

    assert not report.errors
    assert changes.all == ()
    assert report.changes == 0


def test_what_was_changed_by_hand_is_found_and_nothing_is_written(
    project: Project, cluster: Cluster
) -> None:
    patch = json.dumps({"data": {"application.resourceTrackingMethod": "label"}})
    cluster.run("patch", "configmap", "argocd-cm", "-n", "argocd", "-p", patch)
    cluster.run("delete", "service", "argocd-metrics", "-n", "argocd")
    for _ in range(2):  # a refresh that wrote would find it once
        changes = Changes(drift=True)
        report = project.run("drift", watch=changes.on_event)

        assert not report.errors
        assert {(c.operation, c.kind, c.name) for c in changes.all} == {
            ("delete", "Service", "argocd/argocd-metrics"),
            ("update", "ConfigMap", "argocd/argocd-cm"),
        }
        (update,) = (c for c in changes.all if c.operation == "update")
        assert [field.after for field in update.fields] == ["label"]


@pytest.mark.tools(*ENGINE)
def test_a_stack_without_a_state_is_not_made_by_looking_at_it(
    tmp_path: Path,
) -> None:
    target = Target("none", tmp_path)
    folder = workspace(ROOT, target, STACK)
    environment = engine_environment(target, toolchain.pulumi_home(), os.environ)
    pulumi = toolchain.ensure("pulumi")["pulumi"]
    command = CancellableCommand(pulumi, pins.load().tools["pulumi"].version)

    with pytest.raises(ConfigError, match="has no state yet"):
        open_stack(STACK, command, folder, environment, create=False)

    assert "encryptionsalt" not in (folder / f"Pulumi.{STACK}.yaml").read_text()
