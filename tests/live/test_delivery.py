"""Delivery: accepted by Tekton's webhooks; its scripts against Argo CD, from commit to healthy."""

import asyncio
import base64
import json
import os
import re
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from components.delivery.push import listener
from components.delivery.scripts import STEPS
from components.shared.credentials.derivation import Derivation
from components.shared.credentials.server_certificate import ServerCertificate, server_certificate
from tests.live.conftest import Eventually, Repository
from tests.live.manifests import argo_application, clone_set
from tests.support.delivery import ARTICLE, Outcome, Steps, delivery_args
from tests.support.engine import Cluster
from tests.unit.components.delivery.test_hostile_input import HOSTILE
from tools.live import stack
from tools.live.lifecycle import Live

NAMESPACE = "helloworld-delivery"
CHART = {"apiVersion": "v2", "name": "hello", "version": "1.0.0"}
VALUES = {"image": {"repository": "example.org/hello", "tag": "first"}}


@pytest.fixture
def token(cluster: Cluster) -> str:
    """Return the token of the account ci that the stack gave the delivery."""
    (secret,) = cluster.items("secret", "argocd-env-secret", "-n", NAMESPACE)
    return base64.b64decode(secret["data"]["ARGOCD_AUTH_TOKEN"]).decode()


@pytest.fixture
def steps(live: Live, token: str) -> Iterator[Steps]:
    """Return the scripts with the real command line, the stack's token and the real server."""
    # The command line opens a socket in its temporary folder, whose path may have 107 bytes. Those
    # of pytest's folders are longer where the machine's own temporary folder is not /tmp.
    with tempfile.TemporaryDirectory() as folder:
        made = Steps(Path(folder, "steps"), live.program("argocd"))
        made.allow(f"127.0.0.1:{live.plan.ports['argocd_server']}", token)
        yield made


@pytest.fixture
def application(cluster: Cluster, namespace: str, repository: Repository) -> Iterator[str]:
    """Return an application of the stack: a chart with a CloneSet, in the project of deliveries."""
    chart(repository, namespace)
    with an_application(cluster, namespace, repository, "team"):
        yield namespace


def chart(repository: Repository, namespace: str, folder: str = "") -> None:
    """Commit a chart with a CloneSet whose image is a parameter."""
    workload = json.loads(clone_set(namespace))
    image = "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
    workload["spec"]["template"]["spec"]["containers"][0]["image"] = image
    repository.commit(f"{folder}templates/cloneset.yaml", json.dumps(workload))
    repository.commit(f"{folder}values.yaml", json.dumps(VALUES))
    repository.commit(f"{folder}Chart.yaml", json.dumps(CHART))


@contextmanager
def an_application(
    cluster: Cluster, name: str, repository: Repository, project: str
) -> Iterator[None]:
    """Have an application that nobody syncs by itself."""
    manifest = json.loads(argo_application(name, name, repository.url))
    del manifest["spec"]["syncPolicy"]
    manifest["spec"]["project"] = project
    cluster.run("apply", "-f", "-", stdin=json.dumps(manifest))
    yield
    cluster.run("delete", "application.argoproj.io", name, "-n", "argocd", "--timeout=50s")


def deliver(steps: Steps, name: str, **given: Any) -> list[Outcome]:
    """Run the steps one after the other, as a run does; the last one is the one that failed."""
    server = {"address": "", "tls": "plaintext"} | given.pop("server", {})
    parameters = {"app_name": name, "app_ns": name, "branch": "main", **given.pop("parameters", {})}
    args = delivery_args(
        **{"application": name, "owner": "stack", "timeout_seconds": 60, **given}, server=server
    )
    outcomes = []
    for step in STEPS:
        outcomes.append(steps.run(step, args, **parameters))
        if outcomes[-1].status:
            break
    return outcomes


def image_of(cluster: Cluster, namespace: str) -> str:
    (found,) = cluster.items("cloneset", "hello", "-n", namespace)
    return str(found["spec"]["template"]["spec"]["containers"][0]["image"])


def test_a_delivery_sets_the_image_syncs_and_waits_for_health(
    steps: Steps, application: str, cluster: Cluster
) -> None:
    outcomes = deliver(steps, application)

    assert [o.status for o in outcomes] == [0, 0, 0], outcomes[-1]
    image = "zhaomingshan/kruise:main-d92ae174b"
    assert image_of(cluster, application) == image
    results = outcomes[-1].results
    assert (results["image"], results["health"]) == (image, "Healthy")
    assert len(results["revision"]) == 40
    (found,) = cluster.items("application.argoproj.io", application, "-n", "argocd")
    parameters = found["spec"]["source"]["helm"]["parameters"]
    assert {p["name"]: (p["value"], p["forceString"]) for p in parameters} == {
        "image.repository": ("zhaomingshan/kruise", True),
        "image.tag": ("main-d92ae174b", True),
    }

    again = deliver(steps, application, parameters={"short_sha": "0000001"})
    assert [o.status for o in again] == [0, 0, 0], again[-1]
    assert image_of(cluster, application) == "zhaomingshan/kruise:main-0000001"


