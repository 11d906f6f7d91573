"""From a push to a run: an event listener and what stands around it. Pure functions.

Ref: https://github.com/tektoncd/triggers/blob/v0.37.0/docs/eventlisteners.md
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from components.delivery import build as builds
from components.delivery import built, home
from components.delivery.args import DeliveryArgs, PushArgs
from components.delivery.pipeline import BRANCH, LISTENER_PORT, listener_name, run
from components.delivery.rbac import cluster_role, role
from kube.manifests import Manifest

API = "triggers.tekton.dev/v1beta1"
SECRET = "push-secret"  # noqa: S105 its name
SECRET_KEY = "secret"  # noqa: S105 its key
_READ = ["get", "list", "watch"]


class Provider(NamedTuple):
    """How a Git host tells of a push."""

    event: str
    addresses: Sequence[str]
    """Where the payload has the address of the repository."""


PROVIDERS = {
    "github": Provider("push", ("body.repository.clone_url", "body.repository.ssh_url")),
    "gitlab": Provider("Push Hook", ("body.project.git_http_url", "body.project.git_ssh_url")),
}
"""By the name of the interceptor, which checks the signature (GitLab: the token)."""


def objects(args: DeliveryArgs, push: PushArgs) -> list[Manifest]:
    """Return all but the EventListener, which needs them to be there."""
    made = [
        _secret(args, push),
        _account(args),
        *_rights(args),
        _binding(args, push),
        _template(args, push),
        _policy(args, push),
    ]
    if "build" in args:
        made += built.objects(args, args["build"], API)
    return [*made, _ingress(args, push)] if "ingress" in push else made


def listener(args: DeliveryArgs, push: PushArgs) -> Manifest:
    """Return the EventListener.

    First the signature, then the contents: nothing of an unsigned event is looked at.
    """
    provider = PROVIDERS[push["provider"]]
    verified = {
        "name": "signature",
        "ref": {"name": push["provider"], "kind": "ClusterInterceptor"},
        "params": [
            {"name": "secretRef", "value": {"secretName": SECRET, "secretKey": SECRET_KEY}},
            {"name": "eventTypes", "value": [provider.event]},
        ],
    }
    filtered = {
        "name": "branch",
        "ref": {"name": "cel", "kind": "ClusterInterceptor"},
        "params": [
            {"name": "filter", "value": event_filter(args, push)},
            {
                "name": "overlays",
                "value": [
                    {"key": key, "expression": expression}
                    for key, expression in _taken(args, push).items()
                ],
            },
        ],
    }
    container = {
        "resources": {
            "requests": {"cpu": "20m", "memory": "64Mi"},
            "limits": {"cpu": "500m", "memory": "256Mi"},
        }
    }
    name = listener_name(args)
    pushed = {
        "name": "push",
        "interceptors": [verified, filtered],
        "bindings": [{"ref": name}],
        "template": {"ref": name},
    }
    return _object(
        API,
        "EventListener",
        name,
        args,
        spec={
            "serviceAccountName": name,
            "triggers": [pushed, built.trigger(args)] if "build" in args else [pushed],
            "resources": {
                "kubernetesResource": {
                    "serviceType": "ClusterIP",
                    "spec": {"template": {"spec": {"containers": [container]}}},
                }
            },
        },
    )


def event_filter(args: DeliveryArgs, push: PushArgs) -> str:
    """Return the CEL expression for a push of a commit to one of the branches of the repository.

    It also sees to it that what is taken from the payload are short texts without anything that
    means something to JSON: an object in their place would become part of the run.
    """
    branches = "|".join(re.escape(name).replace(r"\*", "[^/]*") for name in push["branches"])
    addresses = " || ".join(
        f"{where} == {_text(args['repository'])}" for where in PROVIDERS[push["provider"]].addresses
    )
    return " && ".join(
        (
            f"body.ref.matches('^refs/heads/{BRANCH}$')",
            "size(body.ref) <= 111",
            f"body.ref.matches({_text(f'^refs/heads/({branches})$')})",
            "body.after.matches('^[0-9a-f]{40,64}$')",
            # A branch that was deleted.
            "!body.after.matches('^0+$')",
            f"({addresses})",
        )
    )


def _taken(args: DeliveryArgs, push: PushArgs) -> dict[str, str]:
    """Return what of an event reaches the run, by parameter: a build clones the whole hash."""
    branch = {"branch": "body.ref.substring(11)"}
    if "build" in args:
        return {**branch, "commit": "body.after"}
    return {**branch, "short_sha": f"body.after.truncate({push['sha_length']})"}


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _object(api: str, kind: str, name: str, args: DeliveryArgs, **rest: Any) -> Manifest:
    metadata = {"name": name, "namespace": args["namespace"]}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **rest}


def _secret(args: DeliveryArgs, push: PushArgs) -> Manifest:
    return home.secret(args["namespace"], SECRET, {SECRET_KEY: push["secret"]})


def _account(args: DeliveryArgs) -> Manifest:
    """Return the listener's own account, with a token: it reads triggers and creates runs."""
    return _object("v1", "ServiceAccount", listener_name(args), args)


