"""Builds are off unless asked for, pinned, and refused without what they need."""

from typing import Any

import pytest

from stack.mapping.delivery import delivery_args
from tests.unit.components.delivery.test_settings import PUSH, SIGNED, arguments, delivered, stack
from tests.unit.stack.helpers import load, problems

BUILDER = {"bundle": "registry.example.com/tekton/buildah:0.9", "task": "buildah"}
DIGEST = "@sha256:" + "0" * 64


def with_build(**given: Any) -> dict[str, Any]:
    return delivered(push=PUSH, build={"builder": BUILDER, **given})


def built(**given: Any) -> dict[str, Any]:
    """Return the arguments of the build; `given` is laid over the stack."""
    return dict(arguments(**{"delivery": with_build(), "secrets": SIGNED, **given})["build"])


def refused(**given: Any) -> dict[str, str]:
    sections = {"delivery": with_build(), "secrets": SIGNED, **given}
    return problems(stack(**sections), secret=["secrets"])


def test_nothing_is_built_unless_it_is_asked_for() -> None:
    assert "build" not in arguments(delivery=delivered(push=PUSH), secrets=SIGNED)


def test_what_is_not_said_follows_from_the_name() -> None:
    args = built()

    assert args["namespace"] == "app-build"
    assert args["pod_security"] == "baseline"
    assert args["clone"]["bundle"] == "ghcr.io/tektoncd-catalog/git-clone/bundle:v1.7.0"
    assert args["builder"] == {**BUILDER, "parameters": {}}
    assert "registry" not in args
    assert "git" not in args


def test_the_token_is_each_applications_own_and_rotates() -> None:
    apps = delivered(push=PUSH, build={"builder": BUILDER})["applications"]
    both = {"applications": {**apps, "web": apps["app"]}}
    settings = load(stack(delivery=both, secrets=SIGNED), secret=["secrets"])
    app, web = (delivery_args(settings, name, [])["build"]["token"] for name in ("app", "web"))

    assert len(app) == 40
    assert len({app, web, built(credentials={"ci": {"rotation": 1}})["token"]}) == 3
    assert app == built()["token"]


def test_bundles_come_from_the_stacks_registry() -> None:
    args = built(images={"registry": "mirror.example.com"})

    assert args["clone"]["bundle"] == "mirror.example.com/tektoncd-catalog/git-clone/bundle:v1.7.0"
    assert args["builder"]["bundle"] == "mirror.example.com/tekton/buildah:0.9"


def test_credentials_are_secret_values() -> None:
    config = '{"auths": {"registry.example.com": {"auth": "eDp5"}}}'
    secrets = {**SIGNED, "registry": config, "git": "https://user:word@git.example.com\n"}
    args = built(delivery=with_build(registryFrom="registry", gitFrom="git"), secrets=secrets)

    assert (args["registry"], args["git"]) == (config, "https://user:word@git.example.com\n")


@pytest.mark.parametrize("end", [":0.9", ":v1.7.0", ":1.7", f":v1.7.0{DIGEST}", DIGEST])
def test_a_bundle_by_version_or_digest_is_taken(end: str) -> None:
    builder = {"bundle": f"registry.example.com:5000/tekton/buildah{end}", "task": "buildah"}

    assert built(delivery=with_build(builder=builder))["builder"]["bundle"] == builder["bundle"]


@pytest.mark.parametrize(
    "bundle",
    [
        "registry.example.com/tekton/buildah",
        "registry.example.com/tekton/buildah:latest",
        "registry.example.com/tekton/buildah:main",
        "registry.example.com/tekton/buildah:v1",
        "registry.example.com/tekton/buildah:1.0 --x",
        "$(params.branch):1.0",
        "buildah:1.0",
    ],
)
@pytest.mark.parametrize("task", ["clone", "builder"])
def test_a_bundle_that_floats_is_refused(bundle: str, task: str) -> None:
    found = refused(delivery=with_build(**{task: {"bundle": bundle, "task": "x"}}))

    assert "is not allowed" in found[f"delivery.applications.app.build.{task}.bundle"]


def test_the_builder_has_no_default() -> None:
    found = refused(delivery=delivered(push=PUSH, build={}))

    assert "not set" in found["delivery.applications.app.build.builder"]


@pytest.mark.parametrize(
    "given, key, said",
    [
        (
            {"tekton": {"resolvers": {"enabled": False}}},
            "delivery.applications.app.build",
            "tekton.resolvers.enabled is false",
        ),
        (
            {"tekton": {"resolvers": {"bundles": False}}},
            "delivery.applications.app.build",
            "tekton.resolvers.bundles is false",
        ),
        (
            {"delivery": delivered(build={"builder": BUILDER})},
            "delivery.applications.app.build",
            "set without push",
        ),
        (
            {"delivery": with_build(namespace="app-delivery")},
            "delivery.applications.app.build.namespace",
            "the delivery of app",
        ),
        (
            {"delivery": with_build(namespace="app")},
            "delivery.applications.app.build.namespace",
            "what is deployed",
        ),
        (
            {"delivery": with_build(builder={**BUILDER, "parameters": {"IMAGE": "x"}})},
            "delivery.applications.app.build.builder.parameters.IMAGE",
            "the pipeline gives it",
        ),
        (
            {"delivery": with_build(clone={"parameters": {"revision": "main"}})},
            "delivery.applications.app.build.clone.parameters.revision",
            "the pipeline gives it",
        ),
        (
            {"delivery": with_build(builder={**BUILDER, "parameters": {"A": "$(params.x)"}})},
            "delivery.applications.app.build.builder.parameters.A",
            "Tekton replaces",
        ),
        (
            {"delivery": with_build(registryFrom="r"), "secrets": {**SIGNED, "r": "user:word"}},
            "secrets.r",
            '"auths"',
        ),
        (
            {"delivery": with_build(gitFrom="g"), "secrets": {**SIGNED, "g": "just-a-token"}},
            "secrets.g",
            "USER:TOKEN",
        ),
        (
            {"delivery": with_build(registryFrom="absent")},
            "delivery.applications.app.build.registryFrom",
            'there is no secret "absent"',
        ),
        (
            {"delivery": with_build(podSecurity="none")},
            "delivery.applications.app.build.podSecurity",
            "baseline",
        ),
    ],
)
def test_what_is_missing_is_named_with_the_way_to_it(
    given: dict[str, Any], key: str, said: str
) -> None:
    found = refused(**given)

    assert said in found[key]
    assert "Fix: " in found[key]
    assert "just-a-token" not in str(found)
    assert "user:word" not in str(found)


def test_builds_of_two_applications_do_not_share_a_namespace() -> None:
    apps = with_build(namespace="builds")["applications"]
    found = refused(delivery={"applications": {**apps, "web": apps["app"]}})

    assert "the builds of app" in found["delivery.applications.web.build.namespace"]


def test_beside_somebody_elses_argo_cd_the_seed_is_asked_for() -> None:
    delivery = {
        **with_build(),
        "project": "team",
        "server": {"address": "argocd.example.com:443", "tokenFrom": "other"},
    }
    secrets = {"push": SIGNED["push"], "other": "a.token"}
    sections = stack(delivery=delivery, secrets=secrets, argoCd={"enabled": False})
    found = problems(sections, secret=["secrets"], seeded=False)

    assert "is derived from it" in found["secrets.credentialsSeed"]
