"""What a delivery is made from."""

from collections.abc import Mapping, Sequence
from typing import NotRequired, TypedDict

import pulumi


class HelmParametersArgs(TypedDict):
    """Names of the chart's parameters that a delivery sets."""

    repository: str
    """The image without its tag."""

    tag: str
    """The image's tag."""

    namespace: str
    """The namespace that is deployed to; set where the pipeline owns the Application."""


class ServerArgs(TypedDict):
    """The server of Argo CD."""

    address: str
    """HOST:PORT, as seen from a pod."""

    tls: str
    """`verify`, `skip` (any certificate will do) or `plaintext`."""

    ca: NotRequired[str]
    """PEM of the certificate, or of its authority; public authorities if it is not given."""

    namespace: NotRequired[str]
    """Its namespace, where it runs in the same cluster."""


class IngressArgs(TypedDict):
    """An Ingress before the listener."""

    host: str
    """Host name that it answers to."""

    class_name: NotRequired[str]
    """IngressClass; the cluster's default one if it is not given."""

    tls_secret: NotRequired[str]
    """Secret in the namespace with the certificate for the host."""

    annotations: NotRequired[Mapping[str, str]]
    """What the controller of the class wants to be told."""


class PushArgs(TypedDict):
    """Runs that a push starts."""

    provider: str
    """Who sends the events: `github` or `gitlab`."""

    secret: str
    """What the sender signs its events with."""

    branches: Sequence[str]
    """Branches whose pushes count; `*` in a name stands for anything but a slash."""

    sha_length: int
    """How many characters of the commit's hash are in the tag."""

    callers: Sequence[str]
    """Namespaces whose pods may reach the listener: that of the ingress controller."""

    ingress: NotRequired[IngressArgs]
    """An Ingress before the listener."""


class BundleTaskArgs(TypedDict):
    """A task of a Tekton bundle."""

    bundle: str
    """Reference of the bundle, by tag or digest."""

    task: str
    """Name of the task in it."""

    parameters: Mapping[str, str]
    """Parameters of the task beyond those that the pipeline gives."""


class BuildArgs(TypedDict):
    """Builds of the image that is delivered, in a namespace of their own."""

    namespace: str
    """Namespace of the builds; it is created."""

    pod_security: str
    """Pod Security level of the namespace: what the tasks of the bundles need."""

    clone: BundleTaskArgs
    """Clones a commit: parameters `url`, `revision`; workspaces `output`, `basic-auth`."""

    builder: BundleTaskArgs
    """Builds and pushes: parameter `IMAGE`, workspaces `source`, `dockerconfig`, result
    `IMAGE_DIGEST`.
    """

    token: str
    """What a finished build identifies itself with to the listener of the delivery."""

    registry: NotRequired[str]
    """Credentials for registries: the content of Docker's config.json."""

    git: NotRequired[str]
    """Credentials for Git hosts: the content of .git-credentials."""

    storage: str
    """Size of the volume that a build's sources are on."""

    timeout_seconds: int
    """How long the builder may take."""


class DeliveryArgs(TypedDict):
    """What a delivery is made from."""

    application: str
    """Name of the Application in Argo CD."""

    namespace: str
    """Namespace of the pipeline and its runs; it is created."""

    owner: str
    """Whose the Application is: `stack` (only its image is set) or `pipeline` (all of it)."""

    project: str
    """AppProject of the Application."""

    repository: str
    """Address of the Git repository with the manifests, the runs' default."""

    branch: str
    """Branch, the runs' default."""

    path: NotRequired[str]
    """Folder of the manifests in the repository; APPLICATION/charts if it is not given."""

    image: str
    """Image without a tag, the runs' default."""

    target_namespace: str
    """Namespace that is deployed to, the runs' default."""

    target_server: str
    """Cluster that is deployed to, the runs' default."""

    setter: str
    """How the image is set: `helm` or `kustomize`."""

    helm_parameters: HelmParametersArgs
    """Names of the chart's parameters."""

    partition_hold: str
    """What Argo CD takes a roll-out for that waits at its partition: `healthy` or `suspended`."""

    server: ServerArgs
    """The server of Argo CD."""

    auth_token: str
    """Token of an account that may get, sync, create and update applications of the project."""

    cli_image: str
    """Image with Argo CD's command line, of the server's version; with a tag or a digest."""

    scripts: Mapping[str, str]
    """The script of each step."""

    timeout_seconds: int
    """How long the sync may take, and then the way to a healthy state."""

    push: NotRequired[PushArgs]
    """Runs that a push starts."""

    build: NotRequired[BuildArgs]
    """Builds before deliveries; they need `push`, whose listener a finished build tells."""

    pull_secrets: NotRequired[Sequence[str]]
    """Names of image pull Secrets in the namespace."""

    after: NotRequired[Sequence[pulumi.Resource]]
    """What must be there before, and until after: Tekton, whose webhooks intercept its kinds."""
