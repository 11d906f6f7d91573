"""The files of a sandbox: what is read from them and written to them."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

    from tools.sandbox.layout import Layout

KIND = "KwokctlConfiguration"
PORTS = (
    "etcdPeerPort",
    "etcdPort",
    "kubeApiserverPort",
    "kwokControllerPort",
    "kubeControllerManagerPort",
    "kubeSchedulerPort",
)

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def recorded_ports(definition: Path) -> dict[str, int]:
    """Return the ports that kwokctl chose at the last launch; empty if not all are known."""
    options = kwokctl_section(documents(definition)).get("options", {})
    ports = {name: options[name] for name in PORTS if options.get(name)}
    return ports if len(ports) == len(PORTS) else {}


def versions(definition: Path) -> dict[str, str]:
    """Return the version of each component."""
    components = kwokctl_section(documents(definition)).get("components", [])
    return {c["name"]: c.get("version", "") for c in components}


def kubeconfig(layout: Layout, server: str) -> str:
    """Return a kubeconfig that carries its certificates, so that it can be copied."""

    def data(name: str) -> str:
        return base64.b64encode((layout.pki / name).read_bytes()).decode()

    name = f"sandbox-{layout.name}"
    user = {"client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key")}
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {
                "name": name,
                "cluster": {"server": server, "certificate-authority-data": data("ca.crt")},
            }
        ],
        "users": [{"name": name, "user": user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
    }
    return yaml.safe_dump(content, sort_keys=False)


def server_of(path: Path) -> str:
    """Return the server's URL from a kubeconfig; empty if there is none."""
    try:
        return str(documents(path)[0]["clusters"][0]["cluster"]["server"])
    except (LookupError, TypeError):
        return ""


def log_tail(path: Path, lines: int = 8) -> str:
    """Return the last lines of a log, indented."""
    try:
        content = path.read_text(errors="replace").splitlines()[-lines:]
    except OSError:
        content = []
    return "\n".join(f"    {line[:300]}" for line in content or ["(empty)"])


def write_private(path: Path, content: str) -> None:
    """Replace a file in one step; nobody else may read it."""
    partial = path.with_suffix(".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    partial.write_text(content)
    partial.replace(path)


def documents(path: Path) -> list[dict[str, Any]]:
    """Return the YAML objects of a file; none if it is missing or damaged."""
    try:
        loaded = list(yaml.load_all(path.read_text(), _LOADER))
    except (OSError, yaml.YAMLError):
        return []
    return [document for document in loaded if isinstance(document, dict)]


def kwokctl_section(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return kwokctl's own settings of a configuration file; empty if there are none."""
    return next((d for d in found if d.get("kind") == KIND), {})
