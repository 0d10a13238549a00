"""The callback that LiteLLM loads: decides before a call, hides models, sends exchanges to the node.

Nothing here waits for the node: decisions are looked up in memory, exchanges are handed to a thread; a call is never
held up for longer than a look-up. Whatever goes wrong inside is counted, and no client reads its text.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson
from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.gateways.acting import smaller
from stillwatch.enforcement.gateways.acting.judge import Judge, Judgement
from stillwatch.enforcement.gateways.acting.refusals import NO_MODEL, WITHHELD, decision_headers
from stillwatch.enforcement.gateways.client import GatewayClient, Unknown
from stillwatch.enforcement.gateways.exchange_sender import ExchangeSender
from stillwatch.enforcement.gateways.hiding.wish import Wish
from stillwatch.enforcement.gateways.identity import lookup
from stillwatch.enforcement.gateways.litellm_parts.layer import Layer, wrap
from stillwatch.enforcement.gateways.litellm_parts.request import CURRENT, HeldRequest
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.reading import LineReader

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.site import Site

_LOG = logging.getLogger(__name__)
_WAIT_S: Final = 2.0


class StillwatchPlugin(CustomLogger):
    """One proxy's plugin.

    Args:
        client: started.
        sender: takes exchanges; None to send none.
        deny_on_error: refuse with 503 where the plugin itself fails.
        address_header: holds an address that a trusted proxy wrote; empty if there is none, and then no address leaves.
    """

    def __init__(
        self,
        client: GatewayClient,
        sender: ExchangeSender | None,
        *,
        deny_on_error: bool = False,
        address_header: str = "",
    ) -> None:
        super().__init__()
        self._client = client
        self._sender = sender
        self._judge = Judge(client, deny_on_error=deny_on_error)
        self._address_header = address_header
        self._reader = LineReader(ReadOptions(format="litellm"))

    async def async_pre_call_hook(
        self,
        user_api_key_dict: Any,
        cache: Any,  # noqa: ARG002 - LiteLLM passes it
        data: dict[str, Any],
        call_type: Any,  # noqa: ARG002 - every type is decided on
    ) -> dict[str, Any]:
        """Decides on every call type; what a degraded account asks for is made smaller."""
        held = CURRENT.get()
        judgement = self._judge.judge(lambda: self._subject(user_api_key_dict, held))
        if judgement.answer.action is Action.DEGRADE:
            judgement = self._reduced(judgement, data, held)
        if held is not None:
            held.judgement = judgement
        if judgement.words is not None:
            raise _refused(judgement)
        return data

    async def async_filter_listed_models(
        self, user_api_key_dict: Any, model_names: Sequence[str]
    ) -> Sequence[str]:
        """Leaves out of lists what the account is not to see."""
        held = CURRENT.get()
        answer = self._judge.judge(lambda: self._subject(user_api_key_dict, held)).answer
        return [name for name in model_names if name not in answer.limits.hide_models]

    async def async_log_success_event(self, kwargs: dict[str, Any], *_: Any, **__: Any) -> None:
        """Hands an exchange on."""
        self._log(kwargs)

    async def async_log_failure_event(self, kwargs: dict[str, Any], *_: Any, **__: Any) -> None:
        """Hands a failed exchange on: refused traffic stays visible to the detectors."""
        self._log(kwargs)

    def _subject(self, key: Any, held: HeldRequest | None) -> Subject:
        """Whose call it is: the key's user, else the key; see ``stillwatch.logs.litellm``."""
        api_key = str(getattr(key, "api_key", None) or "")
        address = ""
        if held is not None:
            peer = (held.scope.get("client") or ("",))[0]
            address = lookup(held.scope["headers"])(self._address_header) if self._address_header else peer
        return Subject(
            account=str(getattr(key, "user_id", None) or api_key),
            organization=str(getattr(key, "org_id", None) or getattr(key, "team_id", None) or ""),
            api_key=api_key,
            address=address,
        )

    def _reduced(self, judgement: Judgement, data: dict[str, Any], held: HeldRequest | None) -> Judgement:
        """The judgement of a degraded call; its request is changed in place."""
        limits = judgement.answer.limits
        if held is not None and held.scope["type"] == "websocket" and not Wish.of(limits).nothing:
            return Judgement(judgement.answer, WITHHELD)  # its messages are no dialect that is known
        try:
            if smaller.wants_hidden_model(data, limits):
                return Judgement(judgement.answer, NO_MODEL)
            smaller.reduce(data, limits, "" if held is None else str(held.scope.get("path", "")))
            if limits.profile:
                headers = dict(data.get("extra_headers") or {})
                data["extra_headers"] = headers | {"X-Stillwatch-Profile": limits.profile}
        except Exception as error:
            # A request of an odd shape is refused or answered by LiteLLM itself; hiding does not depend on this.
            _LOG.warning("a request could not be made smaller: %s", type(error).__name__)
            self._client.tally.bypassed("error")
        return judgement

    def _log(self, kwargs: dict[str, Any]) -> None:
        if self._sender is None:
            return
        try:
            payload = kwargs.get("standard_logging_object")
            if not payload:
                return
            lines, rejects = self._reader.convert(orjson.dumps(payload, default=str), "litellm", 1)
            if rejects:
                _LOG.warning("an exchange was left out: %s", rejects[0].reason)
            self._sender.take(lines if self._address_header else [_without_address(line) for line in lines])
        except Exception as error:
            # Logging must never cost a call.
            _LOG.warning("an exchange was lost: %s", type(error).__name__)
            self._sender.lost += 1


def _refused(judgement: Judgement) -> HTTPException:
    """What stops the call. The client reads the layer's own refusal; this is what LiteLLM logs."""
    words = judgement.words
    assert words is not None
    headers = dict(decision_headers(judgement.answer))
    if judgement.wait_s > 0:
        headers["Retry-After"] = str(int(judgement.wait_s) + 1)
    return HTTPException(words.status, detail={"error": words.message, "code": words.code}, headers=headers)


def _without_address(line: bytes) -> bytes:
    """LiteLLM logs whatever a client claims in X-Forwarded-For: no evidence is better than such evidence."""
    exchange = orjson.loads(line)
    exchange.pop("ip", None)
    return orjson.dumps(exchange)


def plugin(site: Site, *, send_exchanges: bool = True, starts_inside: bool = False) -> StillwatchPlugin:
    """The plugin for a site, with its layer around the running proxy.

    Args:
        site: of this gateway.
        send_exchanges: whether what was asked and answered is sent to the node.
        starts_inside: models' answers begin inside a thought, without an opening tag.

    Raises:
        StillwatchError: this version of LiteLLM cannot be wrapped, or the site cannot be used.
    """
    from litellm.proxy import proxy_server

    link = site.link()
    client = GatewayClient(link, Path(site.state), unknown=site.unknown).start(wait_s=_WAIT_S)
    sender = ExchangeSender(link).start() if send_exchanges else None
    if sender is not None:
        client.facts = lambda: {"exchanges_sent": sender.sent, "exchanges_lost": sender.lost}
    if not wrap(proxy_server.app, lambda app: Layer(app, client.tally, starts_inside=starts_inside)):
        raise StillwatchError(
            "this version of LiteLLM cannot be wrapped, so nothing could be hidden",
            code="SW-GW-19",
            hint="the plugin was written for LiteLLM 1.106",
        )
    return StillwatchPlugin(
        client,
        sender,
        deny_on_error=site.unknown is Unknown.DENY,
        address_header=site.identity.address,
    )
