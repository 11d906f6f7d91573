"""Short ways to ask a recorded program run."""

from collections.abc import Callable, Mapping

import pulumi
from pulumi_kubernetes import Provider

from tools.render.recorder import Recorder, Registration, record

PROVIDER_TYPE = "pulumi:providers:kubernetes"
CRD = "CustomResourceDefinition"


class Recording:
    """The registrations of one run, by name."""

    def __init__(self, recorder: Recorder) -> None:
        """Index what was recorded."""
        self.outputs = recorder.outputs
        self.all: list[Registration] = recorder.registrations
        self.by_name: Mapping[str, Registration] = {r.name: r for r in self.all}
        self._names = {r.urn: r.name for r in self.all}

    def __getitem__(self, name: str) -> Registration:
        """Return the one registration of a name."""
        return self.by_name[name]

    def of_kind(self, *kinds: str) -> list[Registration]:
        """Return the registrations of some kinds, in order."""
        return [r for r in self.all if r.kind in kinds]

    @property
    def objects(self) -> list[Registration]:
        """Everything but components and providers."""
        return [r for r in self.all if r.custom and not r.type.startswith("pulumi:providers:")]

    def name_of(self, urn: str) -> str:
        """Return the logical name of a resource; nothing for the stack itself."""
        return self._names.get(urn, "")

    def comes_after(self, registration: Registration) -> set[str]:
        """Return the URNs of all that a resource waits for, directly or through others."""
        dependencies = {r.urn: r.dependencies for r in self.all}
        found: set[str] = set()
        waiting = list(registration.dependencies)
        while waiting:
            urn = waiting.pop()
            if urn not in found:
                found.add(urn)
                waiting.extend(dependencies.get(urn, ()))
        return found

    def dependencies(self, registration: Registration) -> list[str]:
        """Return the names of what a resource depends on."""
        return sorted(self.name_of(urn) for urn in registration.dependencies)


def component_run(build: Callable[[pulumi.ResourceOptions], object]) -> Recording:
    """Record a component, built with the options of a program: a provider of its own.

    Default providers are disabled, as in Pulumi.yaml: a child without the provider is told by its
    empty `provider`.
    """

    def program() -> None:
        provider = Provider("cluster", kubeconfig="{}")
        build(pulumi.ResourceOptions(provider=provider))

    return Recording(record(program, {"pulumi:disable-default-providers": '["kubernetes"]'}))
