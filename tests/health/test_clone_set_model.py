"""A CloneSet is judged right whatever is done to it: against a model of its controller.

Ref: https://github.com/openkruise/kruise/tree/v1.8.3/pkg/controller/cloneset cloneset_status.go,
sync/; pkg/util/tools.go
"""

import math
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.health_checks.scripts import Kind
from tests.health.conftest import compiled

JUDGES = {
    hold: compiled("lua51")(Kind("apps.kruise.io", "CloneSet"), hold)
    for hold in ("healthy", "suspended")
}
PARTITIONS = st.integers(0, 6) | st.sampled_from(["0%", "1%", "33.3%", "50%", "99%", "100%"])


def kept_back(partition: int | str | None, replicas: int) -> int:
    """Return how many pods a partition keeps on the old revision: CalculatePartitionReplicas."""
    if partition is None:
        return 0
    if isinstance(partition, int):
        return max(min(partition, replicas), 0)
    kept = math.ceil(float(partition.removesuffix("%")) * replicas / 100)
    if replicas > 1 and kept == replicas and partition != "100%":
        kept = replicas - 1
    return max(min(kept, replicas), 0)


@dataclass
class Pod:
    """A pod that counts: neither terminating nor ended."""

    revision: int
    available: bool = False


@dataclass
class CloneSet:
    """The object, its pods, and the controller, whose every step is one method."""

    replicas: int
    partition: int | str | None
    generation: int = 1
    current: int = 1
    revision: int = 1
    pods: list[Pod] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)
    seen: list[Pod] = field(default_factory=list)
    """What the last status was computed from."""

    def change(self, **spec: Any) -> None:
        """Change the spec, as a user does."""
        for name, value in spec.items():
            setattr(self, name, value)
        self.generation += 1

    def reconcile(self) -> None:
        """Write the status of the pods as they are, then create, remove or replace some."""
        kept = kept_back(self.partition, self.replicas)
        self.seen = [Pod(pod.revision, pod.available) for pod in self.pods]
        updated = [pod for pod in self.pods if pod.revision == self.revision]
        if len(updated) == len(self.pods) == self.replicas:
            self.current = self.revision
        counts = {
            "replicas": len(self.pods),
            "readyReplicas": sum(pod.available for pod in self.pods),
            "availableReplicas": sum(pod.available for pod in self.pods),
            "updatedReplicas": len(updated),
            "updatedReadyReplicas": sum(pod.available for pod in updated),
        }
        omitted_when_0 = {
            "observedGeneration": self.generation,
            "updatedAvailableReplicas": sum(pod.available for pod in updated),
            "expectedUpdatedReplicas": self.replicas - kept,
        }
        self.status = counts | {name: value for name, value in omitted_when_0.items() if value}
        old = [pod for pod in self.pods if pod.revision != self.revision]
        if len(self.pods) < self.replicas:
            # As many on the current revision as the partition keeps there.
            of_current = kept - len(old)
            for index in range(self.replicas - len(self.pods)):
                self.pods.append(Pod(self.current if index < of_current else self.revision))
        elif len(self.pods) > self.replicas:
            self.pods.remove((old or self.pods)[0])
        elif len(old) > kept:
            self.pods.remove(old[0])

    def start(self) -> None:
        """Let all pods become available."""
        for pod in self.pods:
            pod.available = True

    def settled(self) -> bool:
        """Return whether the last status left nothing to wait for."""
        updated = [pod for pod in self.seen if pod.revision == self.revision]
        return (
            self.status.get("observedGeneration") == self.generation
            and len(self.seen) == self.replicas
            and all(pod.available for pod in self.seen)
            and len(updated) >= self.replicas - kept_back(self.partition, self.replicas)
        )

    def verdicts(self) -> tuple[str, str]:
        """Return what the script says with each hold."""
        strategy = {"type": "ReCreate", "partition": self.partition}
        obj = {
            "metadata": {"generation": self.generation},
            "spec": {"replicas": self.replicas, "updateStrategy": strategy},
            "status": self.status,
        }
        return JUDGES["healthy"].judge(obj).status, JUDGES["suspended"].judge(obj).status


ACTIONS = st.one_of(
    st.tuples(st.just("scale"), st.integers(0, 6)),
    st.tuples(st.just("partition"), st.none() | PARTITIONS),
    st.tuples(st.just("update"), st.none()),
    st.tuples(st.just("lose"), st.integers(0, 5)),
    st.tuples(st.just("break"), st.integers(0, 5)),
    st.tuples(st.just("start"), st.none()),
    st.tuples(st.just("reconcile"), st.none()),
)


@settings(derandomize=True, database=None, deadline=None)
@given(st.integers(0, 6), PARTITIONS, st.lists(ACTIONS, max_size=25))
def test_no_life_hangs_and_none_is_called_done_too_early(
    replicas: int, partition: int | str, actions: list[tuple[str, Any]]
) -> None:
    clone_set = CloneSet(replicas, partition)
    for action, value in actions:
        match action:
            case "scale":
                clone_set.change(replicas=value)
            case "partition":
                clone_set.change(partition=value)
            case "update":
                clone_set.change(revision=clone_set.revision + 1)
            case "lose" if value < len(clone_set.pods):
                clone_set.pods.pop(value)
            case "break" if value < len(clone_set.pods):
                clone_set.pods[value].available = False
            case "start":
                clone_set.start()
            case "reconcile":
                clone_set.reconcile()
        waits = clone_set.verdicts() == ("Progressing", "Progressing")
        assert waits != clone_set.settled(), (action, clone_set)

    for _ in range(30):
        clone_set.start()
        clone_set.reconcile()
    held = any(pod.revision != clone_set.revision for pod in clone_set.pods)
    assert clone_set.verdicts() == ("Healthy", "Suspended" if held else "Healthy")


@pytest.mark.parametrize("hold", JUDGES)
def test_updated_and_available_is_healthy_whatever_the_partition(hold: str) -> None:
    percentages = [f"{percent}%" for percent in (0, 1, 33.3, 50, 99, 99.9, 100, 250)]
    for replicas in range(12):
        for partition in [None, *range(-1, 14), *percentages]:
            clone_set = CloneSet(replicas, partition, pods=[Pod(1, True) for _ in range(replicas)])
            clone_set.reconcile()
            spec = {"replicas": replicas, "updateStrategy": {"partition": partition}}
            obj = {"metadata": {"generation": 1}, "spec": spec, "status": clone_set.status}

            assert JUDGES[hold].judge(obj).status == "Healthy", obj


def test_the_partition_is_rounded_as_the_controller_does() -> None:
    percentages = [f"{tenth / 10:g}%" for tenth in range(0, 1011, 7)]
    percentages += [f"{percent}%" for percent in range(102)]
    # None updated, and the status does not say how many are expected.
    status = {"observedGeneration": 1}
    for replicas in [1, 2, 3, 5, 7, 10, 99, 1000]:
        for partition in [None, *range(-1, 12), *percentages]:
            spec = {"replicas": replicas, "updateStrategy": {"partition": partition}}
            obj = {"metadata": {"generation": 1}, "spec": spec, "status": status}
            expected = replicas - kept_back(partition, replicas)
            what = f"{expected} pods are updated" if expected else f"{replicas} pods exist"

            assert JUDGES["healthy"].judge(obj) == ("Progressing", f"0 of {what}"), obj
