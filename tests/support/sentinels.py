"""Secret values that are known, and a search for them in all the forms that they may take."""

import base64
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from components.shared.credentials.argo_cd import ArgoCdCredentials

KEY = "gitops-bootstrap:secrets"

SEED = "Sentinel-seed/7MSjK2lYqZdcffcbRKjmixACLJY"

_KEY_BODY = "SentinelSshKeyBody8fKq2ZtW5vLxR3mN"
_AUTH = "SentinelRegistryAuth5tYw8Kb2"
_GIT_TOKEN = "SentinelBuildGitToken3rDv6Nc9"  # noqa: S105 made up

GIVEN = {
    "adminPassword": "Sentinel-admin/Xk92mQ",
    "serverKey": "Sentinel-server-key/4vPq8sTz1bNwYc6RjL0e",
    "redisPassword": "Sentinel-redis-Hd83kfPw2",
    "gitToken": "Sentinel-git-token-p0Zr7",
    "sshKey": f"-----BEGIN PRIVATE KEY-----\n{_KEY_BODY}\n-----END PRIVATE KEY-----\n",
    "bearerToken": "Sentinel-bearer-token-y7Jf4",
    "appKey": f"-----BEGIN PRIVATE KEY-----\n{_KEY_BODY[::-1]}\n-----END PRIVATE KEY-----\n",
    "ssoClient": "Sentinel-sso-client-w3Gu9",
    "edgeToken": "Sentinel-edge-cluster-t6Bd1",
    "deliveryToken": "Sentinel-delivery-token-m9Cx5",
    "pushSecret": "Sentinel-push-secret-hT2vQ8nLr4",
    "registryAuth": f'{{"auths": {{"registry.example.com": {{"auth": "{_AUTH}"}}}}}}',
    "buildGit": f"https://builder:{_GIT_TOKEN}@git.example.com",
}
"""Secret values of a stack by the names that SETTINGS use, one for every setting that takes one."""

PARTS = {
    "body of sshKey": _KEY_BODY,
    "body of appKey": _KEY_BODY[::-1],
    "auth of registryAuth": _AUTH,
    "token of buildGit": _GIT_TOKEN,
}
"""What is secret even where the rest of the value is not beside it."""

SETTINGS: dict[str, dict[str, Any]] = {
    "credentials": {
        "admin": {"passwordFrom": "adminPassword"},
        "serverKey": {"valueFrom": "serverKey"},
        "redis": {"passwordFrom": "redisPassword"},
    },
    "argoCd": {
        "server": {
            "url": "https://argocd.example.com",
            "sso": {
                "issuer": "https://id.example.com",
                "clientId": "argocd",
                "clientSecretFrom": "ssoClient",
            },
        },
        "repositories": {
            "platform": {"url": "https://git.example.com/platform", "passwordFrom": "gitToken"},
            "bearer": {"url": "https://git.example.com/other", "bearerTokenFrom": "bearerToken"},
            "app": {
                "url": "https://git.example.com/app",
                "githubApp": {"id": 1, "installationId": 2, "privateKeyFrom": "appKey"},
            },
        },
        "repositoryCredentials": {
            "team": {"url": "ssh://git@git.example.com/team", "sshPrivateKeyFrom": "sshKey"},
        },
        "clusters": {
            "edge": {
                "server": "https://edge.example.com",
                "insecure": True,
                "tokenFrom": "edgeToken",
            },
        },
    },
    "delivery": {
        "project": "apps",
        "server": {"address": "argocd.example.com:443", "tokenFrom": "deliveryToken"},
        "applications": {
            "helloworld": {
                "repository": "https://git.example.com/app.git",
                "branch": "main",
                "image": "registry.example.com/app",
                "push": {"secretFrom": "pushSecret"},
                "build": {
                    "builder": {"bundle": "registry.example.com/builder:1.0", "task": "builder"},
                    "registryFrom": "registryAuth",
                    "gitFrom": "buildGit",
                },
            },
        },
    },
}
"""Sections of a stack that use every value of GIVEN."""


@cache
def forms(value: str) -> frozenset[str]:
    """Return a value as text, in JSON and in Base64 at any place of a longer text.

    Base64 takes three bytes at a time, so there are three ways, less the characters at the ends
    that depend on what stands beside the value.
    """
    found = {value, json.dumps(value)[1:-1]}
    raw = value.encode()
    for shift in range(3):
        encoded = base64.b64encode(bytes(shift) + raw).decode().rstrip("=")
        whole = len(encoded) - bool((shift + len(raw)) % 3)
        found.add(encoded[-(-shift * 4 // 3) : whole])
    return frozenset(found)


def leaks(text: str, values: Mapping[str, str]) -> set[str]:
    """Return the names of the values that a text holds in any form."""
    return {name for name, value in values.items() if any(form in text for form in forms(value))}


def derived(credentials: ArgoCdCredentials) -> dict[str, str]:
    """Return every credential that must not be seen, by name."""
    return {
        "admin password": credentials.admin_password or "",
        "server key": credentials.server_key,
        "redis password": credentials.redis_password,
        "ci token": credentials.ci_token or "",
        **{
            f"argocd-secret {key}": value
            for key, value in credentials.secret_entries.items()
            if key != "admin.passwordMtime"
        },
    }
