"""The platform's own steps of a build, run as they are: what is checked, and what is asked for."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from components.delivery.build_home import asking
from components.delivery.scripts import ASK_FOR_DELIVERY, CHECK_BUILD, load
from tests.support.delivery import with_build
from tests.unit.components.delivery.test_hostile_input import HOSTILE

COMMIT = "d92ae174bb0b0d5d4ba1fc28a7e9e2c1a3c5d7e9"
RESULTS = ("branch", "commit", "short_sha", "image")


def run(folder: Path, step: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script by the shell that its first line names."""
    script = folder / "script"
    script.write_text(load()[step])
    script.chmod(0o700)
    return subprocess.run(
        [str(script)],
        env={"PATH": os.defpath, **variables},
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
        check=False,
    )


def check(folder: Path, **given: str) -> subprocess.CompletedProcess[str]:
    variables = {"BRANCH": "main", "COMMIT": COMMIT, "IMAGE": "reg.example.com/a", **given}
    results = {f"RESULT_{name.upper()}": str(folder / name) for name in RESULTS}
    return run(folder, CHECK_BUILD, **{"SHA_LENGTH": "7", **variables, **results})


@pytest.mark.parametrize(
    "branch, commit, tag",
    [
        ("main", COMMIT, "main-d92ae17"),
        ("release/1.0", COMMIT, "release-1.0-d92ae17"),
        ("main", "a" * 64, "main-aaaaaaa"),
    ],
)
def test_what_is_built_follows_from_branch_and_commit(
    tmp_path: Path, branch: str, commit: str, tag: str
) -> None:
    done = check(tmp_path, BRANCH=branch, COMMIT=commit)

    assert done.returncode == 0, done.stderr
    assert [(tmp_path / name).read_text() for name in RESULTS] == [
        branch,
        commit,
        commit[:7],
        f"reg.example.com/a:{tag}",
    ]


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_parameters_are_refused_and_nothing_is_said_to_other_tasks(
    tmp_path: Path, value: str
) -> None:
    done = check(tmp_path, BRANCH=value, COMMIT=value)

    assert done.returncode == 2
    told = [line.split(":")[0] for line in done.stderr.splitlines()]
    assert told[:2] == ["parameter branch", "parameter commit"]
    assert all(len(line) < 300 and line.isprintable() for line in done.stderr.splitlines())
    assert [path.name for path in tmp_path.iterdir()] == ["script"]


@pytest.mark.parametrize("commit", [COMMIT[:7], COMMIT.upper(), COMMIT + "0"])
def test_a_build_wants_the_whole_hash(tmp_path: Path, commit: str) -> None:
    done = check(tmp_path, COMMIT=commit)

    assert done.returncode == 2
    assert "a commit's whole hash" in done.stderr


@pytest.fixture
def listener(httpserver: HTTPServer) -> HTTPServer:
    """Return a listener that takes everything."""
    httpserver.expect_request("/").respond_with_data("{}", status=202)
    return httpserver


def ask(folder: Path, server: HTTPServer | None, **given: str) -> subprocess.CompletedProcess[str]:
    (folder / "token").write_text("a-token-of-builds")
    variables = {
        **asking(with_build()),
        "ACCESS": str(folder),
        "LISTENER_HOST": server.host if server else "127.0.0.1",
        "LISTENER_PORT": str(server.port) if server else "9",
        "PAUSE_SECONDS": "0",
        "BRANCH": "release/1.0",
        "SHORT_SHA": COMMIT[:7],
        "BUILD": "helloworld-build-x7f2k",
    }
    return run(folder, ASK_FOR_DELIVERY, **{**variables, **given})


def test_the_listener_is_told_three_words_and_the_token(
    tmp_path: Path, listener: HTTPServer
) -> None:
    done = ask(tmp_path, listener)

    assert done.returncode == 0, done.stderr
    ((request, _),) = listener.log
    assert request.headers["X-Build-Token"] == "a-token-of-builds"
    assert json.loads(request.get_data()) == {
        "branch": "release/1.0",
        "short_sha": COMMIT[:7],
        "build": "helloworld-build-x7f2k",
    }
    assert done.stdout == f"asked for the delivery of release-1.0-{COMMIT[:7]}\n"
    assert "a-token" not in done.stdout + done.stderr


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["BRANCH", "SHORT_SHA", "BUILD"])
def test_hostile_words_are_not_sent(
    tmp_path: Path, listener: HTTPServer, name: str, value: str
) -> None:
    done = ask(tmp_path, listener, **{name: value})

    assert done.returncode == 2
    assert "is refused; allowed: " in done.stderr
    assert listener.log == []
    assert {path.name for path in tmp_path.iterdir()} == {"script", "token"}


def test_a_listener_that_is_not_there_ends_the_build_with_what_to_do(tmp_path: Path) -> None:
    done = ask(tmp_path, None)

    assert done.returncode == 1
    assert "attempt 3 of 3" in done.stderr
    assert f"make deliver APP=helloworld SHA={COMMIT[:7]} BRANCH=release/1.0" in done.stderr


def test_a_listener_that_comes_up_is_asked_again(tmp_path: Path, httpserver: HTTPServer) -> None:
    answers = iter([503, 202])

    def answer(_: Request) -> Response:
        return Response("{}", next(answers))

    httpserver.expect_request("/").respond_with_handler(answer)
    done = ask(tmp_path, httpserver)

    assert done.returncode == 0, done.stderr
    assert len(httpserver.log) == 2