def _rights(args: DeliveryArgs) -> list[Manifest]:
    """Return what the listener may do.

    Less than the release's own roles, which read all Secrets of the cluster and act as any
    ServiceAccount: interceptors, not listeners, read Secrets, and no trigger names an account.
    """
    name = listener_name(args)
    account = {"kind": "ServiceAccount", "name": name, "namespace": args["namespace"]}
    triggers = ["eventlisteners", "triggers", "triggerbindings", "triggertemplates", "interceptors"]
    cluster_kinds = ["clustertriggerbindings", "clusterinterceptors"]
    rules = [
        {"apiGroups": ["triggers.tekton.dev"], "resources": triggers, "verbs": _READ},
        {"apiGroups": ["tekton.dev"], "resources": ["pipelineruns"], "verbs": ["create"]},
    ]
    cluster_rules = [
        {"apiGroups": ["triggers.tekton.dev"], "resources": cluster_kinds, "verbs": _READ}
    ]
    return [
        *role(name, args["namespace"], rules, account),
        *cluster_role(f"{args['namespace']}-{name}", cluster_rules, account),
    ]


def _binding(args: DeliveryArgs, push: PushArgs) -> Manifest:
    taken = [{"name": name, "value": f"$(extensions.{name})"} for name in _taken(args, push)]
    return _object(API, "TriggerBinding", listener_name(args), args, spec={"params": taken})


def _template(args: DeliveryArgs, push: PushArgs) -> Manifest:
    """Return the template: all but branch and commit is the stack's, not the event's."""
    first, second = (f"$(tt.params.{name})" for name in _taken(args, push))
    started = (
        builds.run(args, args["build"], first, second)
        if "build" in args
        else run(args, first, second)
    )
    return _object(
        API,
        "TriggerTemplate",
        listener_name(args),
        args,
        spec={
            "params": [{"name": name} for name in _taken(args, push)],
            "resourcetemplates": [started],
        },
    )


def _policy(args: DeliveryArgs, push: PushArgs) -> Manifest:
    """Return the listener's policy: in from the callers, out to names, API and interceptors."""
    callers: list[dict[str, Any]] = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
        for name in push["callers"]
    ]
    if "build" in args:
        callers.append(built.caller(args["build"]))
    tekton = {"kubernetes.io/metadata.name": "tekton-pipelines"}
    interceptors = {
        "namespaceSelector": {"matchLabels": tekton},
        "podSelector": {
            "matchLabels": {
                "app.kubernetes.io/component": "interceptors",
                "app.kubernetes.io/part-of": "tekton-triggers",
            }
        },
    }
    ingress = (
        [{"from": callers, "ports": [{"protocol": "TCP", "port": LISTENER_PORT}]}]
        if callers
        else []
    )
    egress = [
        home.dns(),
        {"to": [interceptors], "ports": [{"protocol": "TCP", "port": 8443}]},
        # The API server is no pod, and its address is not known here.
        {"ports": [{"protocol": "TCP", "port": 443}, {"protocol": "TCP", "port": 6443}]},
    ]
    return home.policy(
        args["namespace"],
        "push",
        {"matchLabels": {"eventlistener": listener_name(args)}},
        {"policyTypes": ["Ingress", "Egress"], "ingress": ingress, "egress": egress},
    )


def _ingress(args: DeliveryArgs, push: PushArgs) -> Manifest:
    given = push["ingress"]
    name = listener_name(args)
    service = {"name": f"el-{name}", "port": {"number": LISTENER_PORT}}
    rule = {
        "host": given["host"],
        "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": service}}]},
    }
    spec: dict[str, Any] = {"rules": [rule]}
    if class_name := given.get("class_name"):
        spec["ingressClassName"] = class_name
    if tls_secret := given.get("tls_secret"):
        spec["tls"] = [{"hosts": [given["host"]], "secretName": tls_secret}]
    made = _object("networking.k8s.io/v1", "Ingress", name, args, spec=spec)
    # The listener's Service comes later, made by Triggers: not to be waited for here.
    waits = {"pulumi.com/skipAwait": "true"}
    made["metadata"]["annotations"] = {**(given.get("annotations") or {}), **waits}
    return made
