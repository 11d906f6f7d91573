"""Runs that race, and runs that are killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tools.toolchain import cache, ensure

from .conftest import downloadable, place, program

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

ROOT = Path(__file__).parents[3]
RUN = """
import sys
from tools.toolchain import pins, ensure
known = pins.Pins.model_validate_json(sys.argv[1])
pins.load = lambda: known
pins.this_platform = lambda: "linux/amd64"
import tools.toolchain.download
tools.toolchain.download.this_platform = pins.this_platform
print(ensure("tool")["tool"])
"""


def another_run(pinned_tool: dict[str, object]) -> subprocess.Popen[str]:
    entry = {"version": "1.2.3", "probe": ["--version"], **pinned_tool}
    known = json.dumps({"tools": {"tool": entry}, "plugins": []})
    return subprocess.Popen(
        [sys.executable, "-c", RUN, known],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_two_runs_that_race_do_the_work_once(httpserver: HTTPServer, cache_root: Path) -> None:
    both_want_it = threading.Event()

    def serve(_: Request) -> Response:
        both_want_it.wait(30)
        return Response(program())

    httpserver.expect_request("/tool").respond_with_handler(serve)
    pinned_tool = downloadable(httpserver.url_for("/tool"), program())
    runs = [another_run(pinned_tool) for _ in range(2)]
    waiting = [False, False]

    def watch(number: int) -> None:
        for line in runs[number].stderr or []:
            if "waiting for another run" in line:
                waiting[number] = True
                both_want_it.set()

    watchers = [threading.Thread(target=watch, args=(number,)) for number in range(2)]
    for watcher in watchers:
        watcher.start()
    printed = [run.stdout.read() for run in runs if run.stdout]
    for thread in watchers:
        thread.join()
    codes = [run.wait() for run in runs]
    for run in runs:
        for stream in (run.stdout, run.stderr):
            if stream:
                stream.close()
    assert codes == [0, 0]
    assert printed == [f"{cache_root}/tools/tool/1.2.3/tool\n"] * 2
    assert sorted(waiting) == [False, True]
    assert len(httpserver.log) == 1


def test_a_killed_install_leaves_nothing_half_installed(
    httpserver: HTTPServer, cache_root: Path, pinned: Callable[..., None]
) -> None:
    killed = threading.Event()

    def half(_: Request) -> Response:
        def body() -> Iterator[bytes]:
            yield program()[:20]
            killed.wait(30)

        return Response(body(), headers={"Content-Length": str(len(program()))})

    httpserver.expect_oneshot_request("/tool").respond_with_handler(half)
    pinned_tool = downloadable(httpserver.url_for("/tool"), program())
    run = another_run(pinned_tool)
    while not list(cache_root.glob("partial/tool-1.2.3/*")):
        time.sleep(0.01)
        assert run.poll() is None
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    killed.set()
    assert list(cache_root.glob("partial/tool-1.2.3/*"))
    assert not (cache_root / "tools/tool").exists()
    place(cache_root / "partial/tool-1.2.3/remnant", b"")
    httpserver.expect_request("/tool").respond_with_data(program())
    pinned(tool=pinned_tool)
    binary = ensure("tool")["tool"]
    assert binary.read_bytes() == program()
    assert {path.name for path in binary.parent.iterdir()} == {"tool", ".source"}
    assert not list(cache_root.glob("partial/*"))


def test_a_folder_without_its_program_is_installed_anew(
    httpserver: HTTPServer, cache_root: Path, pinned: Callable[..., None]
) -> None:
    place(cache_root / "tools/tool/1.2.3/remnant", b"")
    httpserver.expect_request("/tool").respond_with_data(program())
    pinned(tool=downloadable(httpserver.url_for("/tool"), program()))
    assert ensure("tool")["tool"].read_bytes() == program()
    assert not (cache_root / "tools/tool/1.2.3/remnant").exists()


def test_a_record_keeps_what_other_runs_wrote(cache_root: Path) -> None:
    ours, theirs = cache.Record(cache_root / "a.json"), cache.Record(cache_root / "a.json")
    ours.put("one", 1)
    theirs.put("two", 2)
    assert (ours.get("one"), ours.get("two"), ours.get("three")) == (1, 2, None)


def test_the_engine_finds_a_file_where_it_would_write_logs(cache_root: Path) -> None:
    (cache_root / "pulumi-home/logs").mkdir(parents=True)
    (cache_root / "pulumi-home/logs/old.log").touch()
    home = cache.pulumi_home()
    assert home == cache_root / "pulumi-home"
    assert (home / "logs").read_bytes() == b""
    assert cache.pulumi_home() == home
