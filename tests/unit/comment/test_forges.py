"""One comment per pull request: made once, edited in place, nobody else's touched."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from errors import PlatformError
from tools.comment import __main__ as command
from tools.comment import forges
from tools.object_diff import MARKER, Section, document, store

TEXT = f"{MARKER}\n### Preview\n"
BOT, PERSON = {"type": "Bot", "id": 1}, {"type": "User", "id": 2}


@dataclass
class Server:
    """A forge that answers from a table and keeps what was written."""

    answers: dict[str, Any] = field(default_factory=dict)
    written: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: set[str | None] = field(default_factory=set)
    url: str = ""


@pytest.fixture
def server() -> Iterator[Server]:
    kept = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            kept.tokens.add(self.headers["Authorization"] or self.headers["PRIVATE-TOKEN"])
            size = int(self.headers["Content-Length"] or 0)
            sent = json.loads(self.rfile.read(size) or "{}")
            found: Any = {}
            if self.command == "GET":
                found = kept.answers.get(parts.path)
                page = int(parse_qs(parts.query).get("page", ["1"])[0])
                if isinstance(found, list):
                    found = found[(page - 1) * 100 : page * 100]
            else:
                kept.written.append((self.command, parts.path, sent["body"]))
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        do_GET = do_POST = do_PATCH = do_PUT = answer  # noqa: N815 - the names of the methods

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        kept.url = f"http://127.0.0.1:{http.server_port}"
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield kept
        http.shutdown()
        thread.join()


COMMENTS = "/repos/team/platform/issues/7/comments"


def github(server: Server) -> forges.GitHub:
    return forges.GitHub(server.url, "team/platform", "t0ken")


def comment(number: int, body: str, user: dict[str, Any] = BOT) -> dict[str, Any]:
    return {"id": number, "body": body, "user": user}


def test_the_first_comment_is_made(server: Server) -> None:
    server.answers[COMMENTS] = [comment(1, "Hello", PERSON)]

    assert forges.put(github(server), 7, TEXT) == "created"
    assert server.written == [("POST", COMMENTS, TEXT)]
    assert server.tokens == {"Bearer t0ken"}


def test_the_next_run_edits_it_wherever_it_stands(server: Server) -> None:
    server.answers[COMMENTS] = [
        *(comment(n, "talk", PERSON) for n in range(150)),
        comment(900, f"{MARKER}\r\nold"),
    ]

    assert forges.put(github(server), 7, TEXT) == "edited"
    assert server.written == [("PATCH", "/repos/team/platform/issues/comments/900", TEXT)]


def test_an_equal_comment_is_left_alone(server: Server) -> None:
    server.answers[COMMENTS] = [comment(1, TEXT)]

    assert forges.put(github(server), 7, TEXT) == "same"
    assert server.written == []


def test_a_person_s_comment_with_the_marker_is_not_touched(server: Server) -> None:
    server.answers[COMMENTS] = [comment(1, TEXT, PERSON), comment(2, f"> {MARKER}\nquoted")]

    assert forges.put(github(server), 7, TEXT) == "created"


def test_a_pull_request_is_found_by_its_branch_and_commit(server: Server) -> None:
    server.answers["/repos/team/platform/pulls"] = [
        {"number": 6, "head": {"sha": "old"}},
        {"number": 7, "head": {"sha": "new"}},
    ]

    assert github(server).pull_request_of("ann:feature", "new") == 7
    assert github(server).pull_request_of("ann:feature", "other") is None


def test_a_refusal_is_told_with_the_answer(server: Server) -> None:
    with pytest.raises(PlatformError, match="was refused: 404"):
        forges.put(github(server), 7, TEXT)


def test_gitlab_edits_the_note_of_its_own_user(server: Server) -> None:
    notes = "/projects/12/merge_requests/7/notes"
    server.answers["/user"] = {"id": 1}
    server.answers[notes] = [
        {"id": 1, "body": TEXT, "author": PERSON},
        {"id": 2, "body": f"{MARKER}\nold", "author": BOT},
    ]
    forge = forges.GitLab(server.url, "12", "t0ken")

    assert forges.put(forge, 7, TEXT) == "edited"
    assert server.written == [("PUT", f"{notes}/2", TEXT)]


def test_the_command_reads_the_changes_and_comments(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write(Section("prod"), tmp_path / "prod.json")
    server.answers[COMMENTS] = []
    environ = {
        "GITHUB_API_URL": server.url,
        "GITHUB_REPOSITORY": "team/platform",
        "GITHUB_TOKEN": "t0ken",
    }

    assert command.main([str(tmp_path), "--pull-request", "7"], environ) == 0
    assert server.written == [("POST", COMMENTS, document([Section("prod")]))]
    assert "comment of pull request 7: created" in capsys.readouterr().err


def test_a_branch_that_has_moved_on_gets_no_comment(
    server: Server, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write(Section("prod"), tmp_path / "prod.json")
    server.answers["/repos/team/platform/pulls"] = []
    environ = {
        "GITHUB_API_URL": server.url,
        "GITHUB_REPOSITORY": "team/platform",
        "GITHUB_TOKEN": "t0ken",
    }

    assert command.main([str(tmp_path), "--head", "ann:x", "--commit", "1"], environ) == 0
    assert server.written == []
    assert "no open pull request from ann:x" in capsys.readouterr().err


def test_without_a_forge_the_variables_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write(Section("prod"), tmp_path / "prod.json")

    assert command.main([str(tmp_path), "--pull-request", "7"], {}) == 1
    assert "GITHUB_REPOSITORY is not set" in capsys.readouterr().err


def test_without_a_pull_request_it_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store.write(Section("prod"), tmp_path / "prod.json")

    assert command.main([str(tmp_path)], {}) == 0
    assert capsys.readouterr().out == document([Section("prod")])
