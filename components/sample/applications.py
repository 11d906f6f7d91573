"""The Applications of samples/, as somebody would write them in a stack file."""

from typing import Any

from components.sample.settings import SampleSettings
from components.shared.application import ApplicationArgs


def applications(sample: SampleSettings, *, with_plugin: bool) -> dict[str, ApplicationArgs]:
    """Return the Applications by name; `with_plugin` says whether Argo CD takes an Appfile."""

    def application(name: str, path: str, **way: Any) -> ApplicationArgs:
        source: Any = {
            "repository": sample.repository,
            "revision": sample.revision,
            "path": f"samples/{path}",
            **way,
        }
        return {
            "project": sample.project,
            "source": source,
            "namespace": f"apps-{name}",
            "create_namespace": True,
            "sync": {"automated": True, "prune": True, "self_heal": True},
        }

    found = {"helloworld": application("helloworld", "charts/helloworld", helm={})}
    if with_plugin:
        found["testapp"] = application("testapp", "appfile", plugin={"name": "vela"})
    return found
