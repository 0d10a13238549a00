"""Where requests arrive: what is answered under the decisions in force, and how the record then looks."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.live.decisions import Action, Decision
from stillwatch.range.live.draws import share_of

if TYPE_CHECKING:
    from stillwatch.range.live.requests import Request

_TOO_MANY: Final = 429
_FORBIDDEN: Final = 403
_REFUSAL_MS: Final = 40


class Answer(enum.Enum):
    """What became of a request."""

    FULL = "full"
    DEGRADED = "degraded"
    SLOWED = "slowed"
    CHALLENGED = "challenged"
    REFUSED = "refused"


class Desk:
    """The gateway of a live world.

    Attributes:
        passed: accounts that passed verification.
        failed: accounts that did not.
    """

    def __init__(self, seed: tuple[object, ...]) -> None:
        self._seed = (*seed, "desk")
        self._standing: dict[str, Decision] = {}
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def put(self, decision: Decision) -> None:
        """Let a decision take effect in place of the account's earlier one."""
        if decision.action is Action.ALLOW:
            self._standing.pop(decision.account_id, None)
            self.failed.discard(decision.account_id)
        else:
            self._standing[decision.account_id] = decision

    def standing(self, account_id: str, now: int) -> Decision | None:
        """The decision in force about an account."""
        decision = self._standing.get(account_id)
        if decision is not None and decision.until is not None and now >= decision.until:
            del self._standing[account_id]
            return None
        return decision

    def answer(self, account_id: str, request: Request) -> Answer:
        """What a request of the account is answered with."""
        decision = self.standing(account_id, request.line.when)
        if decision is None:
            return Answer.FULL
        match decision.action:
            case Action.BLOCK:
                return Answer.REFUSED
            case Action.DEGRADE:
                return Answer.DEGRADED
            case Action.THROTTLE:
                refused = share_of(*self._seed, request.number) < decision.share
                return Answer.SLOWED if refused else Answer.FULL
            case Action.VERIFY if account_id in self.failed:
                return Answer.REFUSED
            case Action.VERIFY if account_id not in self.passed:
                return Answer.CHALLENGED
            case _:
                return Answer.FULL


def marked(record: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The record as the log shows it: refused requests without an answer, degraded ones without reasoning."""
    if answer is Answer.FULL or (answer is Answer.DEGRADED and record["response_text"] is None):
        return record
    if answer is Answer.DEGRADED:
        kept = _conclusion(record["response_text"])
        given = len(kept.encode()) // 4 + 1
        return record | {"response_text": kept, "reasoning_tokens": 0, "output_tokens": given}
    status = _TOO_MANY if answer is Answer.SLOWED else _FORBIDDEN
    return record | {
        "response_text": None,
        "reasoning_tokens": 0,
        "output_tokens": 0,
        "latency_ms": _REFUSAL_MS,
        "status": status,
    }


def _conclusion(text: str) -> str:
    """The last line or sentence of an answer: what is left of it without the way there."""
    last = text.strip().rsplit("\n", 1)[-1]
    return last.rsplit(". ", 1)[-1] if last else text
