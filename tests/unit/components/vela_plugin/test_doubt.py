"""Nothing may come out of a run that did not go well: Argo CD would delete what is missing."""

import shutil
from pathlib import Path

import pytest

from tests.support import converter
from tests.support.converter import CONVERTER, Result
from tools import toolchain

APPFILE = "name: testapp\nservices:\n  web: {image: nginx}\n"


class Bench:
    """The command with programs of the test's own."""

    def __init__(self, folder: Path) -> None:
        """Copy the converter, which is to be changed."""
        self.converter = folder / "converter"
        shutil.copytree(CONVERTER, self.converter)
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.app = folder / "app"
        self.app.mkdir()
        (self.app / "vela.yaml").write_text(APPFILE)

    def program(self, name: str, script: str) -> Path:
        """Write a program."""
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def run(self, mode: str = "application", **environment: str) -> Result:
        """Run the command."""
        given = {"PATH": f"{self.bin}:/usr/bin:/bin", **environment}
        return converter.generate(self.app, mode, self.converter, given)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench(tmp_path)
    monkeypatch.setattr(toolchain, "ensure", lambda name: {name: made.bin / name})
    return made


@pytest.mark.parametrize(
    "script, says",
    [
        ("exit 0", "the converter gave no result"),
        ("echo '---'", "the converter gave no result"),
        ('printf \'{"a":1}\\n{"b":2}\\n\'', "the converter gave no result"),
        ("printf '{\"a\":1}\\n'; echo broken >&2; exit 1", "helm failed: broken"),
        ("kill -9 $$", "helm failed"),
    ],
    ids=["nothing", "no object", "two objects", "an error", "killed"],
)
def test_an_answer_of_helm_that_is_no_result_is_refused(
    bench: Bench, script: str, says: str
) -> None:
    bench.program("helm", script)

    assert says in bench.run().problems[0]


def test_a_missing_program_is_an_error(bench: Bench) -> None:
    assert "helm failed" in bench.run().problems[0]


def test_helm_gets_nothing_of_the_environment(bench: Bench) -> None:
    bench.program("helm", "env >&2; exit 1")
    told = bench.run(KUBECONFIG="/secret", HELM_PLUGINS="/p", ARGOCD_ENV_X="y").problems

    names = {line.removeprefix("vela.yaml:1: helm failed: ").partition("=")[0] for line in told}
    assert names - {"_", "PWD", "OLDPWD", "SHLVL"} == {"PATH", "HOME", "LC_ALL"}


RENDERED = "---\n# Application(testapp) -- Component(web) \n---\n\nkind: Deployment\n"


@pytest.fixture
def renderer(bench: Bench) -> Bench:
    """Return a bench on which helm answers as it does, and one definition lies."""
    bench.program("helm", """printf '{"kind":"Application"}\\n'""")
    definitions = bench.app.parent / "definitions"
    definitions.mkdir()
    (definitions / "gateway.yaml").write_text("legacyAPI: context.clusterVersion.minor < 19\n")
    return bench


def render(bench: Bench, script: str, **environment: str) -> Result:
    """Run the mode render with a vela of the test's own."""
    given = {
        "ARGOCD_APP_NAMESPACE": "demo",
        "KUBE_VERSION": "1.36.3",
        "VELA_CLI": str(bench.program("vela", script)),
        "VELA_DEFINITIONS": str(bench.app.parent / "definitions"),
    }
    return bench.run("render", **given | environment)


def test_what_vela_renders_is_printed_as_it_is(renderer: Bench) -> None:
    result = render(renderer, f"printf '%s' '{RENDERED}'; echo 'ERR no packages' >&2")

    assert (result.code, result.out, result.err) == (0, RENDERED, "")


@pytest.mark.parametrize(
    "script, says",
    [
        ("exit 0", "vela dry-run said: "),
        ("exit 1", "vela dry-run failed: "),
        ("echo 'Error: trait definition of x not found' >&2; exit 1", "definition of x not found"),
        (f"printf '%s' '{RENDERED}'; exit 2", "vela dry-run failed"),
        (f"printf 'WARNING: policy x\\n\\n%s' '{RENDERED}'", "vela dry-run said: WARNING: policy"),
        ("printf -- '---\\n# Application\\n---\\n'", "vela dry-run rendered nothing"),
    ],
    ids=["nothing", "silent error", "error", "late error", "warning", "no object"],
)
def test_an_answer_of_vela_that_is_no_result_is_refused(
    renderer: Bench, script: str, says: str
) -> None:
    assert says in render(renderer, script).problems[0]


def test_definitions_are_rendered_for_the_clusters_version(renderer: Bench) -> None:
    script = "cat ${8}/gateway.yaml >&2; cat $KUBECONFIG >&2; exit 1"
    told = render(renderer, f'echo "$@" >&2; {script}').err

    assert "legacyAPI: 36 < 19" in told
    assert "https://127.0.0.1:1" in told
    assert "--namespace demo" in told


def test_a_kubeconfig_that_is_given_is_used(renderer: Bench, tmp_path: Path) -> None:
    given = tmp_path / "kubeconfig"
    given.write_text("the real one\n")
    told = render(renderer, "cat $KUBECONFIG >&2; exit 1", VELA_KUBECONFIG=str(given))

    assert "the real one" in told.err


@pytest.mark.parametrize(
    "environment, says",
    [
        ({"KUBE_VERSION": ""}, 'KUBE_VERSION says ""'),
        ({"KUBE_VERSION": "2.0"}, 'KUBE_VERSION says "2.0"'),
        ({"ARGOCD_APP_NAMESPACE": ""}, "names no namespace"),
    ],
)
def test_without_a_version_or_a_namespace_nothing_is_rendered(
    renderer: Bench, environment: dict[str, str], says: str
) -> None:
    assert says in render(renderer, "exit 0", **environment).problems[0]
