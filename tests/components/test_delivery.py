"""Delivery: a pipeline without rights, a token that is only a file, a listener that asks first."""

import json
import re
from typing import Any

import pytest

from components.delivery.component import Delivery
from components.delivery.ownership import pipeline_fields
from components.delivery.pipeline import CREDENTIALS, duration, pipeline, run, task
from components.delivery.push import PROVIDERS, event_filter
from components.delivery.scripts import STEPS
from kube.resources import KubernetesObject
from tests.support.delivery import ARTICLE, delivery_args
from tests.support.recordings import Recording, component_run

PUSH = {
    "provider": "github",
    "secret": "signed-with-this",
    "branches": ["main", "release/*"],
    "sha_length": 9,
    "callers": ["ingress-nginx"],
    "ingress": {"host": "push.example.com", "tls_secret": "push-tls"},
}


def recorded(**given: Any) -> Recording:
    args = delivery_args(**given)
    return component_run(lambda opts: Delivery("delivery", args, opts))


def shown(recording: Recording) -> str:
    return str([r.inputs for r in recording.all if r.kind != "Secret"])


def test_the_namespace_lets_only_restricted_pods_in() -> None:
    labels = recorded()["delivery-namespace-helloworld-delivery"].inputs["metadata"]["labels"]

    assert labels == {
        f"pod-security.kubernetes.io/{level}": "restricted"
        for level in ("enforce", "audit", "warn")
    }


def test_task_and_pipeline_have_the_names_and_parameters_of_the_article() -> None:
    args = delivery_args()
    assert task(args)["metadata"]["name"] == "helloworld-argocd"
    assert pipeline(args)["metadata"]["name"] == "helloworld-pipeline"
    for made in (task(args), pipeline(args)):
        assert made["apiVersion"] == "tekton.dev/v1"
        assert [p["name"] for p in made["spec"]["params"]] == list(ARTICLE)
        assert all(p["type"] == "string" for p in made["spec"]["params"])


def test_no_parameter_is_part_of_a_script() -> None:
    steps = task(delivery_args())["spec"]["steps"]

    assert [step["name"] for step in steps] == list(STEPS)
    assert all(
        not re.search(r"\$\((params|results|tasks|context|workspaces)", s["script"]) for s in steps
    )
    assert all(set(step) == {"name", "script", "timeout"} for step in steps)


def test_every_parameter_arrives_in_the_environment() -> None:
    template = task(delivery_args())["spec"]["stepTemplate"]
    values = [entry["value"] for entry in template["env"]]

    assert {f"$(params.{name})" for name in ARTICLE} <= set(values)


def test_a_step_may_do_nothing_but_its_work() -> None:
    template = task(delivery_args())["spec"]["stepTemplate"]
    security = template["securityContext"]

    assert security["runAsNonRoot"]
    assert security["readOnlyRootFilesystem"]
    assert not security["allowPrivilegeEscalation"]
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert template["computeResources"]["limits"].keys() == {"cpu", "memory"}
    (writable,) = [m for m in template["volumeMounts"] if not m.get("readOnly")]
    assert {"name": "HOME", "value": writable["mountPath"]} in template["env"]


def test_the_token_is_a_file_and_never_a_variable() -> None:
    """What kubelet puts in place of $(NAME) in a parameter must not be a secret."""
    spec = task(delivery_args())["spec"]

    assert spec["volumes"][0]["secret"] == {"secretName": CREDENTIALS}
    assert all(set(entry) == {"name", "value"} for entry in spec["stepTemplate"]["env"])
    assert "envFrom" not in spec["stepTemplate"]


def test_the_token_is_in_one_secret_and_marked() -> None:
    recording = recorded(push=PUSH, server={"address": "a.b:443", "tls": "verify", "ca": "PEM"})
    secrets = recording.of_kind("Secret")

    assert len(secrets) == 2
    assert all(secret.is_secret("data") for secret in secrets)
    assert "a.token.of-ci" not in shown(recording)
    assert "signed-with-this" not in shown(recording)
    keys = {"ARGOCD_SERVER", "ARGOCD_AUTH_TOKEN", "ca.crt"}
    assert set(secrets[0].inputs["data"]["value"]) == keys


