"""Run the program against a recording monitor: no engine, no cluster, no credentials."""

import logging
import runpy
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.proto import resource_pb2

SECRET_KEY = rpc._special_sig_key  # noqa: SLF001 - the SDK has no public name for the marker
SECRET = rpc._special_secret_sig  # noqa: SLF001
MASK = "[secret]"
PROJECT = "gitops-bootstrap"


@dataclass(frozen=True)
class Registration:
    """One resource as the program asked for it."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    """URN; empty for the stack itself."""
    inputs: dict[str, Any]
    """As sent to the engine; a secret is a marked dict, see `masked`."""
    dependencies: list[str]
    """URNs."""
    provider: str
    protect: bool
    retain_on_delete: bool
    hide_diffs: list[str]
    ignore_changes: list[str]
    timeouts: dict[str, str] = field(default_factory=dict)
    import_id: str = ""
    """Of what exists already, in the provider's words; empty where it is made."""

    @property
    def kind(self) -> str:
        """The last part of the type token: `Deployment`, `Release`, `ArgoCd`."""
        return self.type.rpartition(":")[2]

    def is_secret(self, key: str) -> bool:
        """Tell whether the top-level input is marked secret."""
        return is_secret(self.inputs.get(key))


class Recorder(mocks.MockMonitor):
    """A monitor that keeps every registration and answers with the inputs."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__(_Echo())
        self.registrations: list[Registration] = []
        self.outputs: dict[str, dict[str, Any]] = {}
        """Outputs by URN, of components and of the stack."""

    def RegisterResource(  # noqa: N802 - the name of the call
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Record the request, then answer as the SDK's own mock does."""
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            timeouts = {f.name: v for f, v in request.customTimeouts.ListFields()}
            self.registrations.append(
                Registration(
                    urn=response.urn,
                    type=request.type,
                    name=request.name,
                    custom=request.custom,
                    parent=request.parent,
                    inputs=_plain(MessageToDict(request.object)),
                    dependencies=sorted(request.dependencies),
                    provider=request.provider.rpartition("::")[0],
                    protect=request.protect,
                    retain_on_delete=request.retainOnDelete,
                    hide_diffs=list(request.hideDiffs),
                    ignore_changes=list(request.ignoreChanges),
                    timeouts=timeouts,
                    import_id=request.importId,
                )
            )
        return response  # type: ignore[no-any-return]

    def RegisterResourceOutputs(  # noqa: N802
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> Empty:
        """Record the outputs of a component or the stack."""
        self.outputs[request.urn] = _plain(MessageToDict(request.outputs))
        return Empty()


def record(
    register: Callable[[], None],
    config: Mapping[str, str] | None = None,
    *,
    stack: str = "dev",
    preview: bool = True,
    secret_keys: Collection[str] = (),
) -> Recorder:
    """Run `register` as a Pulumi program of `stack` and return what it asked for.

    `config` is the stack's raw configuration, full keys to strings; values of `secret_keys` count
    as decrypted by the engine. Errors of the program are raised.
    """
    recorder = Recorder()
    quiet = logging.getLogger("recorder")
    quiet.setLevel(logging.ERROR)
    # The SDK wants a current loop, which any asyncio.run() before has taken away.
    mocks._ensure_event_loop()  # type: ignore[attr-defined,no-untyped-call]  # noqa: SLF001
    settings.ROOT.set(None)  # a run before this one left its stack, of another name
    mocks.set_mocks(
        recorder.mocks,
        project=PROJECT,
        stack=stack,
        preview=preview,
        monitor=recorder,
        logger=quiet,
    )
    pulumi.runtime.set_all_config(dict(config or {}), list(secret_keys))
    mocks.test(lambda: register())()  # type: ignore[no-untyped-call]  # noqa: PLW0108
    return recorder


def record_program(
    root: Path, config: Mapping[str, str], stack: str, secret_keys: Collection[str] = ()
) -> Recorder:
    """Run `__main__.py` of the checkout at `root`, which must be the working directory."""
    return record(
        lambda: void(runpy.run_path(str(root / "__main__.py"), run_name="__main__")),
        config,
        stack=stack,
        secret_keys=secret_keys,
    )


def void(_: object) -> None:
    """Drop a value: a program returns nothing."""


def is_secret(value: Any) -> bool:
    """Tell whether a recorded value is marked secret."""
    return isinstance(value, dict) and value.get(SECRET_KEY) == SECRET


def masked(value: Any) -> Any:
    """Return the value with every secret replaced by a mask."""
    if is_secret(value):
        return MASK
    if isinstance(value, dict):
        return {k: masked(v) for k, v in value.items()}
    if isinstance(value, list):
        return [masked(v) for v in value]
    return value


def _plain(value: Any) -> Any:
    """Turn protobuf's floats back into integers, as manifests have them."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class _Echo(mocks.Mocks):
    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        return f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        return dict(args.args), []
