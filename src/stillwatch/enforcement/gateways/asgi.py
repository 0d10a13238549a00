"""The gateway inside a Python service: a pure ASGI middleware around any application.

It costs microseconds, asks nobody while a request waits, and carries out every action itself. Wrap the application
within the operator's own authentication, which says whose request it is::

    client = GatewayClient(Link("http://127.0.0.1:8440", "api", token), Path("stillwatch-gateway")).start()
    app = Stillwatch(app, client)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stillwatch.core.decision import Action, Limits
from stillwatch.core.decision import Scope as DecisionScope
from stillwatch.enforcement.gateways.acting.judge import FREE, Judge
from stillwatch.enforcement.gateways.acting.refusals import (
    NO_MODEL,
    WITHHELD,
    decision_headers,
    refusal,
    upstream_headers,
)
from stillwatch.enforcement.gateways.asgi_parts.hidden import HiddenSend
from stillwatch.enforcement.gateways.asgi_parts.listing import names_hidden_model
from stillwatch.enforcement.gateways.asgi_parts.reading import read_reduced
from stillwatch.enforcement.gateways.asgi_parts.sending import send_refusal
from stillwatch.enforcement.gateways.contract import Abilities, Defaults
from stillwatch.enforcement.gateways.hiding.wish import Wish
from stillwatch.enforcement.gateways.identity import HeaderIdentity, lookup

if TYPE_CHECKING:
    from stillwatch.enforcement.answers import Answer, Subject
    from stillwatch.enforcement.gateways.asgi_parts.types import App, Message, Receive, Scope, Send
    from stillwatch.enforcement.gateways.client import GatewayClient
    from stillwatch.enforcement.gateways.site import Site

_HEADERS: Final = HeaderIdentity()
_OWN: Final = (
    b"x-stillwatch-action",
    b"x-stillwatch-decision",
    b"x-stillwatch-limits",
    b"x-stillwatch-profile",
)


def by_headers(identity: HeaderIdentity = _HEADERS) -> Callable[[Scope], Subject]:
    """Tells whose request it is by headers that the operator's own authentication sets."""

    def identify(scope: Scope) -> Subject:
        peer = scope.get("client") or ("",)
        return identity.subject(lookup(scope["headers"]), peer[0])

    return identify


class Stillwatch:
    """The middleware.

    Args:
        app: the application.
        client: started; follows the node.
        identify: tells whose request it is; by default the header ``x-account-id``.
        deny_on_error: refuse with 503 where the gateway itself fails, instead of letting through.
        starts_inside: the model's answers begin inside a thought, without an opening tag.
    """

    def __init__(
        self,
        app: App,
        client: GatewayClient,
        *,
        identify: Callable[[Scope], Subject] | None = None,
        deny_on_error: bool = False,
        starts_inside: bool = False,
    ) -> None:
        self._app = app
        self._client = client
        self._identify = identify or by_headers()
        self._judge = Judge(client, deny_on_error=deny_on_error)
        self._starts_inside = starts_inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        judgement = self._judge.judge(lambda: self._identify(scope))
        if judgement is FREE:
            await self._app(scope, receive, send)
        elif judgement.words is not None:
            answer = judgement.answer if judgement.answer.decision_id else None
            path = str(scope.get("path", ""))
            refused = refusal(judgement.words, answer, wait_s=judgement.wait_s, path=path)
            await send_refusal(scope, send, refused)
        elif judgement.answer.action is Action.DEGRADE:
            await self._degraded(scope, receive, send, judgement.answer)
        else:
            await self._app(scope, receive, _marked(send, judgement.answer))

    async def _degraded(self, scope: Scope, receive: Receive, send: Send, answer: Answer) -> None:
        """Serves a request of which less is to be had."""
        limits, path = answer.limits, str(scope.get("path", ""))
        wish = Wish.of(limits, starts_inside=self._starts_inside)
        # Without the extensions an application sends every answer through ``send``, where it can be seen.
        scope = {**scope, "headers": _request_headers(scope, answer), "extensions": {}}
        if scope["type"] == "websocket" and not wish.nothing:
            await send_refusal(scope, send, refusal(WITHHELD))  # its messages are no dialect that is known
            return
        words = NO_MODEL if names_hidden_model(path, limits.hide_models) else None
        if words is None and scope.get("method") == "POST" and _changes_requests(limits):
            receive, words = await read_reduced(scope, receive, limits)
        if words is not None:
            await send_refusal(scope, send, refusal(words, path=path))
            return
        send = _marked(send, answer)
        if not wish.nothing or limits.hide_models:
            send = HiddenSend(scope, send, wish, limits.hide_models, self._client.tally)
        await self._app(scope, receive, send)


def _changes_requests(limits: Limits) -> bool:
    return bool(
        limits.max_tokens is not None or limits.hide_models or limits.hide_logprobs or limits.hide_reasoning
    )


def _request_headers(scope: Scope, answer: Answer) -> list[tuple[bytes, bytes]]:
    """The request's headers: what a client claims to be Stillwatch's goes, and so does leave to compress."""
    kept = [
        (name, value) for name, value in scope["headers"] if name not in _OWN and name != b"accept-encoding"
    ]
    told = [
        (name.lower().encode(), value.encode("latin-1", "replace"))
        for name, value in upstream_headers(answer)
    ]
    return kept + told


def _marked(send: Send, answer: Answer) -> Send:
    """A ``send`` that adds the decision's headers to the answer."""
    marks = [(name.lower().encode(), value.encode()) for name, value in decision_headers(answer)]

    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *marks]}
        await send(message)

    return send_marked


class _Asgi(Defaults):
    """Nothing to install: the application is wrapped where it is made."""

    name = "asgi"
    title = "ASGI middleware (FastAPI, Starlette, any Python service)"
    can = Abilities(
        actions={
            Action.ALLOW: "passed on",
            Action.THROTTLE: "429 with Retry-After beyond the rate",
            Action.VERIFY: "403 with the code verification_required",
            Action.DEGRADE: "request and answer are changed on their way",
            Action.BLOCK: "403",
        },
        limits=frozenset(
            ("rate_per_minute", "max_tokens", "hide_reasoning", "hide_logprobs", "hide_models", "profile")
        ),
        scopes=frozenset(scope for scope in DecisionScope if scope is not DecisionScope.CAMPAIGN),
    )

    def render(self, site: Site) -> dict[str, str]:
        """A module to start from."""
        return {
            "stillwatch_app.py": _MODULE.format(
                site=site, imported="Link, read_token" if site.token_file else "Link"
            )
        }


_MODULE: Final = '''\
"""Your application behind Stillwatch: start this instead of it."""

from pathlib import Path

from your_service import app as your_app  # <- the application

from stillwatch.enforcement.gateways.asgi import Stillwatch, by_headers
from stillwatch.enforcement.gateways.client import GatewayClient
from stillwatch.enforcement.gateways.follow.link import {imported}
from stillwatch.enforcement.gateways.identity import HeaderIdentity

link = Link({site.node!r}, {site.name!r}, {site.token_words})
client = GatewayClient(link, Path({site.state!r})).start(wait_s=2.0)
app = Stillwatch(your_app, client, identify=by_headers(HeaderIdentity(account={site.identity.account!r})))
'''

GATEWAY = _Asgi()
