"""What the hooks ask."""

import pytest

from preflight.cluster import Cluster
from tests.unit.preflight.conftest import FakeApi


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def cluster(api: FakeApi) -> Cluster:
    return Cluster(api.send)
