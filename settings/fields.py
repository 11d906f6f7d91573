"""The small named types of the settings: what a version, a name or a quantity looks like."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

from settings import feature_gates, health_kinds

_NUMBER = "(0|[1-9][0-9]*)"

ChartVersion = Annotated[
    str,
    Field(pattern=rf"^{_NUMBER}\.{_NUMBER}\.{_NUMBER}$", examples=["1.8.3"]),
]
"""A released chart version; nothing that floats."""

ReleaseTag = Annotated[
    str,
    Field(pattern=rf"^v{_NUMBER}\.{_NUMBER}\.{_NUMBER}$", examples=["v3.5.1"]),
]
"""A release tag; nothing that floats."""

DnsLabel = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63, examples=["argocd"]),
]
"""A DNS-1123 label, the form of a namespace's name."""

DnsSubdomain = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
        max_length=253,
        examples=["registry-credentials"],
    ),
]
"""A DNS-1123 subdomain, the form of a Secret's name."""

Registry = Annotated[
    str,
    Field(
        pattern=(
            r"^[a-zA-Z0-9]([-.a-zA-Z0-9]*[a-zA-Z0-9])?(:[0-9]{1,5})?"
            r"(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$"
        ),
        examples=["registry.example.com/mirror"],
    ),
]
"""Host, optional port and optional path of an image registry: no scheme, no trailing slash."""

ContextName = Annotated[str, Field(pattern=r"^\S([^\r\n]*\S)?$", examples=["staging"])]
"""The name of a kubeconfig context."""

# A kubeconfig's content holds credentials; as the setting is stored in plain text, it is refused.
FilePath = Annotated[str, Field(pattern=r"^[^\s{]([^\r\n]*\S)?$", examples=["~/.kube/staging"])]
"""The path of a file, not its content."""

Identifier = Annotated[
    str,
    Field(
        pattern=r"^[a-zA-Z0-9]([-._a-zA-Z0-9]*[a-zA-Z0-9])?$",
        examples=["gitops-bootstrap-staging"],
    ),
]
"""A name that the cluster has in Pulumi's state."""

AbsolutePath = Annotated[str, Field(pattern=r"^(/[-._a-zA-Z0-9]+)+$", examples=["/run/k3s"])]
"""An absolute path on a node."""

SocketFile = Annotated[
    str,
    Field(pattern=r"^[-._a-zA-Z0-9]*(/[-._a-zA-Z0-9]+)*$", examples=["containerd/containerd.sock"]),
]
"""The path of a socket, or nothing."""

ProjectFolder = Annotated[
    str,
    Field(pattern=r"^\w[-.\w]*(/\w[-.\w]*)*$", examples=["health"]),
]
"""The path of a folder below the one that Pulumi.yaml is in."""

ApiGroup = Annotated[
    str,
    Field(pattern=r"^(\*|[a-z0-9]([-.a-z0-9]*[a-z0-9])?)?$", examples=["apps"]),
]
"""A Kubernetes API group: `*` means all of them, the empty text the core group."""

# As Kubernetes has it: not ".", and nothing that starts with "..".
ConfigMapKey = Annotated[
    str,
    Field(
        pattern=r"^([-_a-zA-Z0-9]|\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$",
        max_length=253,
        examples=["timeout.reconciliation"],
    ),
]
"""The key of a ConfigMap entry."""


def _as_text(value: JsonValue) -> JsonValue:
    """Return the text that YAML's reader would have seen; what is no scalar stays as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, int | float):
        return str(value)
    return value


ConfigMapValue = Annotated[
    str,
    BeforeValidator(_as_text, json_schema_input_type=str | bool | int | float),
]
"""The value of a ConfigMap entry: true, 5 and 1.5 become text, as it holds nothing else."""

_Cpu = Annotated[str, Field(pattern=r"^([0-9]+m|[0-9]+(\.[0-9]{1,3})?)$", examples=["500m"])]
_Memory = Annotated[
    str,
    Field(pattern=r"^[0-9]+(\.[0-9]{1,3})?([KMGTPE]i|[kMGTPE])?$", examples=["512Mi"]),
]

CpuQuantity = Annotated[
    _Cpu,
    BeforeValidator(_as_text, json_schema_input_type=_Cpu | int | float),
]
"""An amount of CPU in cores or thousandths of one."""

MemoryQuantity = Annotated[
    _Memory,
    BeforeValidator(_as_text, json_schema_input_type=_Memory | int),
]
"""An amount of memory in bytes."""


def _known_gate(name: str) -> str:
    if name not in feature_gates.KNOWN:
        kind = "unknown_gate"
        raise PydanticCustomError(kind, "no such feature gate")
    return name


GateName = Annotated[
    str,
    AfterValidator(_known_gate),
    Field(json_schema_extra={"enum": sorted(feature_gates.KNOWN)}),
]
"""The name of a feature gate that some supported version has."""


def _known_kind(name: str) -> str:
    if name not in health_kinds.KINDS:
        kind = "unknown_kind"
        raise PydanticCustomError(kind, "no health check is shipped for it")
    return name


HealthKind = Annotated[
    str,
    AfterValidator(_known_kind),
    Field(json_schema_extra={"enum": list(health_kinds.KINDS)}),
]
"""A kind that a health check is shipped for, as GROUP/KIND."""


def _without_repeats(values: list[str]) -> list[str]:
    if len(set(values)) != len(values):
        kind = "repeated"
        raise PydanticCustomError(kind, "an entry is repeated")
    return values


UniqueNames = Annotated[
    list[DnsSubdomain],
    AfterValidator(_without_repeats),
    Field(json_schema_extra={"uniqueItems": True}),
]
"""Names of Kubernetes objects, each once."""
