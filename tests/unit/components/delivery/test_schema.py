"""Task, Pipeline and run of a delivery fit the schemas of the pinned releases, offline."""

from typing import Any

import pytest

from components.delivery import build
from components.delivery.component import created
from components.delivery.pipeline import pipeline, run, task
from kube import manifests
from tests.support.crd_schema import problems, schema_of
from tests.support.delivery import ARTICLE, delivery_args, with_build
from tests.support.stack_config import ROOT
from upstream import artifacts
from upstream.versions import CATALOGUE

ARTICLE_RUN = {
    "apiVersion": "tekton.dev/v1",
    "kind": "PipelineRun",
    "metadata": {"name": "helloworld-pipeline-run-1"},
    "spec": {
        "pipelineRef": {"name": "helloworld-pipeline"},
        "params": [{"name": name, "value": value} for name, value in ARTICLE.items()],
    },
}
"""The article's run; only its apiVersion was tekton.dev/v1beta1."""

BUILD = with_build(registry="{}", git="https://a:b@c")

MADE = {
    "task": task(delivery_args()),
    "pipeline": pipeline(delivery_args()),
    "run": run(delivery_args(), "main", "d92ae174b"),
    "run of the article": ARTICLE_RUN,
    **{
        f"{o['kind']} {o['metadata']['name']}": o
        for o in created(BUILD)
        if o["apiVersion"] == "tekton.dev/v1" and o["metadata"]["namespace"] == "helloworld-build"
    },
    "run of a build": build.run(BUILD, BUILD["build"], "main", "0" * 40),
}


@pytest.fixture(scope="module", params=sorted(CATALOGUE["tekton"].artifacts["release"].sha256))
def release(request: pytest.FixtureRequest, upstream: None) -> list[manifests.Manifest]:
    """Return the objects of a pinned release of Pipelines."""
    del upstream  # wanted for what it does
    pin = CATALOGUE["tekton"].pin("release", request.param)
    return manifests.read(artifacts.fetch(pin, ROOT / artifacts.CACHE))


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_it_fits(release: list[manifests.Manifest], made: dict[str, Any]) -> None:
    schema = schema_of(release, made["apiVersion"], made["kind"])

    assert list(problems(made, schema)) == []


def test_what_does_not_fit_is_told(release: list[manifests.Manifest]) -> None:
    wrong = task(delivery_args())
    wrong["spec"]["steps"][0]["scrip"] = wrong["spec"]["steps"][0].pop("script")
    wrong["spec"]["volumes"][0].pop("name")
    wrong["spec"]["params"] = "none"
    found = set(problems(wrong, schema_of(release, "tekton.dev/v1", "Task")))

    assert found == {".spec.steps[0].scrip: unknown", ".spec.params: not of type array"}


def test_the_articles_run_gives_all_that_the_pipeline_asks_for() -> None:
    asked = [p["name"] for p in pipeline(delivery_args())["spec"]["params"]]

    assert asked == list(ARTICLE)
    assert pipeline(delivery_args())["metadata"]["name"] == "helloworld-pipeline"


def test_a_build_has_its_tasks_its_pipeline_and_its_run() -> None:
    assert [name for name in MADE if "build" in name] == [
        "Task helloworld-build-check",
        "Task helloworld-build-deliver",
        "Pipeline helloworld-build",
        "run of a build",
    ]
