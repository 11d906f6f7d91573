"""Repositories, credentials for them, and further clusters."""

from typing import Annotated, Literal

from pydantic import Field

from components.argo_cd.settings.fields import Base64, PolicyName
from settings.base import Section
from settings.fields import DnsLabel, DnsSubdomain, HttpsUrl, LabelKey, LabelValue, RepositoryUrl
from settings.secrets import SecretName

Number = Annotated[int, Field(ge=1)]


class GithubApp(Section):
    """A GitHub App that is installed where the repositories are."""

    id: Number
    """Number of the app."""

    installation_id: Number
    """Number of the installation."""

    private_key_from: SecretName
    """Secret with the app's private key, PEM."""

    base_url: HttpsUrl | None = None
    """API address of a GitHub of your own, like https://github.example.com/api/v3."""


class CredentialsTemplate(Section):
    """Credentials for every repository whose address begins with one."""

    url: RepositoryUrl
    """Address, or the beginning of addresses; without credentials in it."""

    type: Literal["git", "helm", "oci"] = "git"
    """What is there: Git, Helm charts, or OCI artifacts. Charts in a registry: no scheme in url."""

    username: PolicyName | None = None
    """User name for `passwordFrom`; `git` if it is not set, which does for most tokens."""

    password_from: SecretName | None = None
    """Secret with a password or an access token."""

    bearer_token_from: SecretName | None = None
    """Secret with a token that is sent as it is (Bitbucket Data Center)."""

    ssh_private_key_from: SecretName | None = None
    """Secret with a private key for an ssh address."""

    github_app: GithubApp | None = None
    """A GitHub App."""

    insecure: bool = False
    """Do not verify the server's certificate or host key."""


class Repository(CredentialsTemplate):
    """A repository that applications may come from."""

    project: DnsSubdomain | None = None
    """The only AppProject that may use it; any if it is not set."""


class AwsAccess(Section):
    """Access to an EKS cluster by an IAM role that Argo CD's controllers can assume."""

    cluster_name: PolicyName
    """Name of the cluster at AWS."""

    role_arn: PolicyName | None = None
    """Role to assume; the one of the pods if it is not set."""


class RemoteCluster(Section):
    """A further cluster to deploy to."""

    server: HttpsUrl
    """Address of its API server."""

    token_from: SecretName | None = None
    """Secret with the token of a service account there."""

    aws: AwsAccess | None = None
    """Access by an IAM role."""

    ca_data: Base64 | None = None
    """Certificate of its authority, as a kubeconfig has it; a public one if it is not set."""

    insecure: bool = False
    """Do not verify its certificate."""

    namespaces: list[DnsLabel] = []
    """The only namespaces to look at; all if it is empty."""

    project: DnsSubdomain | None = None
    """The only AppProject that may use it; any if it is not set."""

    labels: dict[LabelKey, LabelValue] = {}
    """Labels for ApplicationSets to select clusters by."""
