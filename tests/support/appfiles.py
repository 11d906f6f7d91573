"""Appfiles as developers might write them, and the Applications that they stand for."""

from typing import Any

from hypothesis import strategies as st

# PyYAML leaves y and n bare, which are booleans for Helm: such a key is refused.
names = st.from_regex(r"[a-z]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True).filter(
    lambda name: name not in {"y", "n"}
)
texts = st.sampled_from(["nginx", "a: b", "yes", "1.0", "", "é", "{{ x }}", "a\nb", "- a", "#"])
values = st.recursive(
    texts | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "b c", "/d", "e~f", "8080", "x.y/z"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
properties = st.dictionaries(st.sampled_from(["a", "min", "x.y/z"]), values, max_size=3)
PARAMETERS = ("cmd", "cpu", "memory", "livenessProbe")
TRAITS = ("cpuscaler", "gateway", "labels", "scaler", "sidecar")


@st.composite
def appfiles(draw: st.DrawFn) -> dict[str, Any]:
    """Draw an Appfile that is in order."""
    services: dict[str, Any] = {}
    for name in draw(st.lists(names, min_size=1, max_size=6, unique=True)):
        service: dict[str, Any] = {"image": draw(texts)}
        service |= draw(st.dictionaries(st.sampled_from(PARAMETERS), values, max_size=3))
        service |= draw(st.dictionaries(st.sampled_from(TRAITS), properties, max_size=3))
        if given := draw(st.sampled_from([None, "webservice", "worker"])):
            service["type"] = given
        # Only on earlier ones: no circles.
        earlier = st.sampled_from(sorted(services)) if services else st.nothing()
        if waits := draw(st.lists(earlier, unique=True)):
            service["dependsOn"] = waits
        services[name] = service
    return {"name": draw(names), "services": services}


def expected(appfile: dict[str, Any]) -> dict[str, Any]:
    """Return the Application, made in the plainest way."""
    components = []
    for name, service in sorted(appfile["services"].items()):
        traits = [
            {"type": key, "properties": service[key]} for key in sorted(service) if key in TRAITS
        ]
        component = {
            "name": name,
            "type": service.get("type", "webservice"),
            "properties": {
                key: value
                for key, value in service.items()
                if key not in {*TRAITS, "type", "dependsOn"}
            },
        }
        if traits:
            component["traits"] = traits
        if "dependsOn" in service:
            component["dependsOn"] = sorted(service["dependsOn"])
        components.append(component)
    return {
        "apiVersion": "core.oam.dev/v1beta1",
        "kind": "Application",
        "metadata": {"name": appfile["name"]},
        "spec": {"components": components},
    }
