"""Word models behind one OpenAI-compatible endpoint, as an attribution asks them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from blake3 import blake3

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import Receive, Scope, Send

    from stillwatch.cli.demo_commands.story.word_models import Model


class WordModelApi:
    """An ASGI application for ``POST …/chat/completions``.

    Args:
        models: by the name under which they are asked.
        length: words in an answer.
    """

    def __init__(self, models: Mapping[str, Model], length: int) -> None:
        self._models = models
        self._length = length
        self._asked = 0

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; each time differently, as a sampled model does."""
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, said = self._answer(orjson.loads(body or b"{}"))
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": orjson.dumps(said)})

    def _answer(self, asked: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        name = str(asked.get("model", ""))
        model = self._models.get(name)
        if model is None:
            return 404, {"error": {"message": f"there is no model {name}", "code": "model_not_found"}}
        self._asked += 1
        lot = blake3(f"{name} {self._asked}".encode()).digest(length=8)
        words = model.says(1, np.random.default_rng(int.from_bytes(lot, "little")), self._length)[0].tolist()
        text = "".join(f"w{word} " for word in words)
        message = {"role": "assistant", "content": text}
        return 200, {
            "id": f"chatcmpl-{self._asked}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": name,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 2, "completion_tokens": len(words), "total_tokens": len(words) + 2},
        }
