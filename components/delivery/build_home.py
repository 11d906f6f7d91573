"""What stands in the namespace of builds, but for their pipeline: pure functions."""

from components.delivery import home
from components.delivery.args import BuildArgs, DeliveryArgs, PushArgs
from components.delivery.build import (
    CHECKED,
    GIT,
    PARAMETERS,
    REGISTRY,
    STEP_SECONDS,
    declared,
    name,
)
from components.delivery.pipeline import (
    API,
    LISTENER_PORT,
    STEP_RESOURCES,
    STEP_SECURITY,
    TMP,
    duration,
    listener_name,
)
from components.delivery.scripts import ASK_FOR_DELIVERY, CHECK_BUILD
from kube.manifests import Manifest

TOKEN = "build-token"  # noqa: S105 its name
TOKEN_KEY = "token"  # noqa: S105 its key
_ACCESS = "/var/run/build"
_PAUSE_SECONDS = 5
_DELIVERED = [
    ("branch", "Branch, the first part of the tag."),
    ("short_sha", "Beginning of the commit's hash, the second part of the tag."),
    ("build", "Name of the run that has built it."),
]


def objects(args: DeliveryArgs, build: BuildArgs, push: PushArgs) -> list[Manifest]:
    """Return what stands in the namespace of the builds but for the Pipeline."""
    here = build["namespace"]
    secrets = [home.secret(here, TOKEN, {TOKEN_KEY: build["token"]})]
    if "registry" in build:
        secrets.append(home.secret(here, REGISTRY, {"config.json": build["registry"]}))
    if "git" in build:
        helper = "[credential]\n\thelper = store\n"
        entries = {".git-credentials": build["git"], ".gitconfig": helper}
        secrets.append(home.secret(here, GIT, entries))
    return [
        home.account(args, here, name(args)),
        *secrets,
        *_policies(args, build),
        _check(args, build, push),
        _ask(args, build),
    ]


def _check(args: DeliveryArgs, build: BuildArgs, push: PushArgs) -> Manifest:
    environment = {
        "IMAGE": args["image"],
        "SHA_LENGTH": str(push["sha_length"]),
        "BRANCH": "$(params.branch)",
        "COMMIT": "$(params.commit)",
        **{f"RESULT_{n.upper()}": f"$(results.{n}.path)" for n in CHECKED},
    }
    made = _task(args, build, "check", CHECK_BUILD, parameters=PARAMETERS, environment=environment)
    made["spec"]["results"] = [
        {"name": n, "type": "string", "description": text} for n, text in CHECKED.items()
    ]
    return made


def _ask(args: DeliveryArgs, build: BuildArgs) -> Manifest:
    made = _task(
        args,
        build,
        "deliver",
        ASK_FOR_DELIVERY,
        parameters=_DELIVERED,
        environment=asking(args),
    )
    made["spec"]["stepTemplate"]["volumeMounts"].append(
        {"name": "access", "mountPath": _ACCESS, "readOnly": True}
    )
    made["spec"]["volumes"].append({"name": "access", "secret": {"secretName": TOKEN}})
    return made


def asking(args: DeliveryArgs) -> dict[str, str]:
    """Return the environment of the last step: all that its script knows."""
    return {
        "ACCESS": _ACCESS,
        "APPLICATION": args["application"],
        "DELIVERY_NAMESPACE": args["namespace"],
        "LISTENER_HOST": f"el-{listener_name(args)}.{args['namespace']}.svc",
        "LISTENER_PORT": str(LISTENER_PORT),
        "PAUSE_SECONDS": str(_PAUSE_SECONDS),
        "BRANCH": "$(params.branch)",
        "SHORT_SHA": "$(params.short_sha)",
        "BUILD": "$(params.build)",
    }


def _task(
    args: DeliveryArgs,
    build: BuildArgs,
    task: str,
    script: str,
    *,
    parameters: list[tuple[str, str]],
    environment: dict[str, str],
) -> Manifest:
    """Return a Task of ours: one step in Argo CD's image, which has sh, bash and coreutils."""
    return {
        "apiVersion": API,
        "kind": "Task",
        "metadata": {"name": f"{name(args)}-{task}", "namespace": build["namespace"]},
        "spec": {
            "params": declared(parameters),
            "stepTemplate": {
                "image": args["cli_image"],
                "workingDir": TMP,
                "env": [
                    {"name": k, "value": v}
                    for k, v in {"HOME": TMP, "TMPDIR": TMP, **environment}.items()
                ],
                "securityContext": STEP_SECURITY,
                "computeResources": STEP_RESOURCES,
                "volumeMounts": [{"name": "tmp", "mountPath": TMP}],
            },
            "steps": [
                {
                    "name": script,
                    "script": args["scripts"][script],
                    "timeout": duration(STEP_SECONDS),
                }
            ],
            "volumes": [{"name": "tmp", "emptyDir": {"sizeLimit": "64Mi"}}],
        },
    }


def _policies(args: DeliveryArgs, build: BuildArgs) -> list[Manifest]:
    """Return the policies: nothing comes in; out to what a clone and a build fetch, or to us.

    What a build fetches has names only, which a policy cannot hold: any address but those of the
    nodes' own services, on the ports of Git hosts and registries.
    """
    here = build["namespace"]
    outside = [
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.0.0/16"]}},
        {"ipBlock": {"cidr": "::/0", "except": ["fe80::/10"]}},
    ]
    ports = [{"protocol": "TCP", "port": port} for port in _ports(args)]
    tasks = [{"key": "tekton.dev/pipelineTask", "operator": "In", "values": ["clone", "build"]}]
    listener = {
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": args["namespace"]}},
        "podSelector": {"matchLabels": {"eventlistener": listener_name(args)}},
    }
    asked = {"to": [listener], "ports": [{"protocol": "TCP", "port": LISTENER_PORT}]}
    fetched = {"to": outside, "ports": ports}
    return [
        home.nothing(here),
        home.policy(
            here,
            "builds",
            {"matchExpressions": tasks},
            {"policyTypes": ["Egress"], "egress": [home.dns(), fetched]},
        ),
        home.policy(
            here,
            "deliver",
            {"matchLabels": {"tekton.dev/pipelineTask": "deliver"}},
            {"policyTypes": ["Egress"], "egress": [home.dns(), asked]},
        ),
    ]


def _ports(args: DeliveryArgs) -> list[int]:
    """Return HTTP, HTTPS, SSH, and the ports that the repository and the image name."""
    scheme, _, rest = args["repository"].rpartition("://")
    hosts = [rest.partition("/")[0] if scheme else "", args["image"].partition("/")[0]]
    named = {int(port) for _, _, port in (host.rpartition(":") for host in hosts) if port.isdigit()}
    return sorted({22, 80, 443} | named)
