"""Nothing of a live sandbox can be reached from another machine."""

import ipaddress
from pathlib import Path

from tools.live.lifecycle import Live
from tools.live.operators import OPERATORS
from tools.live.process import records
from tools.sandbox import processes

LISTENING = "0A"


def listening(pid: int) -> set[str]:
    """Return the addresses that a process listens on, as /proc has them."""
    sockets = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        target = str(link.readlink()) if link.is_symlink() else ""
        if target.startswith("socket:["):
            sockets.add(target.removeprefix("socket:[").removesuffix("]"))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in sockets:
                found.add(fields[1].partition(":")[0])
    return found


def address(word: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address that /proc spells in words of the machine's byte order."""
    raw = b"".join(bytes.fromhex(word[i : i + 8])[::-1] for i in range(0, len(word), 8))
    return ipaddress.ip_address(raw)


def test_every_process_listens_on_loopback_only(live: Live) -> None:
    pids = {name: record.pid for name, record in records(live.paths.processes).items()}
    names = {operator.name: operator.sidecar for operator in OPERATORS}
    assert {name for name in pids if not names.get(name)} == {
        "supervisor",
        *(name for name, sidecar in names.items() if not sidecar),
    }
    pids |= processes.find(live.paths.sandbox)
    open_addresses = {name: listening(pid) for name, pid in pids.items()}
    # A plugin's server has a socket in a folder instead.
    silent = {name for name, words in open_addresses.items() if not words}
    assert {name for name in silent if not names.get(name)} == set(), open_addresses
    elsewhere = {
        name: sorted(str(address(word)) for word in words if not address(word).is_loopback)
        for name, words in open_addresses.items()
    }
    assert not {name: words for name, words in elsewhere.items() if words}
