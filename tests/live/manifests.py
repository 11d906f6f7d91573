"""The objects that the live tests use."""

import json
from typing import Any


def clone_set(namespace: str, **spec: Any) -> str:
    """Return a CloneSet `hello` of two pods as JSON; `spec` is laid over its own."""
    labels = {"app": "hello"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "hello", "image": "example.org/hello:1"}]},
    }
    return json.dumps(
        {
            "apiVersion": "apps.kruise.io/v1alpha1",
            "kind": "CloneSet",
            "metadata": {"name": "hello", "namespace": namespace},
            "spec": {
                "replicas": 2,
                "selector": {"matchLabels": labels},
                "template": template,
                **spec,
            },
        }
    )


def argo_application(name: str, namespace: str, url: str) -> str:
    """Return an Application of Argo CD that deploys a repository, and removes what it deployed."""
    return json.dumps(
        {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": {
                "name": name,
                "namespace": "argocd",
                "finalizers": ["resources-finalizer.argocd.argoproj.io"],
            },
            "spec": {
                "project": "default",
                "source": {"repoURL": url, "path": ".", "targetRevision": "main"},
                "destination": {
                    "server": "https://kubernetes.default.svc",
                    "namespace": namespace,
                },
                "syncPolicy": {"automated": {"prune": True}},
            },
        }
    )


def oam_application(namespace: str) -> str:
    """Return an Application of KubeVela: a service with a scaler."""
    return json.dumps(
        {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "Application",
            "metadata": {"name": "hello", "namespace": namespace},
            "spec": {
                "components": [
                    {
                        "name": "hello",
                        "type": "webservice",
                        "properties": {
                            "image": "example.org/hello:1",
                            "ports": [{"port": 8000, "expose": True}],
                        },
                        "traits": [
                            {"type": "cpuscaler", "properties": {"min": 1, "max": 3, "cpuUtil": 60}}
                        ],
                    }
                ]
            },
        }
    )


def clone_set_application(namespace: str, **properties: Any) -> str:
    """Return an Application of KubeVela: a CloneSet of two pods with a Service."""
    return json.dumps(
        {
            "apiVersion": "core.oam.dev/v1beta1",
            "kind": "Application",
            "metadata": {"name": "hello", "namespace": namespace},
            "spec": {
                "components": [
                    {
                        "name": "hello",
                        "type": "cloneset",
                        "properties": {
                            "image": "example.org/hello:1",
                            "ports": [{"port": 8000, "expose": True}],
                            "replicas": 2,
                            **properties,
                        },
                    }
                ]
            },
        }
    )


def task(namespace: str, script: str) -> str:
    """Return a Task with one parameter and one step as JSON."""
    return json.dumps(
        {
            "apiVersion": "tekton.dev/v1",
            "kind": "Task",
            "metadata": {"name": "say", "namespace": namespace},
            "spec": {
                "params": [{"name": "word", "type": "string"}],
                "steps": [{"name": "say", "image": "example.org/shell:1", "script": script}],
            },
        }
    )
