"""The layer around the whole proxy: it writes refusals and hides parts of answers where they leave.

LiteLLM's hooks for answers differ by dialect, see some as objects, some as bytes and pass-through ones not at all. Here
all of them are bytes of one of the known dialects, so one filter serves every one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.core.decision import Action
from stillwatch.enforcement.gateways.acting.refusals import decision_headers, refusal
from stillwatch.enforcement.gateways.asgi_parts.hidden import HiddenSend
from stillwatch.enforcement.gateways.asgi_parts.sending import send_refusal
from stillwatch.enforcement.gateways.hiding.wish import Wish
from stillwatch.enforcement.gateways.litellm_parts.request import CURRENT, HeldRequest

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.asgi_parts.types import App, Message, Receive, Scope, Send
    from stillwatch.enforcement.gateways.follow.tally import Tally


class Layer:
    """Wraps the proxy.

    Args:
        app: what was outermost before.
        tally: counts what was withheld.
        starts_inside: models' answers begin inside a thought, without an opening tag.
    """

    def __init__(self, app: App, tally: Tally, *, starts_inside: bool = False) -> None:
        self._app = app
        self._tally = tally
        self._starts_inside = starts_inside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        held = HeldRequest(scope)
        token = CURRENT.set(held)
        try:
            if scope["type"] == "websocket":  # the hook refuses; LiteLLM itself tells the client and closes
                await self._app(scope, receive, send)
            else:
                await self._app({**scope, "extensions": {}}, receive, _Leaving(held, send, self))
        finally:
            CURRENT.reset(token)

    def hiding(self, held: HeldRequest, send: Send) -> Send:
        """The ``send`` for an answer that is passed on."""
        answer = held.judgement.answer
        if answer.action is not Action.DEGRADE:
            return send
        wish = Wish.of(answer.limits, starts_inside=self._starts_inside)
        if wish.nothing and not answer.limits.hide_models:
            return send
        return HiddenSend(held.scope, send, wish, answer.limits.hide_models, self._tally)


class _Leaving:
    """A ``send`` that decides with the answer's first message, when the hooks have run."""

    def __init__(self, held: HeldRequest, send: Send, layer: Layer) -> None:
        self._held = held
        self._send = send
        self._layer = layer
        self._onward: Send | None = None

    async def __call__(self, message: Message) -> None:
        """Takes what the proxy sends."""
        if self._onward is None:
            self._onward = await self._begin()
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *self._marks()]}
        await self._onward(message)

    async def _begin(self) -> Send:
        judgement = self._held.judgement
        if judgement.words is None:
            return self._layer.hiding(self._held, self._send)
        answer = judgement.answer if judgement.answer.decision_id else None
        path = str(self._held.scope.get("path", ""))
        refused = refusal(judgement.words, answer, wait_s=judgement.wait_s, path=path)
        await send_refusal(self._held.scope, self._send, refused)
        return _nowhere

    def _marks(self) -> list[tuple[bytes, bytes]]:
        answer = self._held.judgement.answer
        if not answer.decision_id:
            return []
        return [(name.lower().encode(), value.encode()) for name, value in decision_headers(answer)]


async def _nowhere(message: Message) -> None:
    """What the proxy makes of a refusal: the client has already got the real one."""


def wrap(app: Any, layer: Any) -> bool:
    """Put a layer around a Starlette application that is already running; says whether it could be.

    Args:
        app: LiteLLM's.
        layer: makes the layer out of what was outermost.
    """
    if getattr(app, "middleware_stack", None) is None:
        build = getattr(app, "build_middleware_stack", None)
        if build is None:
            return False
        app.middleware_stack = build()
    app.middleware_stack = layer(app.middleware_stack)
    return True
