"""The small named types of the settings: what a version, a name or a quantity looks like."""

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue
from pydantic_core import PydanticCustomError

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


def _not_floating(image: str) -> str:
    if image.endswith(":latest"):
        kind = "floating"
        raise PydanticCustomError(kind, "the tag says nothing about what is pulled")
    return image


ImageReference = Annotated[
    str,
    Field(
        pattern=(
            r"^[a-zA-Z0-9]([-._a-zA-Z0-9]*(:[0-9]{1,5})?/)?[-._/a-z0-9]*"
            r"(:[_a-zA-Z0-9][-._a-zA-Z0-9]*(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$"
        ),
        examples=["registry.example.com/argocd:v3.5.1"],
    ),
    AfterValidator(_not_floating),
]
"""An image with a tag other than latest, or a digest."""

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


ApiGroup = Annotated[
    str,
    Field(pattern=r"^(\*|[a-z0-9]([-.a-z0-9]*[a-z0-9])?)?$", examples=["apps"]),
]
"""A Kubernetes API group: `*` means all of them, the empty text the core group."""

HostName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$",
        max_length=253,
        examples=["argocd.example.com"],
    ),
]
"""A host name with a domain, in small letters."""

HttpsUrl = Annotated[
    str,
    Field(pattern=r"^https://[^\s@/]+(/[^\s@]*)?$", examples=["https://id.example.com"]),
]
"""An HTTPS address without credentials in it."""

# Credentials in an address would be stored as plain text, so there is no place for them here.
RepositoryUrl = Annotated[
    str,
    Field(
        pattern=(
            r"^((https?|oci|file)://[^\s@]+|ssh://([-._a-zA-Z0-9]+@)?[^\s@:]+(:[0-9]+)?/[^\s@]+"
            r"|[-._a-zA-Z0-9]+@[-.a-zA-Z0-9]+:[^\s@]+|[-.a-zA-Z0-9]+(:[0-9]+)?(/[-._a-zA-Z0-9]+)*)$"
        ),
        examples=["https://git.example.com/team/app.git"],
    ),
]
"""Address of a repository, without credentials in it."""

ClusterName = Annotated[
    str,
    Field(pattern=r"^(\*|[a-z0-9]([-.a-z0-9]*[a-z0-9])?)$", max_length=63, examples=["edge-1"]),
]
"""Name of a registered cluster; `*`: any."""

KindName = Annotated[
    str, Field(pattern=r"^(\*|[A-Z][a-zA-Z0-9]*)$", max_length=63, examples=["CloneSet"])
]
"""A kind of Kubernetes objects; `*`: any."""

LabelKey = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$",
        max_length=317,
        examples=["example.com/stage"],
    ),
]
"""Key of a label or annotation."""

LabelValue = Annotated[
    str,
    Field(
        pattern=r"^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$",
        max_length=63,
        examples=["production"],
    ),
]
"""Value of a label."""

PemText = Annotated[
    str,
    Field(pattern=r"^-----BEGIN\x20CERTIFICATE-----", examples=["-----BEGIN CERTIFICATE-----..."]),
]
"""One or more certificates, PEM."""

TEMPLATE = r"\{\{[^{}\n]+\}\}"
"""What an ApplicationSet fills in, such as `{{.name}}`."""

Revision = Annotated[
    str,
    Field(
        pattern=rf"^([A-Za-z0-9*^~<>=][^\s:?\[\\]*|{TEMPLATE})$", max_length=250, examples=["main"]
    ),
]
"""A branch, a tag, a commit, or the version of a chart."""

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
