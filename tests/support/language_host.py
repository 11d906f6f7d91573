"""A language host that does nothing, so that the engine can make a project from a template.

The official CLI brings one; the CLI that is built from its module has none. Called by the engine as
`pulumi-language-python`: prints the port that it listens on.
"""

# ruff: noqa: N802  # the protocol has these names

from collections.abc import Iterator
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import language_pb2, language_pb2_grpc, plugin_pb2


def put_into(folder: Path, python: Path) -> None:
    """Write the program that the engine looks for on PATH."""
    program = folder / "pulumi-language-python"
    program.write_text(f'#!/bin/sh\nexec "{python}" "{__file__}"\n', "utf-8")
    program.chmod(0o755)


class Host(language_pb2_grpc.LanguageRuntimeServicer):
    """What `pulumi new` asks for."""

    def GetPluginInfo(self, *_: Any) -> plugin_pb2.PluginInfo:
        """Return a version."""
        return plugin_pb2.PluginInfo(version="0.0.0")

    def RuntimeOptionsPrompts(self, *_: Any) -> language_pb2.RuntimeOptionsResponse:
        """Return no questions."""
        return language_pb2.RuntimeOptionsResponse()

    def Template(self, *_: Any) -> empty_pb2.Empty:
        """Change nothing in the project."""
        return empty_pb2.Empty()

    def InstallDependencies(self, *_: Any) -> Iterator[language_pb2.InstallDependenciesResponse]:
        """Install nothing."""
        yield language_pb2.InstallDependenciesResponse(stdout=b"")


if __name__ == "__main__":
    server = grpc.server(futures.ThreadPoolExecutor(2))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(Host(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    try:
        server.wait_for_termination()
    except KeyboardInterrupt:  # how the engine ends it
        server.stop(None)
