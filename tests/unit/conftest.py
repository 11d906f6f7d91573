"""A cluster that answers as a test says."""

import pytest

from kube.cluster import Cluster
from tests.support.fake_api import FakeApi


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def cluster(api: FakeApi) -> Cluster:
    return Cluster(api.send)
