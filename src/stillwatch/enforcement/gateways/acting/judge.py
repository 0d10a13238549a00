"""One question a request: what is to be done with it, and with which words. Shared by all gateways that run Python."""

from __future__ import annotations

import dataclasses
import logging
import math
from typing import TYPE_CHECKING

from stillwatch.core.decision import Action
from stillwatch.enforcement.answers import ALLOW, Answer, Subject
from stillwatch.enforcement.gateways.acting.pacing import Pacer
from stillwatch.enforcement.gateways.acting.refusals import UNAVAILABLE, Words, words_for
from stillwatch.enforcement.gateways.identity import is_known

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.enforcement.gateways.client import GatewayClient

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be done.

    Attributes:
        answer: the decision's.
        words: what to say instead of passing the request on; None to pass it on.
        wait_s: for ``Retry-After``.
    """

    answer: Answer
    words: Words | None = None
    wait_s: float = 0.0


FREE = Judgement(ALLOW)


class Judge:
    """Asks the client, paces who is throttled, and never lets its own mistakes through to anybody.

    Args:
        client: that follows the node.
        deny_on_error: refuse instead of letting through where the judge itself fails.
    """

    def __init__(self, client: GatewayClient, *, deny_on_error: bool = False) -> None:
        self._client = client
        self._pacer = Pacer()
        self._failed = Judgement(ALLOW, UNAVAILABLE) if deny_on_error else FREE

    @property
    def decisions(self) -> object:
        """The decisions in force; another object as soon as they change."""
        return self._client.snapshot

    def passed(self) -> None:
        """Count a request that is known to be free."""
        self._client.tally.acted(Action.ALLOW)

    def judge(self, identify: Callable[[], Subject]) -> Judgement:
        """What to do with one request.

        Args:
            identify: tells whose it is; whatever it raises counts as a failure of the gateway.
        """
        try:
            subject = identify()
            if not is_known(subject):
                self._client.tally.bypassed("unidentified")
            answer = self._client.decide(subject)
            if answer is ALLOW:
                return FREE
            wait_s = 0.0
            if answer.action is Action.THROTTLE:
                name = subject.account or subject.api_key or subject.organization or subject.address
                wait_s = self._pacer.wait_s(
                    f"{answer.decision_id} {name}", answer.limits.rate_per_minute, self._lasts_s(answer)
                )
            return Judgement(answer, words_for(answer, wait_s), wait_s)
        except Exception as error:
            # Neither may a client read what went wrong, nor may the API go down by it.
            _LOG.warning("a request could not be judged: %s", type(error).__name__)
            self._client.tally.bypassed("error")
            return self._failed

    def _lasts_s(self, answer: Answer) -> float:
        """Seconds until a decision ends."""
        return math.inf if answer.expires is None else max(0.0, answer.expires - self._client.clock.now())
