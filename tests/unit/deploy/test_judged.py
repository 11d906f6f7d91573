"""A preview is judged by the rules of policy/, on what the engine reports of it."""

import pytest

from tests.support.engine_events import SERVER
from tools.deploy.__main__ import judged
from tools.deploy.report import Report


def deployment(image: str) -> dict[str, object]:
    container = {"name": "argocd-server", "image": image}
    return {"kind": "Deployment", "spec": {"template": {"spec": {"containers": [container]}}}}


@pytest.mark.parametrize(
    "image, registry, rules",
    [
        ("quay.io/argoproj/argocd:v3.5.1", None, []),
        ("mirror.example.com/argocd:v3.5.1", "mirror.example.com", []),
        ("mirror.example.com/argocd:v3.5.1", None, ["allowed-registries"]),
        ("quay.io/argoproj/argocd:latest", None, ["no-floating-tag"]),
    ],
)
def test_what_a_preview_registers_is_judged(
    image: str, registry: str | None, rules: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    report = Report(preview=True, registered={SERVER: deployment(image)})

    assert [v.rpartition("(")[2].rstrip(")") for v in judged(report, registry)] == rules
    # How many were looked at: none would break no rule either.
    assert f"policy: {len(rules)} violations in 1 resources" in capsys.readouterr().err
