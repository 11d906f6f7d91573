"""Kubernetes resource requests and limits."""

from pydantic import Field

from settings.base import Section
from settings.fields import CpuQuantity, MemoryQuantity


class ResourceList(Section):
    """Amounts of CPU and memory; what is left out keeps upstream's value."""

    cpu: CpuQuantity | None = None
    """Cores, or thousandths of one."""

    memory: MemoryQuantity | None = None
    """Bytes, with a unit."""


class Resources(Section):
    """Kubernetes resource requests and limits of a container."""

    requests: ResourceList = Field(default_factory=ResourceList)
    """What a node must have free."""

    limits: ResourceList = Field(default_factory=ResourceList)
    """What the container may use at most."""
