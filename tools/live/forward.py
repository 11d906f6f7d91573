"""What kube-proxy does elsewhere: a Service's address leads to the process behind it."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Address = tuple[str, int]
_CHUNK = 65_536


class Forwarder:
    """Listeners on loopback addresses, each leading to a port of 127.0.0.1."""

    def __init__(self) -> None:
        """Start with none."""
        self._servers: dict[Address, asyncio.Server] = {}
        self._targets: dict[Address, int] = {}

    async def apply(self, table: Mapping[Address, int]) -> None:
        """Listen on exactly the addresses of the table; open connections go on."""
        for address in set(self._servers) - set(table):
            self._servers.pop(address).close()
            del self._targets[address]
        for address, port in table.items():
            self._targets[address] = port
            if address not in self._servers:
                await self._listen(address)

    async def _listen(self, address: Address) -> None:
        if not ipaddress.ip_address(address[0]).is_loopback:
            return  # a Service of another range is not this machine's
        try:
            self._servers[address] = await asyncio.start_server(
                lambda reader, writer: self._serve(address, reader, writer), *address
            )
        except OSError as exc:
            print(f"cannot listen on {address[0]}:{address[1]}: {exc}", file=sys.stderr, flush=True)

    async def _serve(
        self, address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        with contextlib.closing(writer):
            try:
                target = await asyncio.open_connection("127.0.0.1", self._targets[address])
            except (OSError, KeyError):
                return  # nobody there: the caller sees its connection closed
            with contextlib.closing(target[1]):
                await asyncio.gather(_pump(reader, target[1]), _pump(target[0], writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
        writer.write_eof()
