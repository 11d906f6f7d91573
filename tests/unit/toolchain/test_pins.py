"""The pin file: readable for the update bot, complete, and in step with the Go modules."""

import json
import re
from pathlib import Path

import pytest

from errors import ToolError
from tools.toolchain import pins

ROOT = Path(__file__).parents[3]
KNOWN = pins.load(pins.PINS)
ALL = [*KNOWN.tools.items(), *((f"plugin {tool.version}", tool) for tool in KNOWN.plugins)]
BUILT = [(name, tool, tool.build) for name, tool in ALL if tool.build]
DOWNLOADED = [(name, tool.download, tool) for name, tool in ALL if tool.download]
TRIGGERS = (
    *("tekton-triggers-webhook", "tekton-triggers-controller"),
    *("tekton-triggers-interceptors", "tekton-triggers-sink", "cel-eval"),
)
each_download = pytest.mark.parametrize(
    "download, tool", [row[1:] for row in DOWNLOADED], ids=[row[0] for row in DOWNLOADED]
)


def bot_patterns() -> list[str]:
    """Return the patterns of renovate.json5, in Python's spelling of a named group."""
    literals = re.findall(
        r'^ +("# renovate: .*"),$', (ROOT / "renovate.json5").read_text(), re.MULTILINE
    )
    return [json.loads(literal).replace("(?<", "(?P<") for literal in literals]


def test_the_bot_reads_the_version_of_every_pin() -> None:
    patterns = bot_patterns()
    assert patterns
    text = pins.PINS.read_text()
    for pattern in patterns:
        seen = [match["currentValue"] for match in re.finditer(pattern, text)]
        assert seen == [tool.version for _, tool in ALL]


def test_the_floor_is_what_the_bot_holds() -> None:
    held = re.findall(r'matchCurrentVersion: "(.*)"', (ROOT / "renovate.json5").read_text())
    assert KNOWN.plugins[-1].version in held


def test_the_pinned_versions() -> None:
    assert {name: tool.version for name, tool in ALL} == {
        "pulumi": "3.259.0",
        "kwok": "0.8.0",
        "kwokctl": "0.8.0",
        "etcd": "3.6.8",
        **dict.fromkeys(
            ("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"), "1.36.3"
        ),
        "helm": "3.20.2",
        "helm4": "4.2.1",
        "kustomize": "5.8.1",
        "actionlint": "1.7.12",
        "kruise-manager": "1.8.3",
        "argocd": "3.2.11",
        **dict.fromkeys(("tekton-webhook", "tekton-controller"), "1.15.0"),
        **dict.fromkeys(TRIGGERS, "0.37.0"),
        **dict.fromkeys(("vela-core", "vela"), "1.10.9"),
        "plugin 4.34.2": "4.34.2",
        "plugin 4.25.0": "4.25.0",
    }


@each_download
def test_each_download_can_be_verified_and_is_of_that_version(
    download: pins.Download, tool: pins.Tool
) -> None:
    for host in sorted(download.only):
        url = tool.expand(download.url, host)
        assert url.startswith("https://")
        assert tool.version in url
        digest = download.digests and download.digests.sha256.get(host)
        assert download.checksums or re.fullmatch(r"[0-9a-f]{64}", digest or "")


def test_no_digest_stands_twice() -> None:
    """A digest that was copied to the wrong line would be found a second time."""
    digests = re.findall(r"\b[0-9a-f]{64}\b", pins.PINS.read_text())
    assert len(digests) > 10
    assert len(digests) == len(set(digests))


@pytest.mark.parametrize("name, tool, step", BUILT, ids=[name for name, *_ in BUILT])
def test_the_go_module_is_in_step(name: str, tool: pins.Tool, step: pins.Build) -> None:
    folder = ROOT / "tools/go" / step.folder
    path, _, version = tool.expand(step.module).partition("@")
    assert re.search(
        rf"^(require )?\s*{path} {version}\b", (folder / "go.mod").read_text(), re.MULTILINE
    ), name
    assert f"{path} {version} h1:" in (folder / "go.sum").read_text()


def write(folder: Path, text: str) -> Path:
    path = folder / "pins.yaml"
    path.write_text(text)
    return path


def test_digests_that_a_bump_left_behind_are_refused(tmp_path: Path) -> None:
    text = pins.PINS.read_text().replace('version: "0.8.0"', 'version: "0.8.1"')
    with pytest.raises(ToolError, match=r"(?s)2 problems.*kwokctl.*digests are those of 0\.8\.0"):
        pins.load(write(tmp_path, text))


def test_every_problem_of_the_file_is_listed(tmp_path: Path) -> None:
    text = """
tools:
  a:
    version: latest
    build: &build {folder: f, module: m, package: p, recorded: {seconds: 1, packages: 1, all: 1}}
  b: {version: "1.2.3", colour: red, build: *build}
  c: {version: "1.2.3"}
  d: {version: "1.2.3", download: {url: u}}
plugins: []
"""
    with pytest.raises(ToolError) as raised:
        pins.load(write(tmp_path, text))
    lines = str(raised.value).splitlines()
    assert lines[0] == "pins.yaml: 4 problems"
    assert [line.split(":")[0].strip() for line in lines[1:]] == [
        "tools.a.version",
        "tools.b.colour",
        "tools.c",
        "tools.d.download",
    ]


def test_a_template_is_filled_in_with_the_publishers_words() -> None:
    pulumi, etcd = KNOWN.tools["pulumi"], KNOWN.tools["etcd"]
    assert pulumi.download
    assert etcd.download
    assert pulumi.expand(pulumi.download.url, "darwin/amd64").endswith("-darwin-x64.tar.gz")
    assert pulumi.expand(pulumi.download.url, "linux/arm64").endswith("-linux-arm64.tar.gz")
    assert etcd.expand(etcd.download.url, "darwin/arm64").endswith("-darwin-arm64.zip")