def test_the_runs_account_has_no_token_and_no_rights() -> None:
    recording = recorded(pull_secrets=["registry"])
    (account,) = recording.of_kind("ServiceAccount")

    assert account.inputs["automountServiceAccountToken"] is False
    assert account.inputs["imagePullSecrets"] == [{"name": "registry"}]
    assert not recording.of_kind("Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding")


def test_timeouts_stand_at_every_level_and_contain_each_other() -> None:
    args = delivery_args(timeout_seconds=100)
    (step,) = {step["timeout"] for step in task(args)["spec"]["steps"]}
    (only,) = pipeline(args)["spec"]["tasks"]
    whole = run(args, "main", "abc")["spec"]["timeouts"]["pipeline"]

    assert (step, only["timeout"], whole) == ("3m40s", "5m20s", "7m20s")


@pytest.mark.parametrize(
    "seconds, text", [(45, "45s"), (60, "1m0s"), (90, "1m30s"), (3600, "1h0m0s"), (7320, "2h2m0s")]
)
def test_durations_are_spelt_as_tekton_spells_them(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def test_nothing_is_registered_that_tekton_would_leave_out() -> None:
    """What its webhook drops comes back as a change at every preview."""
    entries = task(delivery_args())["spec"]["stepTemplate"]["env"]
    assert all(entry["value"] for entry in entries)


def test_a_run_is_made_but_not_registered() -> None:
    recording = recorded(push=PUSH)
    made = run(delivery_args(), "main", "SHORT_SHA")

    assert not recording.of_kind("PipelineRun", "TaskRun")
    assert made["metadata"] == {
        "generateName": "helloworld-pipeline-",
        "namespace": "helloworld-delivery",
    }
    spec = made["spec"]
    assert {p["name"] for p in spec["params"]} == {"branch", "short_sha"}
    needed = {p["name"] for p in pipeline(delivery_args())["spec"]["params"] if "default" not in p}
    assert needed == {"short_sha"}
    assert spec["taskRunTemplate"]["podTemplate"]["automountServiceAccountToken"] is False


def test_pods_reach_names_and_the_server_only() -> None:
    policies = {
        r.inputs["metadata"]["name"]: r.inputs["spec"] for r in recorded().of_kind("NetworkPolicy")
    }
    assert policies["nothing"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    dns, server = policies["runs"]["egress"]
    assert {port["port"] for port in dns["ports"]} == {53}
    (peer,) = server["to"]
    assert peer["podSelector"]["matchLabels"] == {"app.kubernetes.io/name": "argocd-server"}
    assert server["ports"] == [{"protocol": "TCP", "port": 8080}]


def test_a_server_elsewhere_is_known_by_its_port() -> None:
    server = {"address": "argocd.example.com:8443", "tls": "verify"}
    policies = recorded(server=server).of_kind("NetworkPolicy")
    (runs,) = [p.inputs["spec"] for p in policies if p.inputs["metadata"]["name"] == "runs"]

    assert {"ports": [{"protocol": "TCP", "port": 8443}]} in runs["egress"]


def test_tekton_is_there_before_and_until_after() -> None:
    def program(opts: Any) -> None:
        manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "tekton"}}
        other = KubernetesObject("tekton", manifest, opts)
        Delivery("delivery", delivery_args(after=[other], push=PUSH), opts)

    recording = component_run(program)
    tekton = recording["tekton"].urn
    waiting = [r for r in recording.objects if r.name != "tekton"]
    assert len(waiting) > 10
    assert all(tekton in recording.comes_after(r) for r in waiting)


