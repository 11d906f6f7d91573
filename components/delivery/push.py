"""From a push to a run: an event listener and what stands around it. Pure functions.

Ref: https://github.com/tektoncd/triggers/blob/v0.37.0/docs/eventlisteners.md
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from components.delivery import home
from components.delivery.args import DeliveryArgs, PushArgs
from components.delivery.pipeline import run
from upstream import manifests as m
from upstream.manifests import Manifest

API = "triggers.tekton.dev/v1beta1"
RBAC = "rbac.authorization.k8s.io/v1"
SECRET = "push-secret"  # noqa: S105 its name
SECRET_KEY = "secret"  # noqa: S105 its key
PORT = 8080
_PART = "[A-Za-z0-9_][-._A-Za-z0-9]*"
"""Of a branch that the scripts accept, what stands between two slashes."""

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


def listener_name(args: DeliveryArgs) -> str:
    """Return the name of the listener; its Service has `el-` before it."""
    return f"{args['application']}-push"


def objects(args: DeliveryArgs, push: PushArgs) -> list[Manifest]:
    """Return all but the EventListener, which needs them to be there."""
    made = [
        _secret(args, push),
        _account(args),
        *_rights(args),
        _binding(args),
        _template(args),
        _policy(args, push),
    ]
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
                    {"key": "branch", "expression": "body.ref.substring(11)"},
                    {
                        "key": "short_sha",
                        "expression": f"body.after.truncate({push['sha_length']})",
                    },
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
    return _object(
        API,
        "EventListener",
        name,
        args,
        spec={
            "serviceAccountName": name,
            "triggers": [
                {
                    "name": "push",
                    "interceptors": [verified, filtered],
                    "bindings": [{"ref": name}],
                    "template": {"ref": name},
                }
            ],
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
            f"body.ref.matches('^refs/heads/{_PART}(/{_PART})*$')",
            "size(body.ref) <= 111",
            f"body.ref.matches({_text(f'^refs/heads/({branches})$')})",
            "body.after.matches('^[0-9a-f]{40,64}$')",
            # A branch that was deleted.
            "!body.after.matches('^0+$')",
            f"({addresses})",
        )
    )


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _object(api: str, kind: str, name: str, args: DeliveryArgs, **rest: Any) -> Manifest:
    metadata = {"name": name, "namespace": args["namespace"]}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **rest}


def _secret(args: DeliveryArgs, push: PushArgs) -> Manifest:
    made = m.opaque_secret(SECRET, {SECRET_KEY: push["secret"]})
    (secret,) = m.in_namespace([made], args["namespace"])
    return secret


def _account(args: DeliveryArgs) -> Manifest:
    """Return the listener's own account, with a token: it reads triggers and creates runs."""
    return _object("v1", "ServiceAccount", listener_name(args), args)


def _rights(args: DeliveryArgs) -> list[Manifest]:
    """Return what the listener may do.

    Less than the release's own roles, which read all Secrets of the cluster and act as any
    ServiceAccount: interceptors, not listeners, read Secrets, and no trigger names an account.
    """
    name = listener_name(args)
    cluster_name = f"{args['namespace']}-{name}"
    triggers = ["eventlisteners", "triggers", "triggerbindings", "triggertemplates", "interceptors"]
    subjects = [{"kind": "ServiceAccount", "name": name, "namespace": args["namespace"]}]
    rules = [
        {"apiGroups": ["triggers.tekton.dev"], "resources": triggers, "verbs": _READ},
        {"apiGroups": ["tekton.dev"], "resources": ["pipelineruns"], "verbs": ["create"]},
    ]
    cluster_kinds = ["clustertriggerbindings", "clusterinterceptors"]
    cluster_rules = [
        {"apiGroups": ["triggers.tekton.dev"], "resources": cluster_kinds, "verbs": _READ}
    ]
    group = "rbac.authorization.k8s.io"
    return [
        _object(RBAC, "Role", name, args, rules=rules),
        _object(
            RBAC,
            "RoleBinding",
            name,
            args,
            roleRef={"apiGroup": group, "kind": "Role", "name": name},
            subjects=subjects,
        ),
        {
            "apiVersion": RBAC,
            "kind": "ClusterRole",
            "metadata": {"name": cluster_name},
            "rules": cluster_rules,
        },
        {
            "apiVersion": RBAC,
            "kind": "ClusterRoleBinding",
            "metadata": {"name": cluster_name},
            "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": cluster_name},
            "subjects": subjects,
        },
    ]


def _binding(args: DeliveryArgs) -> Manifest:
    taken = [{"name": name, "value": f"$(extensions.{name})"} for name in ("branch", "short_sha")]
    return _object(API, "TriggerBinding", listener_name(args), args, spec={"params": taken})


def _template(args: DeliveryArgs) -> Manifest:
    """Return the template: all but branch and commit is the stack's, not the event's."""
    template = run(args, "$(tt.params.branch)", "$(tt.params.short_sha)")
    return _object(
        API,
        "TriggerTemplate",
        listener_name(args),
        args,
        spec={
            "params": [{"name": name} for name in ("branch", "short_sha")],
            "resourcetemplates": [template],
        },
    )


def _policy(args: DeliveryArgs, push: PushArgs) -> Manifest:
    """Return the listener's policy: in from the callers, out to names, API and interceptors."""
    callers = [
        {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}
        for name in push["callers"]
    ]
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
    ingress = [{"from": callers, "ports": [{"protocol": "TCP", "port": PORT}]}] if callers else []
    egress = [
        home.dns(),
        {"to": [interceptors], "ports": [{"protocol": "TCP", "port": 8443}]},
        # The API server is no pod, and its address is not known here.
        {"ports": [{"protocol": "TCP", "port": 443}, {"protocol": "TCP", "port": 6443}]},
    ]
    return home.policy(
        args,
        "push",
        {"matchLabels": {"eventlistener": listener_name(args)}},
        {"policyTypes": ["Ingress", "Egress"], "ingress": ingress, "egress": egress},
    )


def _ingress(args: DeliveryArgs, push: PushArgs) -> Manifest:
    given = push["ingress"]
    name = listener_name(args)
    service = {"name": f"el-{name}", "port": {"number": PORT}}
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
