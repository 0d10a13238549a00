"""Everybody who calls the model in the demonstration, honest or not, each at the world's own time."""

from __future__ import annotations

import collections
import dataclasses
import http.client
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.cli.demo_commands.time_lapse import Clock

_CALLERS: Final = 24
_TIMEOUT_S: Final = 60.0
_TRIES: Final = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request.

    Attributes:
        at: the world's time, seconds since 1970.
        side: the campaign that it harvests for; empty where its account is honest.
    """

    at: float
    account: str
    side: str
    body: bytes
    agent: str


@dataclasses.dataclass(slots=True)
class Outcome:
    """What became of the requests of one side.

    Attributes:
        why: how often requests failed in which way: a status, or what kept an answer from coming.
    """

    answered: int = 0
    refused: int = 0
    failed: int = 0
    why: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    accounts_refused: set[str] = dataclasses.field(default_factory=set)

    @property
    def sent(self) -> int:
        """Requests in all."""
        return self.answered + self.refused + self.failed


class Callers:
    """Sends calls as their time comes; those of one account go one after the other.

    Args:
        calls: in order of time.
        port: of the gateway.
        clock: the world's time.
    """

    def __init__(self, calls: Iterable[Call], port: int, clock: Clock) -> None:
        self._queues: list[list[Call]] = [[] for _ in range(_CALLERS)]
        for call in calls:
            self._queues[hash(call.account) % _CALLERS].append(call)
        self._port = port
        self._clock = clock
        self._lock = threading.Lock()
        self.outcomes: dict[str, Outcome] = collections.defaultdict(Outcome)
        self._threads = [threading.Thread(target=self._work, args=(q,), daemon=True) for q in self._queues]

    def start(self) -> None:
        """Let everybody begin."""
        for thread in self._threads:
            thread.start()

    def busy(self) -> bool:
        """Whether somebody still has something to ask."""
        return any(thread.is_alive() for thread in self._threads)

    def _work(self, calls: list[Call]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT_S)
        for call in calls:
            time.sleep(max(0.0, self._clock.due(call.at) - time.time()))
            status, trouble = _status(connection, call)
            with self._lock:
                outcome = self.outcomes[call.side]
                if status == 200:
                    outcome.answered += 1
                elif status == 403:
                    outcome.refused += 1
                    outcome.accounts_refused.add(call.account)
                else:
                    outcome.failed += 1
                    outcome.why[trouble or f"status {status}"] += 1
        connection.close()


def _status(connection: http.client.HTTPConnection, call: Call) -> tuple[int, str]:
    """The status of an answer; 0 where there was none, and what kept it from coming."""
    headers = {
        "Content-Type": "application/json",
        "X-Account-Id": call.account,
        "Authorization": f"Bearer sk-{call.account}",
        "User-Agent": call.agent,
    }
    trouble = ""
    for _ in range(_TRIES):
        try:
            connection.request("POST", "/v1/chat/completions", call.body, headers)
            answer = connection.getresponse()
            answer.read()
        except (ConnectionError, http.client.BadStatusLine) as error:
            trouble = type(error).__name__
            connection.close()  # a server may close a kept connection just as it is used again
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return 0, type(error).__name__
        else:
            return answer.status, ""
    return 0, trouble


def call_of(record: dict[str, Any], at: float, side: str) -> Call:
    """The request that a record of the world stands for."""
    body = {"model": record["model"], "messages": record["messages"]}
    if record.get("max_tokens"):
        body["max_tokens"] = record["max_tokens"]
    agent = (record.get("user_agent") or "unknown").encode("ascii", "replace").decode()
    return Call(at, record["account_id"], side, orjson.dumps(body), agent)
