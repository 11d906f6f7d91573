"""Rules for Argo CD's server, its ConfigMaps and its components."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from components.argo_cd.rules.base import rule
from components.argo_cd.settings import ArgoCdSettings
from components.argo_cd.settings.components import SCALABLE
from settings.problems import Problem, dotted, put, remove

HAVE_A_SETTING: Mapping[str, Mapping[str, str]] = {
    "config": {
        "application.resourceTrackingMethod": "argoCd.trackingMethod",
        "oidc.config": "argoCd.server.sso",
        "url": "argoCd.server.url",
    },
    "params": {"server.insecure": "argoCd.server.insecure"},
    "rbac": {
        "policy.csv": "argoCd.access (lines of your own: policy.NAME.csv)",
        "policy.default": "argoCd.access.defaultRole",
        "scopes": "argoCd.access.scopes",
    },
}
"""Entries of the ConfigMaps that come from a setting of their own."""


HAVE_A_SWITCH = {
    "admin.enabled": "credentials.admin.enabled",
    "accounts.ci": "credentials.ci.enabled",
    "accounts.ci.enabled": "credentials.ci.enabled",
}
"""Entries of argocd-cm that have a switch of their own."""


@rule("argoCd.config", "argoCd.params", "argoCd.rbac")
def entries_have_one_source(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield entries of the three ConfigMaps that another setting writes."""
    for section, switches in HAVE_A_SETTING.items():
        for entry in getattr(argo, section):
            if entry in switches:
                key = dotted(("argoCd", section, entry))
                text = (
                    f"not allowed, as it has a setting: {switches[entry]}; allowed: not set here. "
                    f"Fix: {remove(key)}, and set that"
                )
                yield Problem(key, text)


@rule("argoCd.config")
def entries_have_one_switch(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield entries of argocd-cm that the credentials write."""
    for entry in argo.config:
        if entry in HAVE_A_SWITCH:
            key = dotted(("argoCd", "config", entry))
            text = f"not allowed: {HAVE_A_SWITCH[entry]} is its switch; allowed: not set here. "
            yield Problem(key, f"{text}Fix: {remove(key)}, and set {HAVE_A_SWITCH[entry]}")


@rule("argoCd.server")
def there_is_one_way_in(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield an ingress beside a gateway, and an address that leads to neither."""
    server = argo.server
    if server.ingress and server.gateway:
        text = (
            "set beside argoCd.server.ingress: both would answer to the same host; allowed: one of "
            f"them. Fix: {remove('argoCd.server.ingress')}, or {remove('argoCd.server.gateway')}"
        )
        yield Problem("argoCd.server.gateway", text)
    if server.url and server.host and urlsplit(server.url).hostname != server.host:
        way = "ingress" if server.ingress else "gateway"
        text = (
            f'"{server.url}" does not lead to the host of argoCd.server.{way}, "{server.host}"; '
            f"allowed: an address with that host. Fix: {remove('argoCd.server.url')}"
        )
        yield Problem("argoCd.server.url", text)


@rule("argoCd.server")
def what_is_before_the_server_speaks_its_protocol(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield a server that answers with TLS to something that does not expect it.

    What ends TLS and then asks a server that does so too in plain HTTP is redirected to where it
    came from, for ever.
    Ref: https://github.com/argoproj/argo-cd/blob/v3.5.1/docs/operator-manual/ingress.md
    """
    server = argo.server
    insecure = put("argoCd.server.insecure", "true")
    if server.gateway and not server.insecure:
        text = (
            "false is not allowed with argoCd.server.gateway, which asks the server in plain HTTP; "
            f"allowed: true. Fix: {insecure}"
        )
        yield Problem("argoCd.server.insecure", text)
    if server.ingress and not server.insecure and not server.ingress.annotations:
        example = (
            'argoCd.server.ingress.annotations["nginx.ingress.kubernetes.io/backend-protocol"]'
        )
        text = (
            "false is not allowed with argoCd.server.ingress unless its annotations tell the "
            "controller that the server speaks TLS; allowed: true, or such an annotation. "
            f"Fix: {insecure}, or for ingress-nginx {put(example, 'HTTPS')}"
        )
        yield Problem("argoCd.server.insecure", text)


@rule("argoCd.server", "argoCd.config")
def sign_on_knows_where_it_comes_back_to(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield sign-on without an address of the server, or with a second provider."""
    server = argo.server
    if server.sso is None:
        return
    if server.address is None:
        text = (
            "not set, and argoCd.server.sso needs it: the provider sends people back there; "
            f"allowed: text like https://argocd.example.com. Fix: {put('argoCd.server.url', 'URL')}"
        )
        yield Problem("argoCd.server.url", text)
    if "dex.config" in argo.config:
        key = dotted(("argoCd", "config", "dex.config"))
        text = (
            "not allowed beside argoCd.server.sso: Argo CD takes one provider; allowed: one of "
            f"them. Fix: {remove(key)}, or {remove('argoCd.server.sso')}"
        )
        yield Problem(key, text)


@rule("argoCd.config", "argoCd.dex")
def dex_runs_where_it_is_configured(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield a configuration of Dex without Dex."""
    if "dex.config" in argo.config and not argo.dex:
        key = dotted(("argoCd", "config", "dex.config"))
        text = (
            "set, and argoCd.dex is false: nobody could log in; allowed: not set. "
            f"Fix: {put('argoCd.dex', 'true')}, or {remove(key)}"
        )
        yield Problem(key, text)


@rule("argoCd.components.*", "argoCd.dex", "argoCd.notifications")
def components_are_there_and_can_be_scaled(argo: ArgoCdSettings) -> Iterator[Problem]:
    """Yield replicas of what must be one, and settings of what does not run."""
    off = {"dex-server": "argoCd.dex", "notifications-controller": "argoCd.notifications"}
    runs = {"argoCd.dex": argo.dex, "argoCd.notifications": argo.notifications}
    for name, component in argo.components.items():
        key = dotted(("argoCd", "components", name))
        if component.replicas is not None and name not in SCALABLE:
            text = (
                f"{component.replicas} is not allowed: {name} cannot share its work; allowed: not "
                f"set, or for {', '.join(SCALABLE)}. Fix: {remove(f'{key}.replicas')}"
            )
            yield Problem(f"{key}.replicas", text)
        if name in off and not runs[off[name]]:
            text = (
                f"set, and {off[name]} is false: it does not run; allowed: not set. "
                f"Fix: {remove(key)}, or {put(off[name], 'true')}"
            )
            yield Problem(key, text)
