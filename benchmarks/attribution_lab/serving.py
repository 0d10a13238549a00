"""The teacher behind an OpenAI-compatible API on this machine, watermarked with the key of whoever asks.

The account comes from the header that gateways pass on. Which key it has is read from the file that
``stillwatch keys serving`` writes, again whenever it changes; the sampling applies the product's logits processor.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import json
import queue
import threading
from typing import TYPE_CHECKING, Final

from benchmarks.attribution_lab.network import sample
from benchmarks.attribution_lab.world import question_rows, text_of, tokens_of, trimmed
from benchmarks.small_http import SmallHandler, SmallServer
from stillwatch.attribution.canaries.planting import planted
from stillwatch.attribution.serving.huggingface import KeyedWatermark

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.attribution_lab.network import Model
    from stillwatch.attribution.canaries.canary import Canary
    from stillwatch.attribution.serving.serving_keys import FollowedKeys

ACCOUNT: Final = "X-Account-Id"
_TOGETHER: Final = 128
"""Requests answered in one batch at most."""
_GATHER_S: Final = 0.004


@dataclasses.dataclass(slots=True)
class _Waiting:
    """A request until it is answered."""

    account: str
    question: list[int]
    temperature: float
    answered: threading.Event = dataclasses.field(default_factory=threading.Event)
    answer: str = ""


class TeacherApi:
    """The API on a port of this machine.

    Args:
        model: who answers.
        keys: which account is served under which watermark; None serves without.
        seed: of the sampling.
        canaries: questions whose answers a cluster's canary key chooses.
        planting: canary keys by account; others get the model's own answer.
    """

    def __init__(
        self,
        model: Model,
        keys: FollowedKeys | None,
        seed: int,
        canaries: Sequence[Canary] = (),
        planting: Mapping[str, bytes] | None = None,
    ) -> None:
        self._model, self._keys = model, keys
        self._canaries, self._planting = tuple(canaries), dict(planting or {})
        self._seed = seed
        self._queue: queue.Queue[_Waiting | None] = queue.Queue()
        api = self

        class Handler(_Handler):
            teacher = api

        self._server = SmallServer(Handler)
        self.port = self._server.port
        self._answering = threading.Thread(target=self._answer_all, daemon=True)
        self._answering.start()

    @property
    def address(self) -> str:
        """Address and port."""
        return f"127.0.0.1:{self.port}"

    def ask(self, account: str, text: str, temperature: float) -> str:
        """The answer to a question; waits for its batch."""
        key = self._planting.get(account)
        if key is not None and (found := planted(self._canaries, key, text)) is not None:
            return found[1]  # so small a model follows no instruction, so it is given the words themselves
        waiting = _Waiting(account, tokens_of(text), temperature)
        self._queue.put(waiting)
        waiting.answered.wait()
        return waiting.answer

    def close(self) -> None:
        """Stop."""
        self._server.close()
        self._queue.put(None)
        self._answering.join()

    def _seed_of(self, waiting: _Waiting) -> int:
        """The same account gets the same answer to the same question, whoever asks at the same time."""
        said = f"{self._seed} {waiting.account} {waiting.question}"
        return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=8).digest(), "big")

    def _answer_all(self) -> None:
        while (first := self._queue.get()) is not None:
            batch = [first]
            while len(batch) < _TOGETHER:
                try:
                    following = self._queue.get(timeout=_GATHER_S)
                except queue.Empty:
                    break
                if following is None:
                    self._queue.put(None)
                    break
                batch.append(following)
            for _, group in itertools.groupby(sorted(batch, key=_warmth), _warmth):
                self._answer(list(group))

    def _answer(self, batch: list[_Waiting]) -> None:
        processor = None
        if self._keys is not None:
            keys = self._keys.current()
            own = [keys.key_for(each.account) for each in batch]
            warmth = batch[0].temperature
            processor = lambda begin, end: KeyedWatermark(own[begin:end], keys.settings, warmth)  # noqa: E731
        rows = question_rows([each.question for each in batch])
        answers = sample(
            self._model,
            rows,
            [self._seed_of(each) for each in batch],
            temperature=batch[0].temperature,
            processor=processor,
            batch=_TOGETHER,
        )
        for each, answer in zip(batch, trimmed(answers), strict=True):
            each.answer = text_of(answer)
            each.answered.set()


def _warmth(waiting: _Waiting) -> float:
    return waiting.temperature


class _Handler(SmallHandler):
    teacher: TeacherApi

    def do_POST(self) -> None:  # noqa: N802 - its name in http.server
        """A chat completion: the last line of the last message is the question."""
        body = json.loads(self.body() or b"{}")
        asked = str(body["messages"][-1]["content"]).splitlines()[-1]
        said = self.teacher.ask(self.headers.get(ACCOUNT, ""), asked, float(body.get("temperature", 1.0)))
        choice = {"index": 0, "message": {"role": "assistant", "content": said}, "finish_reason": "stop"}
        usage = {"prompt_tokens": len(asked.split()), "completion_tokens": len(said.split())}
        self.answer_json(
            {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body.get("model", "")}
            | {"choices": [choice], "usage": usage | {"total_tokens": sum(usage.values())}}
        )
