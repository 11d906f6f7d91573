"""The scripts of a delivery, run as a step runs them, and what a delivery is made from."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.delivery.args import DeliveryArgs
from components.delivery.pipeline import environment, parameters
from components.delivery.scripts import load
from tests.support.programs import write_program

ARTICLE = {
    "gitrepositoryurl": "https://github.com/zmberg/samples.git",
    "branch": "hello_world",
    "short_sha": "d92ae174b",
    "docker_repo": "zhaomingshan/kruise",
    "app_name": "helloworld",
    "app_ns": "helloworld",
    "k8s_server": "https://kubernetes.default.svc",
}
"""The parameters of the run in OpenKruise's article."""

RECORDER = """
import json, os, sys
with open({calls!r}, "a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\\n")
answers = json.load(open({answers!r}))
for words, status, out, err in answers:
    if words in " ".join(sys.argv[1:]):
        sys.stdout.write(out)
        sys.stderr.write(err)
        sys.exit(status)
"""


def delivery_args(**given: Any) -> DeliveryArgs:
    """Return a delivery of the article's application; `given` is laid over it."""
    args: dict[str, Any] = {
        "application": "helloworld",
        "namespace": "helloworld-delivery",
        "owner": "pipeline",
        "project": "samples",
        "repository": ARTICLE["gitrepositoryurl"],
        "branch": "main",
        "image": ARTICLE["docker_repo"],
        "target_namespace": "helloworld",
        "target_server": ARTICLE["k8s_server"],
        "setter": "helm",
        "helm_parameters": {
            "repository": "image.repository",
            "tag": "image.tag",
            "namespace": "installation.namespace",
        },
        "partition_hold": "healthy",
        "server": {
            "address": "argocd-server.argocd.svc:443",
            "tls": "verify",
            "namespace": "argocd",
        },
        "auth_token": "a.token.of-ci",
        "cli_image": "quay.io/argoproj/argocd:v3.5.1",
        "scripts": load(),
        "timeout_seconds": 300,
        **given,
    }
    return args  # type: ignore[return-value]


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    status: int
    output: str
    errors: str
    calls: list[list[str]]
    """The arguments of each call of argocd."""
    results: Mapping[str, str]


class Steps:
    """Runs the steps' scripts in a folder, with a program that records in place of argocd."""

    def __init__(self, folder: Path, program: Path | None = None) -> None:
        """Prepare; `program` is used as argocd instead of the recorder."""
        self.folder = folder
        self.access = folder / "access"
        self.shell: Sequence[str] = ("sh",)
        self._bin = folder / "bin"
        self._calls = folder / "calls"
        for made in (self.access, self._bin, folder / "tmp", folder / "results"):
            made.mkdir(parents=True)
        self.allow("argocd.example.com:443", "a.token")
        argocd = self._bin / "argocd"
        self.answer()
        if program:
            argocd.symlink_to(program)
        else:
            names = {"calls": str(self._calls), "answers": str(folder / "answers")}
            write_program(argocd, RECORDER.format(**names))

    def allow(self, server: str, token: str, ca: str | None = None) -> None:
        """Write the files of the Secret."""
        entries = {"ARGOCD_SERVER": server, "ARGOCD_AUTH_TOKEN": token, "ca.crt": ca}
        for name, value in entries.items():
            (self.access / name).unlink(missing_ok=True)
            if value is not None:
                (self.access / name).write_text(value)

    def answer(self, *answers: tuple[str, int, str, str]) -> None:
        """Let argocd answer calls that contain the words with status, output and errors."""
        (self.folder / "answers").write_text(json.dumps(answers))

    def run(self, step: str, args: DeliveryArgs | None = None, /, **given: str) -> Outcome:
        """Run a step; the parameters are the article's, `given` is laid over them."""
        chosen = args or delivery_args()
        values = {**ARTICLE, **given}
        assert values.keys() == {p["name"] for p in parameters(chosen)}
        results = self.folder / "results"
        replaced = {f"$(params.{name})": value for name, value in values.items()} | {
            f"$(results.{name}.path)": str(results / name)
            for name in ("image", "revision", "health")
        }
        variables = {k: replaced.get(v, v) for k, v in environment(chosen).items()}
        assert not [k for k, v in variables.items() if v.startswith("$(")] or given
        own = {
            "ACCESS": str(self.access),
            "HOME": str(self.folder / "tmp"),
            "TMPDIR": str(self.folder / "tmp"),
            "PATH": f"{self._bin}:{os.defpath}",
        }
        self._calls.write_text("")
        script = self.folder / f"{step}.sh"
        script.write_text(chosen["scripts"][step])
        ended = subprocess.run(
            [*self.shell, str(script)],
            env=variables | own,
            cwd=self.folder / "tmp",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=120,
            check=False,
        )
        return Outcome(
            ended.returncode,
            ended.stdout,
            ended.stderr,
            [json.loads(line) for line in self._calls.read_text().splitlines()],
            {file.name: file.read_text() for file in results.iterdir()},
        )


PUSH: dict[str, Any] = {
    "provider": "github",
    "secret": "signed-with-this",
    "branches": ["main", "release/*"],
    "sha_length": 9,
    "callers": ["ingress-nginx"],
}
BUILD: dict[str, Any] = {
    "namespace": "helloworld-build",
    "pod_security": "baseline",
    "clone": {"bundle": "registry.example.com/git-clone:v1.7.0", "task": "git-clone"},
    "builder": {"bundle": "registry.example.com/builder:0.9", "task": "builder"},
    "token": "a-token-of-builds",
    "storage": "1Gi",
    "timeout_seconds": 1800,
}


def with_build(**given: Any) -> DeliveryArgs:
    """Return the article's delivery with a build before it; `given` is laid over the build."""
    build = {**BUILD, **given}
    for task in ("clone", "builder"):
        build[task] = {"parameters": {}, **build[task]}
    return delivery_args(push=PUSH, build=build)
