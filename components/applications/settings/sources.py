"""How the objects of an application are made from what lies in a repository."""

from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from settings.base import Section
from settings.fields import TEMPLATE, ConfigMapValue, DnsLabel

TemplatePath = Annotated[
    str,
    Field(
        pattern=(
            rf"^(\.|([-_a-zA-Z0-9]|{TEMPLATE})([-._a-zA-Z0-9]|{TEMPLATE})*"
            rf"(/([-_a-zA-Z0-9]|{TEMPLATE})([-._a-zA-Z0-9]|{TEMPLATE})*)*)$"
        ),
        examples=["deploy/charts/web"],
    ),
]
"""A folder or a file in a repository; in a set it may differ from cluster to cluster."""

ParameterName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_][-_A-Za-z0-9.\[\]\\]*$", examples=["image.tag"])
]
"""The dotted name of a value of a chart."""

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", examples=["CLUSTER"])]
"""The name of an environment variable."""

ChartValues = Annotated[
    dict[str, Any], WithJsonSchema({"type": "object", "additionalProperties": {}})
]
"""Values of a chart, of any shape."""

Text = Annotated[str, Field(pattern=r"^\S+$", max_length=512)]


class HelmSource(Section):
    """A Helm chart."""

    release_name: DnsLabel | None = None
    """Name of the release; the application's by default."""

    value_files: list[TemplatePath] = []
    """Files of values, relative to the chart."""

    values: ChartValues = {}
    """Values, over those of the files."""

    parameters: dict[ParameterName, ConfigMapValue] = {}
    """Single values by their dotted names, over all others; always text."""


class KustomizeSource(Section):
    """A kustomization."""

    images: list[Text] = []
    """Image overrides as Kustomize writes them: NAME=NEW:TAG."""

    name_prefix: DnsLabel | None = None
    """What every name begins with."""

    name_suffix: Text | None = None
    """What every name ends with."""


class DirectorySource(Section):
    """Plain manifests."""

    recurse: bool = False
    """The files of the folders below as well."""

    include: Text | None = None
    """Only files that match."""

    exclude: Text | None = None
    """No files that match."""


class PluginSource(Section):
    """Objects that a config management plugin makes, such as `vela` from an Appfile."""

    name: DnsLabel = "vela"
    """Name of the plugin."""

    env: dict[VariableName, ConfigMapValue] = {}
    """Environment variables; the plugin sees them with ARGOCD_ENV_ before their names."""

    parameters: dict[DnsLabel, ConfigMapValue] = {}
    """Parameters of the plugin."""
