"""Tools and artifacts are there before the first test starts, or it is said; within none is had."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from errors import ArtifactError, ToolError
from tests import run
from tests.support import needs
from tools import toolchain
from tools.toolchain import cache, pins
from upstream import artifacts

pytest_plugins = ["pytester"]

PLUGIN = ("-p", "tests.support.needs")


@pytest.fixture(autouse=True)
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a folder of tests, an empty PATH, and a cache that holds helm alone."""
    pytester.makeini("[pytest]\nmarkers = tools(*names)\naddopts = --strict-markers")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PYTHONPATH", str(needs.ROOT))
    monkeypatch.setenv("GITOPS_BOOTSTRAP_CACHE", str(pytester.path / "cache"))
    helm = cache.tool_folder("helm", pins.load().tools["helm"].version) / "helm"
    helm.parent.mkdir(parents=True)
    helm.touch()


NAMING = """
import os
import pytest
from tests.support.needs import uses_tools

def usable():
    return os.environ["GITOPS_BOOTSTRAP_TOOLS"]

@pytest.fixture(scope="session")
@uses_tools("vela", "helm")
def session():
    assert "vela" in usable()

@pytest.fixture
@uses_tools("kubectl")
def both(session):
    yield

@pytest.mark.tools("etcd")
@pytest.mark.parametrize("more", [pytest.param(1, marks=pytest.mark.tools("kwok"))])
def test_marked(more):
    assert usable() == "etcd,kwok"

def test_through_fixtures(both):
    assert usable() == "helm,kubectl,vela"

@pytest.mark.usefixtures("session")
class TestClass:
    pytestmark = pytest.mark.tools("kwok")

    @pytest.fixture(autouse=True)
    @uses_tools("etcd")
    def own(self):
        pass

    def test_all_ways(self):
        assert usable() == "etcd,helm,kwok,vela"

def test_nothing():
    assert usable() == ""
"""


def test_a_test_may_use_what_it_and_its_fixtures_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(NAMING)
    before = dict(os.environ)

    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=4)
    assert os.environ | {"PYTEST_CURRENT_TEST": ""} == before | {"PYTEST_CURRENT_TEST": ""}


def test_a_test_that_reaches_the_installer_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        "import subprocess, sys\n"
        "from tools import toolchain\n"
        "def test_here():\n"
        "    toolchain.ensure('helm')\n"
        "def test_in_a_process():\n"
        "    command = [sys.executable, '-m', 'tools.toolchain', 'vela']\n"
        "    assert subprocess.run(command).returncode == 0\n"
    )
    result = pytester.runpytest_inprocess(*PLUGIN)

    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines(['*not named by the test: add @pytest.mark.tools("helm")'])
    result.stdout.fnmatch_lines(['*not named by the test: add @pytest.mark.tools("vela")'])


CHOICE = """
import pytest
from pathlib import Path

@pytest.mark.tools("helm")
def test_one():
    pass

@pytest.mark.tools("vela")
def test_other():
    Path("started").touch()
"""


BROKEN = ("test_choice.py", "broken.py")


@pytest.mark.parametrize(
    "arguments, names",
    [
        ((), ["test_one", "test_other"]),
        (("-n", "2"), ["test_one", "test_other"]),
        (("-k", "other"), ["test_other"]),
        (("-m", "tools", "--deselect", "test_choice.py::test_one"), ["test_other"]),
        (("-k", "neither"), []),
        (("nowhere",), []),
        (BROKEN, []),
        ((*BROKEN, "--continue-on-collection-errors"), ["test_one", "test_other"]),
    ],
    ids=" ".join,
)
def test_the_tests_are_those_that_pytest_would_run(
    pytester: pytest.Pytester,
    capfd: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    names: list[str],
) -> None:
    pytester.makepyfile(test_choice=CHOICE, broken="oops")

    assert [item.name for item in run.chosen([*PLUGIN, *arguments])] == names
    assert capfd.readouterr() == ("", "")


