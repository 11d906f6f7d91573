"""Delivery: pipelines that bring an image into an application of Argo CD."""

from typing import Annotated, Literal

from pydantic import Field

from components.delivery.settings.build import BuildSettings
from settings.base import Section
from settings.fields import ConfigMapValue, DnsLabel, DnsSubdomain, HostName, LabelKey, PemText
from settings.secrets import SecretName

# What the scripts accept (components/delivery/scripts/lib.sh), so that a default is never refused.
GitUrl = Annotated[
    str,
    Field(
        pattern=(
            r"^((https?|ssh)://([-._A-Za-z0-9]+@)?[A-Za-z0-9][-.A-Za-z0-9]*(:[0-9]+)?/[-._~%+A-Za-z0-9/]+"
            r"|[A-Za-z0-9][-._A-Za-z0-9]*@[A-Za-z0-9][-.A-Za-z0-9]*:[-._~A-Za-z0-9/]+)$"
        ),
        max_length=512,
        examples=["https://git.example.com/team/app.git"],
    ),
]
"""Address of a Git repository, without a password in it."""

_BRANCH = r"[A-Za-z0-9_][-._A-Za-z0-9]*(/[A-Za-z0-9_][-._A-Za-z0-9]*)*"
BranchName = Annotated[str, Field(pattern=rf"^{_BRANCH}$", max_length=100, examples=["main"])]
"""Name of a branch of which a tag can be made."""

BranchPattern = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9_*][-._A-Za-z0-9*]*(/[A-Za-z0-9_*][-._A-Za-z0-9*]*)*$",
        max_length=100,
        examples=["release/*"],
    ),
]
"""Name of a branch; `*` stands for anything but a slash."""

ImageName = Annotated[
    str,
    Field(
        pattern=(
            r"^([A-Za-z0-9]([-.A-Za-z0-9]*[A-Za-z0-9])?(:[0-9]{1,5})?/)?"
            r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$"
        ),
        max_length=255,
        examples=["registry.example.com/team/app"],
    ),
]
"""Name of an image without tag and digest."""

PinnedImage = Annotated[
    str,
    Field(
        pattern=r"^[-._A-Za-z0-9:/]+(:v[0-9]+\.[0-9]+\.[0-9]+(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})$",
        examples=["quay.io/argoproj/argocd:v3.5.1"],
    ),
]
"""An image by release or by digest; nothing that floats."""

ServerAddress = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][-.A-Za-z0-9]*:[0-9]{1,5}$", examples=["argocd.example.com:443"]),
]
"""HOST:PORT of a server."""

ClusterAddress = Annotated[
    str,
    Field(
        pattern=r"^https://[A-Za-z0-9][-.A-Za-z0-9]*(:[0-9]{1,5})?(/[-._A-Za-z0-9/]*)?$",
        max_length=255,
        examples=["https://kubernetes.default.svc"],
    ),
]
"""Address of a cluster's API server, as Argo CD knows it."""

FolderPath = Annotated[
    str,
    Field(
        pattern=r"^[-_A-Za-z0-9][-._A-Za-z0-9]*(/[-_A-Za-z0-9][-._A-Za-z0-9]*)*$|^\.$",
        max_length=255,
        examples=["charts/app"],
    ),
]
"""Path of a folder in a repository."""

ParameterName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_][-._A-Za-z0-9]*$", max_length=255, examples=["image.tag"])
]
"""Name of a chart's parameter."""

ApplicationName = Annotated[
    str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=40, examples=["helloworld"])
]
"""Name of an Application, of which the names of its pipeline's objects are made."""


class ServerSettings(Section):
    """The Argo CD that the pipelines act on."""

    address: ServerAddress | None = None
    """HOST:PORT as seen from a pod; the server of the stack's own Argo CD if it is not set."""

    tls: Literal["verify", "skip"] = "verify"
    """Whether its certificate is verified. `skip`: whoever answers in its place gets the token."""

    ca: PemText | None = None
    """Its certificate or that of its authority; public authorities if it is not set."""

    token_from: SecretName | None = None
    """Secret with a token; the one of the account ci of the stack's own Argo CD if not set."""


class HelmParameters(Section):
    """Names of the chart's parameters that a delivery sets."""

    repository: ParameterName = "image.repository"
    """The image without its tag."""

    tag: ParameterName = "image.tag"
    """The image's tag."""

    namespace: ParameterName = "installation.namespace"
    """The namespace that is deployed to; set where the pipeline owns the Application."""


class PushIngress(Section):
    """An Ingress before the event listener."""

    host: HostName
    """Host name that it answers to."""

    class_name: DnsSubdomain | None = None
    """IngressClass; the cluster's default one if it is not set."""

    tls_secret: DnsSubdomain | None = None
    """Secret in the delivery's namespace with the certificate for the host; it must exist."""

    annotations: dict[LabelKey, ConfigMapValue] = {}
    """What the controller of the class wants to be told."""


class PushSettings(Section):
    """Runs that a push starts: an event listener of Tekton Triggers."""

    provider: Literal["github", "gitlab"] = "github"
    """Who sends the events."""

    secret_from: SecretName
    """Secret that the sender signs its events with: 16 characters or more, at random."""

    branches: Annotated[list[BranchPattern], Field(min_length=1)] = ["main"]
    """Branches whose pushes are delivered."""

    sha_length: Annotated[int, Field(ge=7, le=40)] = 7
    """How many characters of the commit's hash are in the image's tag."""

    callers: list[DnsLabel] = []
    """Namespaces whose pods may reach the listener: that of the ingress controller."""

    ingress: PushIngress | None = None
    """An Ingress before the listener."""


class ApplicationDelivery(Section):
    """The delivery of one application."""

    namespace: DnsLabel | None = None
    """Namespace of the pipeline; NAME-delivery if it is not set. The program creates it."""

    owner: Literal["stack", "pipeline"] = "pipeline"
    """Whose the Application is: the pipeline sets it up, or only sets the image of one there is."""

    repository: GitUrl
    """Git repository with the manifests; the one whose pushes count."""

    branch: BranchName = "main"
    """Branch of runs that name none."""

    path: FolderPath | None = None
    """Folder of the manifests in the repository; NAME/charts if it is not set."""

    image: ImageName
    """Image without its tag, which is BRANCH-COMMIT."""

    target_namespace: DnsLabel | None = None
    """Namespace that is deployed to; NAME if it is not set."""

    target_server: ClusterAddress = "https://kubernetes.default.svc"
    """Cluster that is deployed to."""

    setter: Literal["helm", "kustomize"] = "helm"
    """How the image is set: by parameters of a chart, or by an image of a kustomization."""

    helm_parameters: HelmParameters = Field(default_factory=HelmParameters)
    """Names of the chart's parameters."""

    timeout_seconds: Annotated[int, Field(ge=30, le=3600)] = 300
    """How long the sync may take, and then the way to a healthy state."""

    push: PushSettings | None = None
    """Runs that a push starts."""

    build: BuildSettings | None = None
    """Builds of the image before it is delivered; without it somebody else pushes images."""


class DeliverySettings(Section):
    """Pipelines that bring an image into applications of Argo CD."""

    server: ServerSettings = Field(default_factory=ServerSettings)
    """The Argo CD that the pipelines act on."""

    project: DnsSubdomain | None = None
    """AppProject of the applications; that of `argoCd.access.ci` if it is not set."""

    cli_image: PinnedImage | None = None
    """Image with Argo CD's command line; that of the stack's own Argo CD if it is not set."""

    applications: dict[ApplicationName, ApplicationDelivery] = {}
    """Deliveries by the name of their Application."""