def over_http(server: HTTPServer, repository: Repository) -> str:
    """Serve a repository by Git's own program; return its address."""

    def answer(request: Request) -> Response:
        variables = {
            "GIT_PROJECT_ROOT": str(repository.folder.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": request.path,
            "QUERY_STRING": request.query_string.decode(),
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": request.content_type or "",
            "HTTP_CONTENT_ENCODING": request.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": request.headers.get("Git-Protocol", ""),
        }
        command = ["git", "http-backend"]
        said = subprocess.run(
            command, env=os.environ | variables, input=request.data, capture_output=True, check=True
        ).stdout
        head, _, body = said.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        return Response(body, int(headers.pop("Status", "200").split()[0]), headers)

    server.expect_request(re.compile("/repository/.*")).respond_with_handler(answer)
    return server.url_for("/repository/.git")


def test_an_application_of_the_pipeline_is_set_up_and_delivered(
    steps: Steps,
    cluster: Cluster,
    namespace: str,
    repository: Repository,
    httpserver: HTTPServer,
) -> None:
    chart(repository, namespace, f"{namespace}/charts/")
    url = over_http(httpserver, repository)
    outcomes = deliver(
        steps,
        namespace,
        owner="pipeline",
        project="team",
        path=f"{namespace}/charts",
        parameters={"gitrepositoryurl": url},
    )
    try:
        assert [o.status for o in outcomes] == [0, 0, 0], outcomes[-1]
        assert image_of(cluster, namespace) == "zhaomingshan/kruise:main-d92ae174b"
        (found,) = cluster.items("application.argoproj.io", namespace, "-n", "argocd")
        assert found["spec"]["project"] == "team"
        parameters = found["spec"]["source"]["helm"]["parameters"]
        assert {p["name"] for p in parameters} == {
            "image.repository",
            "image.tag",
            "installation.namespace",
        }
    finally:
        cluster.run("delete", "application.argoproj.io", namespace, "-n", "argocd")


def test_a_sync_that_fails_ends_the_run_with_the_reason(
    steps: Steps, application: str, repository: Repository
) -> None:
    broken = {
        "apiVersion": "apps.kruise.io/v1alpha1",
        "kind": "CloneSet",
        "metadata": {"name": "x"},
    }
    repository.commit("templates/broken.yaml", json.dumps({**broken, "spec": {"replicas": -1}}))
    outcomes = deliver(steps, application)

    assert [o.status for o in outcomes] == [0, 1]
    assert "delivery of" in outcomes[-1].errors
    assert "stopped: the sync failed" in outcomes[-1].errors
    assert "has the object and the reason" in outcomes[-1].errors


def test_what_does_not_become_healthy_ends_the_run_with_the_next_command(
    steps: Steps, application: str, repository: Repository
) -> None:
    slow = json.loads(clone_set(application, minReadySeconds=3600))
    slow["metadata"]["name"] = "slow"
    repository.commit("templates/slow.yaml", json.dumps(slow))
    outcomes = deliver(steps, application, timeout_seconds=10)

    assert [o.status for o in outcomes] == [0, 0, 1]
    assert "stopped: it is not healthy after 10 s" in outcomes[-1].errors
    assert f"kubectl --namespace {application} get events" in outcomes[-1].errors


def test_a_token_that_is_not_accepted_ends_the_run_with_what_to_do(
    steps: Steps, application: str, live: Live, token: str
) -> None:
    head, _, _ = token.rpartition(".")
    steps.allow(f"127.0.0.1:{live.plan.ports['argocd_server']}", f"{head}.wrong")
    (outcome,) = deliver(steps, application)

    assert outcome.status == 1
    assert "the token is not accepted" in outcome.errors
    assert "credentials.ci.rotation" in outcome.errors
    assert head not in outcome.errors + outcome.output


def test_another_project_ends_the_run_with_what_the_account_may_do(
    steps: Steps, cluster: Cluster, namespace: str, repository: Repository
) -> None:
    repository.commit("greeting.json", "{}")
    with an_application(cluster, namespace, repository, "default"):
        (outcome,) = deliver(steps, namespace)
    assert outcome.status == 1
    assert "the account may not do this" in outcome.errors


def test_a_server_that_is_not_there_is_named(steps: Steps, application: str, token: str) -> None:
    steps.allow("127.0.0.1:9", token)
    (outcome,) = deliver(steps, application)

    assert outcome.status == 1
    assert "the server does not answer at 127.0.0.1:9" in outcome.errors


@pytest.mark.parametrize("value", ["command", "option", "second line", "of kubelet", "comma"])
def test_hostile_input_does_not_reach_the_server(
    steps: Steps, application: str, cluster: Cluster, value: str
) -> None:
    (outcome,) = deliver(steps, application, parameters={"branch": HOSTILE[value]})

    assert outcome.status == 2
    assert "parameter branch: " in outcome.errors
    (found,) = cluster.items("application.argoproj.io", application, "-n", "argocd")
    assert "helm" not in found["spec"]["source"]


@contextmanager
def behind_tls(port: int, certificate: ServerCertificate, folder: Path) -> Iterator[int]:
    """Serve a plain port over TLS on another one, which is returned."""
    chain, key = folder / "tls.crt", folder / "tls.key"
    chain.write_text(certificate.certificate)
    key.write_text(certificate.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    context.set_alpn_protocols(["h2"])
    loop = asyncio.new_event_loop()

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(copy(reader, back), copy(there, writer), return_exceptions=True)
        finally:
            back.close()
            writer.close()
            await asyncio.gather(back.wait_closed(), writer.wait_closed(), return_exceptions=True)

    started = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0, ssl=context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield started.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        started.close()
        loop.run_until_complete(cancel(asyncio.all_tasks(loop)))
        loop.close()


async def cancel(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel tasks, and let them end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_the_server_is_known_by_its_certificate(
    steps: Steps, application: str, live: Live, token: str, tmp_path: Path
) -> None:
    own, other = (server_certificate(Derivation(seed, "live"), "argocd") for seed in ("a", "b"))
    with behind_tls(live.plan.ports["argocd_server"], own, tmp_path) as port:
        server = {"tls": "verify"}
        steps.allow(f"localhost:{port}", token, own.certificate)
        accepted = deliver(steps, application, server=server)
        steps.allow(f"localhost:{port}", token, other.certificate)
        (refused,) = deliver(steps, application, server=server)
    assert [o.status for o in accepted] == [0, 0, 0], accepted[-1]
    assert refused.status == 1
    assert "certificate is not trusted" in refused.errors
    assert token not in refused.errors


def test_what_the_webhooks_fill_in_is_no_change(live: Live) -> None:
    lines: list[str] = []
    stack.run(live.paths, "preview", lines.append)

    assert "would make 0 changes" in lines[-1], "\n".join(lines)


def test_tekton_has_accepted_what_the_stack_registered(cluster: Cluster) -> None:
    kinds = {
        "task": "helloworld-argocd",
        "pipeline": "helloworld-pipeline",
        "eventlistener": "helloworld-push",
        "triggerbinding": "helloworld-push",
        "triggertemplate": "helloworld-push",
    }
    for kind, name in kinds.items():
        assert list(cluster.uids(kind, "-n", NAMESPACE)) == [name], kind


def refusal(cluster: Cluster, manifest: dict[str, Any]) -> str:
    with pytest.raises(subprocess.CalledProcessError) as refused:
        cluster.run("create", "-f", "-", stdin=json.dumps(manifest))
    return str(refused.value.stderr)


def test_the_webhook_of_triggers_looks_at_listeners(cluster: Cluster) -> None:
    """The counterpart: that they were accepted above means something."""
    push: Any = {"provider": "github", "branches": ["main"], "sha_length": 7}
    wrong = listener(delivery_args(namespace=NAMESPACE), push)
    wrong["metadata"]["name"] = "wrong"
    wrong["spec"]["triggers"][0]["interceptor"] = []
    assert "validation.webhook.triggers.tekton.dev" in (said := refusal(cluster, wrong)) or (
        "webhook.triggers.tekton.dev" in said
    )


@pytest.mark.parametrize("whose", ["article", "stack"])
def test_a_run_is_accepted_and_gets_a_pod_that_pod_security_lets_pass(
    cluster: Cluster, eventually: Eventually, whose: str
) -> None:
    run: dict[str, Any] = {
        "apiVersion": "tekton.dev/v1",
        "kind": "PipelineRun",
        "metadata": {"generateName": "test-", "namespace": NAMESPACE},
        "spec": {"pipelineRef": {"name": "helloworld-pipeline"}},
    }
    if whose == "article":
        run["spec"]["params"] = [{"name": k, "value": v} for k, v in ARTICLE.items()]
    else:
        run["spec"]["params"] = [{"name": "short_sha", "value": "d92ae174b"}]
    name = cluster.run("create", "-f", "-", "-o", "name", stdin=json.dumps(run)).strip()

    def pods() -> int:
        label = f"tekton.dev/pipelineRun={name.partition('/')[2]}"
        return len(cluster.items("pods", "-n", NAMESPACE, "-l", label))

    try:
        eventually(pods, 1)
    finally:
        cluster.run("delete", name, "-n", NAMESPACE)


def test_a_run_without_a_commit_is_refused(cluster: Cluster, eventually: Eventually) -> None:
    run = {
        "apiVersion": "tekton.dev/v1",
        "kind": "PipelineRun",
        "metadata": {"name": "without-commit", "namespace": NAMESPACE},
        "spec": {"pipelineRef": {"name": "helloworld-pipeline"}},
    }
    cluster.run("create", "-f", "-", stdin=json.dumps(run))

    def reason() -> Any:
        (found,) = cluster.items("pipelinerun", "without-commit", "-n", NAMESPACE)
        return [c["reason"] for c in found.get("status", {}).get("conditions", [])]

    try:
        eventually(reason, ["ParameterMissing"])
    finally:
        cluster.run("delete", "pipelinerun", "without-commit", "-n", NAMESPACE)
