"""The model behind the demonstration's gateway: an OpenAI-compatible API that answers as the world says it did."""

from __future__ import annotations

import asyncio
import datetime
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson
from blake3 import blake3

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_OTHERWISE: Final = "This is what was asked for."


def key_of(messages: object) -> bytes:
    """What an answer is found by."""
    return blake3(orjson.dumps(messages)).digest(length=16)


class ModelApi:
    """An ASGI application for ``POST /v1/chat/completions``.

    Args:
        answers: what was answered, by `key_of` the messages.
        on_exchange: given each exchange as a canonical record; None where the gateway reports them itself.
    """

    def __init__(
        self, answers: Mapping[bytes, str], on_exchange: Callable[[dict[str, Any]], None] | None = None
    ) -> None:
        self._answers = answers
        self._on_exchange = on_exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        began = datetime.datetime.now(datetime.UTC)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        asked = orjson.loads(body or b"{}")
        text = self._answers.get(key_of(asked.get("messages")), _OTHERWISE)
        number = f"chatcmpl-{uuid.uuid4().hex}"
        if self._on_exchange is not None:
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self._on_exchange(_exchange(asked, text, number, began, headers))
        usage = {"prompt_tokens": len(body) // 4, "completion_tokens": len(text) // 4}
        said = {
            "id": number,
            "object": "chat.completion",
            "created": int(began.timestamp()),
            "model": asked.get("model", ""),
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            ],
            "usage": usage | {"total_tokens": sum(usage.values())},
        }
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"application/json")],
            }
        )
        await send({"type": "http.response.body", "body": orjson.dumps(said)})


def _exchange(
    asked: dict[str, Any], text: str, number: str, began: datetime.datetime, headers: dict[str, str]
) -> dict[str, Any]:
    """What a gateway would have logged."""
    return {
        "ts": began.isoformat(),
        "request_id": number,
        "account_id": headers.get("x-account-id", ""),
        "user_agent": headers.get("user-agent"),
        "model": asked.get("model", ""),
        "endpoint": "/v1/chat/completions",
        "messages": asked.get("messages", []),
        "response_text": text,
        "status": 200,
    }


def serve_in_thread(app: ASGIApp, port: int) -> None:
    """Serve an application on this machine for as long as the process lives."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        log_level=LogLevels.error,
        websockets=False,
    )
    threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True, name=f"port {port}").start()
