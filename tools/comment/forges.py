"""Comments of a pull request on GitHub, or of a merge request on GitLab."""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol
from urllib.parse import quote

import requests

from errors import PlatformError

TIMEOUT_SECONDS = 30
PAGE = 100
MOST_PAGES = 30


class Forge(Protocol):
    """What a comment is put on."""

    def own_comments(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield address and text of the comments that a robot wrote."""

    def create(self, number: int, text: str) -> None:
        """Write a comment."""

    def edit(self, address: str, text: str) -> None:
        """Replace the text of a comment."""


def put(forge: Forge, number: int, text: str) -> str:
    """Have exactly this comment on a pull request; return what was done: created, edited, same.

    The comment is known by its first line, and only a robot's is touched: whoever writes that line
    in one of their own does not get it overwritten.
    """
    marker = text.partition("\n")[0]
    for address, present in forge.own_comments(number):
        if present.partition("\n")[0].strip() == marker:
            if present.strip() == text.strip():
                return "same"
            forge.edit(address, text)
            return "edited"
    forge.create(number, text)
    return "created"


def forge_of(environ: Mapping[str, str]) -> Forge:
    """Return the forge that a job's environment tells of. PlatformError when it tells of none."""
    try:
        if "GITLAB_CI" in environ:
            return GitLab(
                environ["CI_API_V4_URL"], environ["CI_PROJECT_ID"], environ["GITLAB_TOKEN"]
            )
        api = environ.get("GITHUB_API_URL", "https://api.github.com")
        return GitHub(api, environ["GITHUB_REPOSITORY"], environ["GITHUB_TOKEN"])
    except KeyError as error:
        raise PlatformError(
            f"{error.args[0]} is not set; needed to comment: GITHUB_REPOSITORY and GITHUB_TOKEN, "
            "or on GitLab CI_API_V4_URL, CI_PROJECT_ID and GITLAB_TOKEN"
        ) from None


class _Api:
    """The common part: JSON requests with a token."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        self._base = base.rstrip("/")
        self._session = requests.Session()
        self._session.headers.update(headers)

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Return the answer; PlatformError when the forge refuses or cannot be reached."""
        url = self._base + path
        try:
            answer = self._session.request(method, url, timeout=TIMEOUT_SECONDS, **arguments)
        except requests.RequestException as error:
            raise PlatformError(f"{method} {url} failed: {error}") from None
        if not answer.ok:
            told = answer.text[:300]
            raise PlatformError(f"{method} {url} was refused: {answer.status_code} {told}")
        return answer.json()

    def pages(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield the items of a list, page by page."""
        for page in range(1, MOST_PAGES + 1):
            items = self.call("GET", path, params={"per_page": PAGE, "page": page})
            yield from items
            if len(items) < PAGE:
                return


class GitHub(_Api):
    """Pull requests of one repository, `owner/name`."""

    def __init__(self, api: str, repository: str, token: str) -> None:
        """Use the token of a job: `permissions: pull-requests: write`."""
        accept = "application/vnd.github+json"
        super().__init__(api, {"Authorization": f"Bearer {token}", "Accept": accept})
        self._repository = f"/repos/{repository}"

    def own_comments(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield path and text of the comments that a robot wrote."""
        for comment in self.pages(f"{self._repository}/issues/{number}/comments"):
            if (comment.get("user") or {}).get("type") == "Bot":
                path = f"{self._repository}/issues/comments/{comment['id']}"
                yield path, comment.get("body") or ""

    def create(self, number: int, text: str) -> None:
        """Write a comment."""
        self.call("POST", f"{self._repository}/issues/{number}/comments", json={"body": text})

    def edit(self, address: str, text: str) -> None:
        """Replace the text of a comment."""
        self.call("PATCH", address, json={"body": text})

    def pull_request_of(self, head: str, commit: str) -> int | None:
        """Return the open pull request from a branch (`owner:branch`) that stands at a commit.

        A job that runs after one for a fork is not told the number, and must not take it from what
        the fork's job has left: it would comment wherever the fork wants. None when the branch has
        moved on; its next run will comment.
        """
        for found in self.call(
            "GET", f"{self._repository}/pulls", params={"head": head, "state": "open"}
        ):
            if found["head"]["sha"] == commit:
                return int(found["number"])
        return None


class GitLab(_Api):
    """Merge requests of one project."""

    def __init__(self, api: str, project: str, token: str) -> None:
        """Use an access token of the project with scope `api`; a job's own token cannot comment."""
        super().__init__(api, {"PRIVATE-TOKEN": token})
        self._project = f"/projects/{quote(project, safe='')}"

    def own_comments(self, number: int) -> Iterator[tuple[str, str]]:
        """Yield path and text of the comments that the token's own user wrote."""
        me = self.call("GET", "/user")["id"]
        notes = f"{self._project}/merge_requests/{number}/notes"
        for note in self.pages(notes):
            if note["author"]["id"] == me:
                yield f"{notes}/{note['id']}", note.get("body") or ""

    def create(self, number: int, text: str) -> None:
        """Write a comment."""
        notes = f"{self._project}/merge_requests/{number}/notes"
        self.call("POST", notes, json={"body": text})

    def edit(self, address: str, text: str) -> None:
        """Replace the text of a comment."""
        self.call("PUT", address, json={"body": text})
