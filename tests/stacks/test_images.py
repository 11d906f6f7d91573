"""The images of a shipped stack, with a registry of its own and without."""

import pytest

from tests.support.stack_config import ROOT, raw_config
from tools import images, toolchain
from tools.render.recorder import record_program

pytestmark = [pytest.mark.usefixtures("in_checkout", "upstream"), pytest.mark.tools("helm")]


def test_every_image_moves_to_the_registry_of_the_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    config = raw_config("dev") | {images.KEY: '{"registry": "mirror.example.com/x"}'}
    monkeypatch.setattr(images, "raw_config", lambda *_: config)
    found = images.of_stack("dev", toolchain.ensure("helm")["helm"])

    sources = {image.source for image in found.images}
    assert {name.partition(":")[0] for name in sources} >= {
        "docker.io/openkruise/kruise-manager",
        "docker.io/openkruise/kruise-helm-hook",
        "ghcr.io/dexidp/dex",
        "quay.io/argoproj/argocd",
    }
    left = [i.source for i in found.images if not i.target.startswith("mirror.example.com/x/")]
    assert left == []


def test_without_helm_no_image_is_missed() -> None:
    recorded = record_program(ROOT, raw_config("dev"), "dev").registrations

    rendered = images.collected(recorded, toolchain.ensure("helm")["helm"], ROOT)
    assert rendered
    # The values also name images of what is off.
    assert set(rendered) <= set(images.collected(recorded, None, ROOT))


def test_what_upstream_pins_by_digest_stays_pinned_in_prod() -> None:
    found = images.of_stack("prod", None).images

    of_tekton = [image for image in found if image.source.startswith("ghcr.io/tektoncd/")]
    assert len(of_tekton) > 10
    assert [image.source for image in of_tekton if image.digest is None] == []
