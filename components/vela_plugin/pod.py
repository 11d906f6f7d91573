"""What is added to the repo-server, as a patch of its Deployment: pure functions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from components.vela_plugin.args import VelaPluginArgs
from components.vela_plugin.converter import HOME
from kube.manifests import Manifest

CONFIG_MAP = "vela-plugin"
DEFINITIONS = "vela-plugin-definitions"
HASH = "gitops-bootstrap/vela-plugin"
"""Annotation of the pod: a changed plugin.yaml, a subPath mount, is only read by a new pod."""

REPO_SERVER = "argocd-repo-server"

_CLI_HOME = "/home/argocd/vela-cli"
_DEFINITIONS_HOME = "/home/argocd/vela-definitions"
_KUBECONFIG_HOME = "/home/argocd/vela-kubeconfig"
_ACCOUNT_HOME = "/var/run/secrets/kubernetes.io/serviceaccount"

RESOURCES: Mapping[str, Mapping[str, str]] = {
    "requests": {"cpu": "50m", "memory": "64Mi"},
    "limits": {"memory": "512Mi"},
}

# The user that the plugin server must run as, to share a socket with the repo-server.
SECURITY: Mapping[str, Any] = {
    "runAsUser": 999,
    "runAsNonRoot": True,
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


def patch(args: VelaPluginArgs, config_maps: Sequence[Manifest]) -> Manifest:
    """Return the patch: nothing but what is added, to be merged by name (containers, volumes).

    `config_maps` are what is mounted; their content is in an annotation, as a digest.
    """
    content = json.dumps([c["data"] for c in config_maps], sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:16]
    sidecar = args["form"] == "sidecar"
    spec: dict[str, Any] = {
        "containers": [_sidecar(args) if sidecar else _legacy(args)],
        "volumes": _volumes(args, config_maps),
    }
    if args["mode"] == "render":
        spec["initContainers"] = [_cli(args)]
    if args.get("patch") and (secrets := args.get("pull_secrets")):
        spec["imagePullSecrets"] = [{"name": name} for name in secrets]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": REPO_SERVER, "namespace": args["namespace"]},
        "spec": {"template": {"metadata": {"annotations": {HASH: digest}}, "spec": spec}},
    }


def _sidecar(args: VelaPluginArgs) -> dict[str, Any]:
    """Return the plugin server with the files of the plugin.

    Its /tmp is its own: the repo-server's holds what was fetched for all applications.
    """
    plugin = "/home/argocd/cmp-server/config/plugin.yaml"
    given = args.get("resources") or {}
    return {
        "name": "vela",
        "image": args["image"],
        "imagePullPolicy": "IfNotPresent",
        "command": ["/var/run/argocd/argocd-cmp-server"],
        **_environment(args),
        "securityContext": dict(SECURITY),
        "resources": {
            kind: {**amounts, **given.get(kind, {})} for kind, amounts in RESOURCES.items()
        },
        "volumeMounts": [
            {"name": "var-files", "mountPath": "/var/run/argocd"},
            {"name": "plugins", "mountPath": "/home/argocd/cmp-server/plugins"},
            {"name": CONFIG_MAP, "mountPath": plugin, "subPath": "plugin.yaml", "readOnly": True},
            {"name": "vela-tmp", "mountPath": "/tmp"},  # noqa: S108 of the container
            *_no_token(args),
            *_mounts(args),
        ],
    }


def _no_token(args: VelaPluginArgs) -> list[dict[str, Any]]:
    """Return the mount of an empty folder where a token would lie, if the pod is of somebody else.

    Other installations of Argo CD let the pod have one. A container that mounts something there is
    left out, and the others keep theirs. Ref: https://github.com/kubernetes/kubernetes/blob/v1.36.0/
    plugin/pkg/admission/serviceaccount/admission.go
    """
    if not args.get("patch"):
        return []
    return [{"name": "vela-no-token", "mountPath": _ACCOUNT_HOME, "readOnly": True}]


def _legacy(args: VelaPluginArgs) -> dict[str, Any]:
    """Return what the repo-server's own container gets, in which the plugin then runs."""
    return {"name": REPO_SERVER, **_environment(args), "volumeMounts": _mounts(args)}


def _environment(args: VelaPluginArgs) -> dict[str, Any]:
    if args["mode"] != "render":
        return {}
    given = {"VELA_CLI": f"{_CLI_HOME}/vela", "VELA_DEFINITIONS": _DEFINITIONS_HOME}
    if args.get("kubeconfig_secret"):
        given["VELA_KUBECONFIG"] = f"{_KUBECONFIG_HOME}/config"
    return {"env": [{"name": name, "value": value} for name, value in given.items()]}


def _mounts(args: VelaPluginArgs) -> list[dict[str, Any]]:
    places = {CONFIG_MAP: HOME}
    if args["mode"] == "render":
        places |= {"vela-cli": _CLI_HOME, DEFINITIONS: _DEFINITIONS_HOME}
        if args.get("kubeconfig_secret"):
            places["vela-kubeconfig"] = _KUBECONFIG_HOME
    return [{"name": n, "mountPath": path, "readOnly": True} for n, path in places.items()]


def _volumes(args: VelaPluginArgs, config_maps: Sequence[Manifest]) -> list[dict[str, Any]]:
    volumes: list[dict[str, Any]] = [
        {
            "name": manifest["metadata"]["name"],
            "configMap": {
                "name": manifest["metadata"]["name"],
                "items": [{"key": k, "path": path} for k, path in paths(manifest).items()],
            },
        }
        for manifest in config_maps
    ]
    if args["form"] == "sidecar":
        volumes.append({"name": "vela-tmp", "emptyDir": {}})
    if args.get("patch") and (args["form"] == "sidecar" or args["mode"] == "render"):
        volumes.append({"name": "vela-no-token", "emptyDir": {}})
    if args["mode"] == "render":
        volumes.append({"name": "vela-cli", "emptyDir": {}})
        if secret := args.get("kubeconfig_secret"):
            # Read by user 999: the volume's files belong to root, and no group is shared.
            volumes.append(
                {"name": "vela-kubeconfig", "secret": {"secretName": secret, "defaultMode": 0o444}}
            )
    return volumes


def paths(manifest: Manifest) -> dict[str, str]:
    """Return the path of each entry of a ConfigMap: its key with `__` for a slash."""
    return {key: key.replace("__", "/") for key in manifest["data"]}


def _cli(args: VelaPluginArgs) -> dict[str, Any]:
    """Return the init container that brings the vela CLI, which Argo CD's image has not."""
    return {
        "name": "vela-cli",
        "image": args["cli_image"],
        "imagePullPolicy": "IfNotPresent",
        "command": ["cp", "/bin/vela", f"{_CLI_HOME}/vela"],
        "securityContext": dict(SECURITY),
        "resources": {kind: dict(amounts) for kind, amounts in RESOURCES.items()},
        "volumeMounts": [{"name": "vela-cli", "mountPath": _CLI_HOME}, *_no_token(args)],
    }