def test_the_tests_that_failed_last_are_chosen_as_pytest_does(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(test_choice=CHOICE.replace("    pass", "    assert False"))
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(failed=1, passed=1)

    for _ in range(2):
        assert [item.name for item in run.chosen([*PLUGIN, "--lf"])] == ["test_one"]


def ran(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, *arguments: str
) -> pytest.RunResult:
    """Run it where helm is there, and vela is not and must not be built."""
    pytester.makepyfile(test_choice=CHOICE, broken="oops")
    monkeypatch.setenv(toolchain.USABLE, "helm,vela")
    return pytester.run(sys.executable, "-m", "tests.run", *PLUGIN, *arguments)


def test_what_cannot_be_had_is_said_before_the_first_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = ran(pytester, monkeypatch)

    assert result.ret == 1
    assert result.outlines == []
    result.stderr.fnmatch_lines(["error: *", '*make tools ARGS="vela"'])
    assert not (pytester.path / "started").exists()


def test_what_the_chosen_tests_do_not_name_is_not_wanted(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = ran(pytester, monkeypatch, "-k", "one", "-n", "2")

    result.assert_outcomes(passed=1)
    assert result.ret == 0


def test_what_pytest_refuses_it_refuses_itself(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = ran(pytester, monkeypatch, "broken.py")

    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["E   NameError: name 'oops' is not defined"])


def test_an_interrupt_while_tests_are_collected_is_the_end(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        test_stopped="import os, signal\nos.kill(os.getpid(), signal.SIGINT)\ndef test_it(): pass"
    )
    result = ran(pytester, monkeypatch, "test_stopped.py")

    assert result.ret == 130
    assert result.outlines == []
    assert result.errlines[-1] == "interrupted"


# The artifacts, and the one program that the toolchain does not know.


def using(*fixtures: str) -> list[Any]:
    """Return a test that uses fixtures."""
    return [SimpleNamespace(fixturenames=fixtures, iter_markers=lambda _: ())]


@pytest.fixture
def artifact_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty cache of artifacts; what a run records is forgotten."""
    monkeypatch.setenv(needs.UNREACHABLE, "")
    for module in (needs, run):
        monkeypatch.setattr(module, "CACHE", tmp_path / "artifacts")
    return tmp_path / "artifacts"


USING = "def test_it(upstream): pass"


def test_without_artifacts_the_tests_that_use_them_fail(
    pytester: pytest.Pytester, artifact_cache: Path
) -> None:
    pytester.makepyfile(USING)
    result = pytester.runpytest_inprocess(*PLUGIN)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["artifacts are not there: python -m tests.run, *", "  https://*"])
    assert not artifact_cache.exists()


def test_artifacts_that_cannot_be_reached_are_said_and_their_tests_skipped(
    pytester: pytest.Pytester, artifact_cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run.provide(using("upstream"))
    first = needs.catalogue()[0].url
    said = capsys.readouterr().err.splitlines()

    assert said[0].endswith(first)
    assert said[-1].startswith(f"tests that need the artifacts are skipped: {first}: cannot be f")
    assert not [path for path in artifact_cache.rglob("*") if path.is_file()]
    pytester.makepyfile(USING)
    result = pytester.runpytest_inprocess(*PLUGIN, "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"SKIPPED*{first}: cannot be fetched*"])


def test_wrong_bytes_are_no_reason_to_skip(
    tmp_path: Path, artifact_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del artifact_cache
    wrong = tmp_path / "mirror" / needs.catalogue()[0].url.removeprefix("https://")
    wrong.parent.mkdir(parents=True)
    wrong.write_text("wrong")
    monkeypatch.setenv(artifacts.MIRROR_VARIABLE, str(tmp_path / "mirror"))

    with pytest.raises(ArtifactError, match="the bytes are not the pinned ones"):
        run.provide(using("upstream"))


def test_live_tests_need_a_program_that_is_not_pinned() -> None:
    with pytest.raises(ToolError, match="redis-server is not on PATH"):
        run.provide(using("live"))
