"""Rules for deliveries: what else must be there for them to work."""

from collections.abc import Iterator

from settings.problems import Problem, dotted, put, put_secret, remove
from settings.secrets import ENCRYPTED, SECTION
from stack.rules.base import rule
from stack.settings import Settings

_KEY = "delivery.applications"
_SECRET_LENGTH = 16


@rule("delivery.applications.*", "tekton.enabled", "tekton.featureFlags")
def deliveries_have_tekton(settings: Settings) -> Iterator[Problem]:
    """Yield what Tekton lacks: to be there, and to let its own containers into the namespaces."""
    if not settings.delivery.applications:
        return
    if not settings.tekton.enabled:
        fix = f"{put('tekton.enabled', 'true')}, or {remove(_KEY)}"
        text = f"set, and Tekton is off; allowed: none without Tekton. Fix: {fix}"
        yield Problem(_KEY, text)
    elif not settings.tekton.feature_flags.set_security_context:
        key = "tekton.featureFlags.set-security-context"
        text = (
            "not true, and Pod Security of the deliveries' namespaces refuses what Tekton adds to "
            f"their pods; allowed: true. Fix: {put(key, 'true')}, or {remove(_KEY)}"
        )
        yield Problem(key, text)


@rule("delivery.*", "tekton.triggers.enabled", "tekton.enabled")
def pushes_have_triggers(settings: Settings) -> Iterator[Problem]:
    """Yield deliveries on push where nothing listens."""
    if not settings.tekton.enabled or settings.tekton.triggers.enabled:
        return
    for name, application in settings.delivery.applications.items():
        if application.push:
            key = dotted(("delivery", "applications", name, "push"))
            text = (
                "set, and Tekton Triggers is off; allowed: not set without it. "
                f"Fix: {put('tekton.triggers.enabled', 'true')}, or {remove(key)}"
            )
            yield Problem(key, text)


@rule("delivery.*", "argoCd.enabled", "credentials.ci.enabled", "argoCd.access")
def deliveries_have_an_account(settings: Settings) -> Iterator[Problem]:
    """Yield what the stack's own Argo CD lacks: itself, the account ci, and its rights."""
    delivery, argo = settings.delivery, settings.argo_cd
    if not delivery.applications:
        return
    if delivery.server.address is None and not argo.enabled:
        key = "delivery.server.address"
        text = (
            "not set, and the stack has no Argo CD; allowed: HOST:PORT of a server. "
            f"Fix: {put(key, 'HOST:PORT')}, or {put('argoCd.enabled', 'true')}"
        )
        yield Problem(key, text)
    elif delivery.server.address is not None and delivery.server.token_from is None:
        key = "delivery.server.tokenFrom"
        text = (
            "not set, and delivery.server.address is another server than the stack's; allowed: the "
            "name of a secret with a token of that server. "
            f"Fix: {put_secret('secrets.deliveryToken')}, then {put(key, 'deliveryToken')}"
        )
        yield Problem(key, text)
    if delivery.server.token_from is not None or not argo.enabled:
        return
    if not settings.credentials.ci.enabled:
        key = "credentials.ci.enabled"
        text = (
            "false, and deliveries act as the account ci; allowed: true. "
            f"Fix: {put(key, 'true')}, or set delivery.server.tokenFrom"
        )
        yield Problem(key, text)
    ci = argo.access.ci
    if ci is None or not ci.manage:
        key = "argoCd.access.ci"
        text = (
            "does not let the account ci change applications, and deliveries set their images; "
            "allowed: a project, with manage: true. "
            f"Fix: {put(f'{key}.manage', 'true')} and, where there is none, "
            f"{put(f'{key}.project', 'PROJECT')}"
        )
        yield Problem(key, text)


@rule("delivery.*", "argoCd.access")
def deliveries_have_a_project(settings: Settings) -> Iterator[Problem]:
    """Yield another project than the account's own, in which it may do nothing."""
    delivery, ci = settings.delivery, settings.argo_cd.access.ci
    if not delivery.applications:
        return
    key = "delivery.project"
    if delivery.server.token_from is None:
        if ci and delivery.project not in {None, ci.project}:
            text = (
                f'"{delivery.project}" is not the project of the account ci; '
                f"allowed: {ci.project}. Fix: {remove(key)}"
            )
            yield Problem(key, text)
    elif delivery.project is None and ci is None:
        text = (
            "not set; allowed: the AppProject in which the account of delivery.server.tokenFrom "
            f"may get, sync, create and update applications. Fix: {put(key, 'PROJECT')}"
        )
        yield Problem(key, text)


@rule("delivery.*", "argoCd.namespace", "argoCd.enabled", "tekton")
def namespaces_are_their_own(settings: Settings) -> Iterator[Problem]:
    """Yield namespaces that two deliveries share, or that belong to a unit."""
    taken = {settings.argo_cd.namespace: "Argo CD", "tekton-pipelines": "Tekton"}
    taken |= {"tekton-pipelines-resolvers": "Tekton", "kruise-system": "OpenKruise"}
    for name, application in settings.delivery.applications.items():
        namespace = application.namespace or f"{name}-delivery"
        key = dotted(("delivery", "applications", name, "namespace"))
        if namespace in taken or namespace == (application.target_namespace or name):
            whose = taken.get(namespace, "what is deployed")
            text = (
                f'"{namespace}" is the namespace of {whose}; allowed: one of its own, as whoever '
                f"may start pods there gets the token. Fix: {put(key, f'{name}-delivery')}"
            )
            yield Problem(key, text)
        taken[namespace] = f"the delivery of {name}"
        if application.build:
            yield from _of_builds(settings, name, application.build.namespace, taken)


def _of_builds(
    settings: Settings, name: str, given: str | None, taken: dict[str, str]
) -> Iterator[Problem]:
    """Yield the namespace of builds that is somebody else's already; else it is taken from now."""
    namespace = given or f"{name}-build"
    target = settings.delivery.applications[name].target_namespace or name
    if whose := taken.get(namespace) or ("what is deployed" if namespace == target else ""):
        key = dotted(("delivery", "applications", name, "build", "namespace"))
        text = (
            f'"{namespace}" is the namespace of {whose}; allowed: one of its own, as builders may '
            f"do more there than others should. Fix: {put(key, f'{name}-build')}"
        )
        yield Problem(key, text)
    taken.setdefault(namespace, f"the builds of {name}")


@rule("delivery.*", SECTION)
def push_secrets_cannot_be_guessed(settings: Settings) -> Iterator[Problem]:
    """Yield secrets of event listeners that are too short."""
    for application in settings.delivery.applications.values():
        name = application.push.secret_from if application.push else None
        value = settings.secret(name) if name in settings.secrets else None
        if value not in {None, ENCRYPTED} and len(str(value)) < _SECRET_LENGTH:
            key = dotted((SECTION, str(name)))
            text = (
                "[secret] is not allowed: it can be guessed; allowed: 16 characters or more, at "
                f"random. Fix: openssl rand -hex 32 | {put_secret(key)}"
            )
            yield Problem(key, text)
