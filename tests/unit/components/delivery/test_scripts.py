"""The scripts of the steps, run as they are, with a program that records in place of argocd."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest

from components.delivery.scripts import STEPS, load
from tests.support.delivery import Outcome, Steps, delivery_args

APPLICATION = {
    "metadata": {"name": "helloworld"},
    "spec": {"source": {"helm": {"parameters": [{"name": "x", "value": '\n    "sync": {'}]}}},
    "status": {
        "health": {"lastTransitionTime": "2026-01-01T00:00:00Z", "status": "Healthy"},
        "operationState": {"syncResult": {"revision": "other"}},
        "sync": {
            "comparedTo": {"source": {"helm": {}}},
            "revision": "4f1c2d",
            "status": "Synced",
        },
    },
}


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    """Return the scripts with a recorder."""
    return Steps(tmp_path)


def only_call(outcome: Outcome) -> list[str]:
    assert outcome.status == 0, outcome.errors
    (call,) = outcome.calls
    return call


def test_an_application_of_the_pipeline_is_set_up_as_in_the_article(steps: Steps) -> None:
    outcome = steps.run("set-image")

    assert only_call(outcome) == [
        "app",
        "create",
        "--upsert",
        "--project=samples",
        "--repo=https://github.com/zmberg/samples.git",
        "--path=helloworld/charts",
        "--revision=hello_world",
        "--dest-server=https://kubernetes.default.svc",
        "--dest-namespace=helloworld",
        "--helm-set-string=installation.namespace=helloworld",
        "--helm-set-string=image.repository=zhaomingshan/kruise",
        "--helm-set-string=image.tag=hello_world-d92ae174b",
        "--",
        "helloworld",
    ]
    assert outcome.results == {"image": "zhaomingshan/kruise:hello_world-d92ae174b"}


def test_of_an_application_of_the_stack_only_the_image_is_set(steps: Steps) -> None:
    call = only_call(steps.run("set-image", delivery_args(owner="stack")))

    assert call[:2] == ["app", "set"]
    assert call[2:] == [
        "--helm-set-string=image.repository=zhaomingshan/kruise",
        "--helm-set-string=image.tag=hello_world-d92ae174b",
        "--",
        "helloworld",
    ]


@pytest.mark.parametrize("owner", ["stack", "pipeline"])
def test_a_kustomization_gets_an_image(steps: Steps, owner: str) -> None:
    call = only_call(steps.run("set-image", delivery_args(owner=owner, setter="kustomize")))

    assert [word for word in call if "=" in word and word.startswith(("--helm", "--kust"))] == [
        "--kustomize-image=zhaomingshan/kruise:hello_world-d92ae174b"
    ]


def test_the_names_of_the_charts_parameters_can_be_others(steps: Steps) -> None:
    names = {"repository": "app.image", "tag": "app.tag", "namespace": "target"}
    call = only_call(steps.run("set-image", delivery_args(helm_parameters=names)))

    assert "--helm-set-string=app.tag=hello_world-d92ae174b" in call
    assert "--helm-set-string=target=helloworld" in call


def test_slashes_of_a_branch_become_dashes_in_the_tag(steps: Steps) -> None:
    outcome = steps.run("set-image", branch="feature/login")

    assert "--revision=feature/login" in only_call(outcome)
    assert outcome.results["image"] == "zhaomingshan/kruise:feature-login-d92ae174b"


@pytest.mark.parametrize(
    "owner, revision", [("pipeline", ["--revision=hello_world"]), ("stack", [])]
)
def test_a_revision_is_synced_where_it_is_the_pipelines(
    steps: Steps, owner: str, revision: list[str]
) -> None:
    call = only_call(steps.run("sync", delivery_args(owner=owner)))

    assert call == ["app", "sync", "--timeout=300", *revision, "--", "helloworld"]


def test_a_sync_that_meets_another_one_is_repeated(steps: Steps) -> None:
    busy = "rpc error: code = FailedPrecondition desc = another operation is already in progress"
    steps.answer(("app sync", 20, "", busy))
    outcome = steps.run("sync")

    assert outcome.status == 1
    assert [call[1] for call in outcome.calls] == ["sync", "wait"] * 3
    assert "delivery of helloworld stopped: the sync failed" in outcome.errors


@pytest.mark.parametrize("hold, flags", [("healthy", []), ("suspended", ["--suspended"])])
def test_a_roll_out_held_at_its_partition_ends_the_wait_where_it_counts_as_suspended(
    steps: Steps, hold: str, flags: list[str]
) -> None:
    steps.answer(("--output=json", 0, json.dumps(APPLICATION, indent=2), ""))
    outcome = steps.run("wait", delivery_args(partition_hold=hold))

    assert outcome.status == 0, outcome.errors
    expected = ["app", "wait", "--operation", "--health", "--timeout=300", *flags]
    assert outcome.calls[0] == [*expected, "--", "helloworld"]
    assert outcome.results == {"revision": "4f1c2d", "health": "Healthy"}


@pytest.mark.parametrize(
    "tls, ca, flags",
    [
        ("verify", "PEM", ["--server-crt={access}/ca.crt"]),
        ("verify", None, []),
        ("skip", None, ["--insecure"]),
        ("plaintext", None, ["--plaintext"]),
    ],
)
def test_the_server_is_verified_unless_the_stack_says_otherwise(
    steps: Steps, tls: str, ca: str | None, flags: list[str]
) -> None:
    steps.allow("argocd.example.com:443", "a.token", ca)
    server = {"address": "argocd.example.com:443", "tls": tls}
    call = only_call(steps.run("sync", delivery_args(server=server)))

    expected = [flag.format(access=steps.access) for flag in flags]
    assert call[: call.index("app")] == expected


def test_neither_arguments_nor_output_have_the_token(steps: Steps) -> None:
    steps.allow("argocd.example.com:443", "sentinel")
    for step in STEPS:
        outcome = steps.run(step)
        assert "sentinel" not in str(outcome)


@pytest.mark.parametrize(
    "said, advice",
    [
        ("tls: failed to verify certificate: x509: unknown authority", "delivery.server.ca"),
        ("code = Unauthenticated desc = invalid session", "credentials.ci.rotation"),
        ("code = PermissionDenied desc = permission denied", "argoCd.access.ci"),
        ("dial tcp: connect: connection refused", "argocd-server"),
    ],
)
@pytest.mark.parametrize("step", STEPS)
def test_a_failure_says_what_to_do(steps: Steps, step: str, said: str, advice: str) -> None:
    steps.answer(("app", 20, "", said))
    outcome = steps.run(step)

    assert outcome.status == 1
    assert said in outcome.errors
    assert "delivery of helloworld stopped: " in outcome.errors
    assert advice in outcome.errors


@pytest.mark.parametrize(
    "step, advice",
    [("sync", "has the object and the reason"), ("wait", "kubectl --namespace helloworld")],
)
def test_a_failure_of_the_application_points_to_it(steps: Steps, step: str, advice: str) -> None:
    steps.answer((f"app {step}", 1, "a table", "timed out"))
    outcome = steps.run(step)

    assert outcome.status == 1
    assert outcome.output == "a table"
    assert advice in outcome.errors


def test_nothing_is_left_in_the_folder_for_temporary_files(steps: Steps) -> None:
    for step in STEPS:
        steps.run(step)
    assert list((steps.folder / "tmp").iterdir()) == []


@pytest.mark.parametrize("shell", [["dash"], ["bash", "--posix"], ["busybox", "sh"]], ids=str)
def test_every_shell_of_the_standard_will_do(steps: Steps, shell: list[str]) -> None:
    if shutil.which(shell[0]) is None:
        pytest.skip(f"{shell[0]} is not here")
    steps.answer(("--output=json", 0, json.dumps(APPLICATION, indent=2), ""))
    steps.shell = shell
    for step in STEPS:
        assert steps.run(step).status == 0
        assert steps.run(step, branch="a;b").status == 2


@pytest.mark.parametrize("step", load())
def test_the_scripts_have_no_findings(step: str, tmp_path: Path) -> None:
    program = Path(sysconfig.get_path("scripts")) / "shellcheck"
    script = tmp_path / f"{step}.sh"
    script.write_text(load()[step])
    # For the shell that its first line names.
    found = subprocess.run([program, script], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