def test_the_listener_comes_last() -> None:
    recording = recorded(push=PUSH)
    (listener,) = recording.of_kind("EventListener")
    others = {r.urn for r in recording.objects if r is not listener}

    assert others <= recording.comes_after(listener)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_signature_is_checked_before_anything_is_looked_at(provider: str) -> None:
    (listener,) = recorded(push={**PUSH, "provider": provider}).of_kind("EventListener")
    (trigger,) = listener.inputs["spec"]["triggers"]
    first, second = trigger["interceptors"]

    assert first["ref"]["name"] == provider
    assert first["params"][0] == {
        "name": "secretRef",
        "value": {"secretName": "push-secret", "secretKey": "secret"},
    }
    assert second["ref"]["name"] == "cel"


def test_only_pushes_of_commits_to_the_branches_of_the_repository_count() -> None:
    expression = event_filter(delivery_args(), PUSH)  # type: ignore[arg-type]

    assert "body.repository.clone_url == 'https://github.com/zmberg/samples.git'" in expression
    assert r"body.ref.matches('^refs/heads/(main|release/[^/]*)$')" in expression
    assert "body.after.matches('^[0-9a-f]{40,64}$')" in expression


def test_of_an_event_only_branch_and_commit_reach_the_run() -> None:
    (template,) = recorded(push=PUSH).of_kind("TriggerTemplate")
    (made,) = template.inputs["spec"]["resourcetemplates"]
    text = json.dumps(made)

    assert set(re.findall(r"\$\(tt\.params\.(\w+)\)", text)) == {"branch", "short_sha"}
    assert "serviceAccountName" in text
    (binding,) = recorded(push=PUSH).of_kind("TriggerBinding")
    taken = {p["value"] for p in binding.inputs["spec"]["params"]}
    assert taken == {"$(extensions.branch)", "$(extensions.short_sha)"}


def test_the_listener_reads_no_secret_and_acts_as_nobody_else() -> None:
    recording = recorded(push=PUSH)
    rules = [rule for r in recording.of_kind("Role", "ClusterRole") for rule in r.inputs["rules"]]
    assert {group for rule in rules for group in rule["apiGroups"]} == {
        "tekton.dev",
        "triggers.tekton.dev",
    }
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch", "create"}
    assert [r["resources"] for r in rules if "create" in r["verbs"]] == [["pipelineruns"]]


def test_the_listener_is_reached_by_its_callers_only() -> None:
    policies = {
        r.inputs["metadata"]["name"]: r.inputs["spec"]
        for r in recorded(push=PUSH).of_kind("NetworkPolicy")
    }
    (rule,) = policies["push"]["ingress"]
    (peer,) = rule["from"]
    names = peer["namespaceSelector"]["matchLabels"]
    assert names == {"kubernetes.io/metadata.name": "ingress-nginx"}
    assert policies["push"]["podSelector"]["matchLabels"] == {"eventlistener": "helloworld-push"}


def test_without_callers_nobody_reaches_it() -> None:
    recording = recorded(push={**PUSH, "callers": []})
    policy = recording["delivery-networkpolicy-push"].inputs["spec"]

    assert policy["ingress"] == []
    assert "Ingress" in policy["policyTypes"]


def test_the_ingress_leads_to_the_listeners_service() -> None:
    (ingress,) = recorded(push=PUSH).of_kind("Ingress")
    (rule,) = ingress.inputs["spec"]["rules"]

    assert rule["host"] == "push.example.com"
    assert rule["http"]["paths"][0]["backend"]["service"]["name"] == "el-helloworld-push"
    assert ingress.inputs["spec"]["tls"] == [
        {"hosts": ["push.example.com"], "secretName": "push-tls"}
    ]


@pytest.mark.parametrize(
    "setter, path",
    [("helm", "spec.source.helm.parameters"), ("kustomize", "spec.source.kustomize.images")],
)
def test_what_a_delivery_writes_is_known_by_its_path(setter: str, path: str) -> None:
    assert pipeline_fields(setter) == [path]
