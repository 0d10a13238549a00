"""Asks one endpoint with patience: waits when told to, tries again what may pass, and says plainly what does not."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.querying.endpoint import key_of
from stillwatch.attribution.querying.failures import (
    Trouble,
    UnansweredError,
    out_of_patience,
    over_budget,
    refused,
)
from stillwatch.attribution.querying.pacing import Pace, asked_pause, backoff
from stillwatch.attribution.querying.question import request_body
from stillwatch.attribution.querying.reply import read_reply
from stillwatch.attribution.querying.transport import Transport

if TYPE_CHECKING:
    from stillwatch.attribution.querying.endpoint import Endpoint
    from stillwatch.attribution.querying.question import Question
    from stillwatch.attribution.querying.reply import Reply

TRIES: Final = 5
PATIENCE_S: Final = 900.0
_OF_NO_USE: Final = frozenset({401, 402, 403, 404})
_PUT_OFF: Final = frozenset({429, 503, 529})
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529})
_OPTIONAL: Final = ("seed", "logprobs", "top_logprobs", "top_p")
"""Fields that some endpoints reject; a question is asked again without the one that the rejection names."""


class Client:
    """Asks an endpoint; may be shared by threads.

    Args:
        endpoint: whom.
        key: to the endpoint; None reads it from where the endpoint says.
        most_requests: the budget; 0 for no limit. Every try counts.
        tries: how often a question is sent that fails by no fault of its own.
        patience_s: the most seconds one question may be put off by rate limits.
        first_pause_s: seconds after the first failure; each further pause is twice as long.
        sleep: how to wait.

    Attributes:
        requests: sent so far.
        without: fields that the endpoint was found not to take, and that are left out.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        key: str | None = None,
        *,
        most_requests: int = 0,
        tries: int = TRIES,
        patience_s: float = PATIENCE_S,
        first_pause_s: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.endpoint = endpoint
        self.requests = 0
        self._transport = Transport(endpoint, key_of(endpoint) if key is None else key)
        self._most = most_requests
        self._tries = tries
        self._patience_s = patience_s
        self._first_pause_s = first_pause_s
        self._sleep = sleep
        self._pace = Pace(endpoint.per_minute, time.monotonic, sleep)
        self._lock = threading.Lock()
        self.without: frozenset[str] = frozenset()

    def ask(self, question: Question) -> Reply:
        """The model's answer to a question.

        Raises:
            UnansweredError: this question has none; the next may.
            StillwatchError: SW-ATT-52 the endpoint is not to be used at all; 54 it puts off for too long; 55 the
                budget is spent.
        """
        waited, failed, sent = 0.0, 0, 0
        while True:
            self._book()
            self._pace.wait()
            sent += 1
            trouble, pause = self._once(question, sent)
            if not isinstance(trouble, UnansweredError):
                return trouble
            if pause is None:
                failed += 1
                if failed >= self._tries:
                    raise trouble
                self._sleep(backoff(failed - 1, self._first_pause_s))
                continue
            waited += pause
            if waited > self._patience_s:
                raise out_of_patience(self.endpoint.name, self._patience_s)
            self._sleep(pause)

    def _once(self, question: Question, sent: int) -> tuple[Reply | UnansweredError, float | None]:
        """One try: the answer, or the trouble and the seconds to wait where the endpoint put it off.

        Raises:
            StillwatchError: asking on is of no use.
            UnansweredError: the endpoint takes this question in no form.
        """
        without = self.without
        try:
            response = self._transport.post(request_body(question, self.endpoint, without))
        except TimeoutError:
            return UnansweredError(Trouble.TIMEOUT, f"{self.endpoint.timeout_s:g} s", sent), None
        except http.client.HTTPException as error:
            return UnansweredError(Trouble.UNREADABLE, type(error).__name__, sent), None
        except OSError as error:
            return UnansweredError(Trouble.CONNECTION, type(error).__name__, sent), None
        status = response.status
        if status in _OF_NO_USE:
            raise refused(self.endpoint.name, status)
        if status == 200:
            try:
                return read_reply(response.body, response.headers, sent), None
            except ValueError:
                return UnansweredError(Trouble.UNREADABLE, "no answer of a model", sent), None
        unanswered = UnansweredError(Trouble.STATUS, str(status), sent)
        if status in _AGAIN:
            asked = asked_pause(response.headers)
            if status in _PUT_OFF and (asked is not None or status == 429):
                return unanswered, backoff(sent - 1, self._first_pause_s) if asked is None else asked
            return unanswered, None
        if status in (400, 422) and (field := _named(response.body, without)):
            self.without = without | {field}
            return unanswered, 0.0
        raise UnansweredError(Trouble.REJECTED, str(status), sent)

    def _book(self) -> None:
        with self._lock:
            if self._most and self.requests >= self._most:
                raise over_budget(self.endpoint.name, self._most)
            self.requests += 1


def _named(body: bytes, without: frozenset[str]) -> str:
    """The optional field that a rejection names, by its ``param`` or in its message; empty for none."""
    try:
        error = json.loads(body)["error"]
        words = f"{error.get('param') or ''} {error.get('message') or ''}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ""
    return next((field for field in _OPTIONAL if field in words and field not in without), "")
