"""Applications go before vela-core does: deleted, waited for, and never for ever."""

import time
from collections.abc import Mapping
from typing import Any

import pytest

from components.kube_vela.removal import remove_applications
from errors import TeardownError
from kube.cluster import Answer

API = "/apis/core.oam.dev/v1beta1"


class FakeCluster:
    """Applications with finalizers, which `vela_core` takes away at the next look."""

    def __init__(self, *names: str, vela_core: bool = True, may_delete: bool = True) -> None:
        self.applications: dict[str, dict[str, Any]] = {
            name: {"namespace": name.split("/")[0], "name": name.split("/")[1]} for name in names
        }
        self.vela_core = vela_core
        self.may_delete = may_delete
        self.deleted: list[str] = []
        self.returning: list[str] = []
        """What Argo CD brings back once after it was deleted."""

    def send(self, method: str, path: str, headers: Mapping[str, str], body: str | None) -> Answer:
        del headers, body
        parts = path.partition("?")[0].removeprefix(f"{API}/").split("/")
        if method == "DELETE":
            return self._delete(f"{parts[1]}/{parts[3]}")
        assert parts == ["applications"]
        items = [{"metadata": dict(m)} for m in self.applications.values()]
        if self.vela_core:
            self._finish()
        return Answer(200, {"items": items})

    def _delete(self, name: str) -> Answer:
        if not self.may_delete:
            return Answer(403, {"message": "you may not"})
        self.deleted.append(name)
        self.applications[name]["deletionTimestamp"] = "now"
        return Answer(200, {})

    def _finish(self) -> None:
        for name, metadata in list(self.applications.items()):
            if "deletionTimestamp" in metadata:
                if name in self.returning:
                    self.returning.remove(name)
                    del metadata["deletionTimestamp"]
                else:
                    del self.applications[name]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let time pass only where the code sleeps."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", sleep)


def test_every_application_is_deleted_once_and_waited_for() -> None:
    cluster, said = FakeCluster("shop/web", "team/api"), list[str]()

    remove_applications(cluster.send, 60, said.append)

    assert cluster.applications == {}
    assert cluster.deleted == ["shop/web", "team/api"]
    assert said == ["vela-core removes Applications and what they made: shop/web, team/api"]


def test_one_that_argo_cd_brings_back_is_deleted_again() -> None:
    cluster = FakeCluster("shop/web")
    cluster.returning = ["shop/web"]

    remove_applications(cluster.send, 60, print)

    assert cluster.applications == {}
    assert cluster.deleted == ["shop/web"] * 2


def test_without_any_nothing_is_said_and_nothing_deleted() -> None:
    cluster, said = FakeCluster(), list[str]()

    remove_applications(cluster.send, 60, said.append)

    assert (cluster.deleted, said) == ([], [])


def test_without_the_kind_there_is_nothing_to_do() -> None:
    missing = Answer(404, {"message": "the server could not find the requested resource"})

    remove_applications(lambda *_: missing, 60, print)


def test_without_vela_core_the_wait_ends_with_what_to_do() -> None:
    cluster = FakeCluster("shop/web", vela_core=False)

    with pytest.raises(TeardownError) as caught:
        remove_applications(cluster.send, 60, print)
    assert str(caught.value).startswith("after 60 s these Applications are left: shop/web. ")
    assert "Fix: see that it runs (kubectl get pods -n vela-system)" in str(caught.value)


def test_one_that_may_not_be_deleted_ends_it_at_once() -> None:
    cluster = FakeCluster("shop/web", may_delete=False)

    with pytest.raises(TeardownError, match=r"shop/web cannot be deleted: you may not \(403\)"):
        remove_applications(cluster.send, 60, print)
