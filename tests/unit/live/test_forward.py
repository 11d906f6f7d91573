"""The forwarder: a table of addresses, nothing else, loopback only."""

import asyncio

import pytest

from tools.live.forward import Forwarder
from tools.live.plan import free_ports


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.read(100))
    await writer.drain()
    writer.close()


async def ask(address: tuple[str, int]) -> bytes:
    reader, writer = await asyncio.open_connection(*address)
    writer.write(b"hello")
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def test_an_address_leads_to_its_process_while_it_is_in_the_table() -> None:
    ports = free_ports(["service", "process"])
    address = ("127.96.1.2", ports["service"])

    async def scenario() -> None:
        forwarder = Forwarder()
        async with await asyncio.start_server(echo, "127.0.0.1", ports["process"]):
            await forwarder.apply({address: ports["process"]})
            assert await ask(address) == b"hello"
            await forwarder.apply({})
            with pytest.raises(OSError, match="Connect call failed"):
                await ask(address)

    asyncio.run(scenario())


def test_with_no_process_the_connection_is_closed() -> None:
    ports = free_ports(["service", "process"])
    address = ("127.96.1.3", ports["service"])

    async def scenario() -> None:
        forwarder = Forwarder()
        await forwarder.apply({address: ports["process"]})
        assert await ask(address) == b""
        await forwarder.apply({})

    asyncio.run(scenario())


def test_an_address_that_is_not_loopback_is_not_listened_on() -> None:
    async def scenario() -> None:
        forwarder = Forwarder()
        await forwarder.apply({("0.0.0.0", 21_000): 21_001})  # noqa: S104 - that it is refused
        assert not forwarder._servers

    asyncio.run(scenario())
