"""The samples of this project."""

from settings.base import Section
from settings.fields import DnsSubdomain, RepositoryUrl, Revision

NAMES = ("helloworld", "testapp")
"""Names of the samples' Applications."""


class SampleSettings(Section):
    """The samples of this project: its chart `helloworld`, and its Appfile where `vela` is on."""

    repository: RepositoryUrl
    """Repository that has them: a clone of this one that Argo CD can reach."""

    revision: Revision = "main"
    """Branch, tag or commit."""

    project: DnsSubdomain = "default"
    """AppProject; it must allow the namespaces `apps-helloworld` and `apps-testapp`."""
