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

    from stillwatch.cli.demo_commands.story.subjects import Vocabulary
    from stillwatch.cli.demo_commands.story.word_models import Model


class WordModelApi:
    """An ASGI application for ``POST …/chat/completions``.

    Args:
        models: by the name under which they are asked.
        length: words in an answer.
        vocabulary: how words are spelt; a prompt that ends in a subject is answered from there.
    """

    def __init__(self, models: Mapping[str, Model], length: int, vocabulary: Vocabulary) -> None:
        self._models = models
        self._length = length
        self._vocabulary = vocabulary
        self._spelt = vocabulary.spelt()
        self._subjects = {
            self._spelt[word].strip(): word for word in range(vocabulary.words, vocabulary.refusal)
        }
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
        rng = np.random.default_rng(int.from_bytes(lot, "little"))
        words = model.says(1, rng, self._length, np.array([self._subject(asked, rng)]))[0].tolist()
        if self._vocabulary.refusal in words:
            words = words[: words.index(self._vocabulary.refusal) + 1]
        text = "".join(self._spelt[word] for word in words)
        message = {"role": "assistant", "content": text}
        return 200, {
            "id": f"chatcmpl-{self._asked}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": name,
            "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
            "usage": {"prompt_tokens": 2, "completion_tokens": len(words), "total_tokens": len(words) + 2},
        }

    def _subject(self, asked: dict[str, Any], rng: np.random.Generator) -> int:
        """The word that the answer follows on: the prompt's last if it is a subject, else any ordinary one."""
        said = str(asked.get("messages", [{}])[-1].get("content", "")).split()
        ordinary = int(rng.integers(0, self._vocabulary.words))
        return self._subjects.get(said[-1] if said else "", ordinary)
