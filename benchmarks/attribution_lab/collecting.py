"""What clients get out of a model API through a gateway: many accounts, in order, refusals counted."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import http.client
import json
import threading
from typing import TYPE_CHECKING, Final

import numpy as np

from benchmarks.attribution_lab.serving import ACCOUNT
from benchmarks.attribution_lab.world import ANSWER, PAD, QUESTION, STOP, text_of, tokens_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_AT_ONCE: Final = 96
_ANSWER_S: Final = 120.0


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """One request.

    Attributes:
        account: who asks.
        question: row of tokens.
        wording: what stands before the question in the message.
    """

    account: str
    question: NDArray[np.int64]
    wording: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Got:
    """What came back.

    Attributes:
        rows: questions and answers that were given, in the order asked, ``(count, LENGTH)``.
        refused: how many requests the gateway refused.
        given: places in what was asked that were answered.
    """

    rows: NDArray[np.int64]
    refused: int
    given: NDArray[np.int64]


def collect(port: int, requests: Sequence[Asked]) -> Got:
    """Ask for everything, many at once.

    Args:
        port: of the gateway, on 127.0.0.1.
        requests: what to ask.

    Raises:
        RuntimeError: an answer is neither given nor refused by the gateway.
    """
    local = threading.local()

    def one(request: Asked) -> list[int] | None:
        connection = getattr(local, "connection", None)
        if connection is None:
            connection = local.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_S)
        content = f"{request.wording}\n{text_of(request.question[:QUESTION])}"
        body = {"model": "teacher", "temperature": 1.0, "messages": [{"role": "user", "content": content}]}
        headers = {ACCOUNT: request.account, "Content-Type": "application/json"}
        try:
            connection.request("POST", "/v1/chat/completions", json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            said = answer.read()
        except (http.client.HTTPException, ConnectionError):  # an idle connection that the gateway closed
            connection.close()
            connection.request("POST", "/v1/chat/completions", json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            said = answer.read()
        if answer.status == 403:
            return None
        if answer.status != 200:
            raise RuntimeError(f"the gateway answers {answer.status}")
        return tokens_of(json.loads(said)["choices"][0]["message"]["content"])

    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = list(pool.map(one, requests))
    given = np.asarray([place for place, answer in enumerate(answers) if answer is not None], np.int64)
    rows = [_row(requests[place].question, answers[place] or []) for place in given]
    width = len(requests[0].question) + ANSWER + 1 if requests else 0
    kept = np.stack(rows) if rows else np.empty((0, width), np.int64)
    return Got(kept, len(requests) - len(given), given)


def _row(question: NDArray[np.int64], answer: list[int]) -> NDArray[np.int64]:
    row = np.full(len(question) + ANSWER + 1, PAD, np.int64)
    row[: len(question)] = question
    said = [*answer[:ANSWER], STOP]
    row[len(question) : len(question) + len(said)] = said
    return row
