"""The table of operators agrees with itself, with the stages and with the pins."""

import re
import string

import yaml

from tools.live.flavour import LIVE
from tools.live.operators import OPERATORS, PORTS, TOOLS
from tools.toolchain import pins
from upstream.versions import CATALOGUE


def test_the_stages_make_exactly_the_pods_of_the_operators_wait() -> None:
    assert LIVE.config
    stages = {
        d["metadata"]["name"]: d for d in yaml.safe_load_all(LIVE.config.read_text()) if "spec" in d
    }
    keys = [e["key"] for e in stages["pod-ready"]["spec"]["selector"]["matchExpressions"]]
    waiting = re.findall(r'"([a-z-]+/[a-z-]+)",?\s', keys[-1])
    assert waiting == sorted({o.identity for o in OPERATORS if not o.sidecar})


def test_every_port_has_one_owner_and_every_text_names_known_ports() -> None:
    assert len(PORTS) == len(set(PORTS))
    for operator in OPERATORS:
        texts = [*operator.flags, *(v for v in operator.environment.values() if v)]
        named = {name for text in texts for _, name, *_ in string.Formatter().parse(text) if name}
        assert named <= {*PORTS, "home", "plugins", "files"}
        assert {p for ports in operator.services.values() for p in ports.values()} <= set(PORTS)


def test_the_programs_are_those_of_the_versions_that_are_installed() -> None:
    tools = pins.load().tools
    assert set(TOOLS) <= set(tools)
    assert tools["kruise-manager"].version == CATALOGUE["openKruise"].version
    assert f"v{tools['tekton-webhook'].version}" == CATALOGUE["tekton"].version
    assert f"v{tools['tekton-controller'].version}" == CATALOGUE["tekton"].version
    triggers = [tool.version for name, tool in tools.items() if "triggers" in name]
    assert {f"v{version}" for version in triggers} == {CATALOGUE["tektonTriggers"].version}
    assert tools["vela-core"].version == CATALOGUE["kubeVela"].version
    assert f"v{tools['argocd'].version}" in CATALOGUE["argoCd"].artifacts["standard"].sha256
