"""How honest people take a decision: they retry, use a colleague's key, complain, wait, or leave."""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.live.desk import Answer
from stillwatch.range.live.draws import between, share_of, waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.range.live.decisions import Decision
    from stillwatch.range.live.desk import Desk
    from stillwatch.range.live.ledger import Ledger
    from stillwatch.range.live.requests import Request
    from stillwatch.range.plan import Account

BALANCERS: Final = frozenset({"saas_org", "reseller"})
"""Archetypes whose organisation sends a refused request through another of its accounts at once."""

_MINUTE: Final = 60_000
_HOUR: Final = 60 * _MINUTE
_RETRIES: Final = 3
_PASS: Final = 0.97
_COMPLAIN: Final = {Answer.SLOWED: 0.1, Answer.REFUSED: 0.5, Answer.DEGRADED: 0.002}
_LEAVE: Final = {Answer.SLOWED: 0.01, Answer.REFUSED: 0.08, Answer.DEGRADED: 0.0002}


@dataclasses.dataclass(slots=True)
class _Mood:
    """Where an honest account stands with the decision about it.

    Attributes:
        refused: requests that a block turned away.
        gone: when the account leaves for good.
    """

    decision: Decision | None = None
    refused: int = 0
    complained: bool = False
    gone: int | None = None


class Customers:
    """The honest accounts of a live world.

    Args:
        seed: of the world.
        accounts: everybody, by number; members of campaigns are never asked about here.
        desk: whose decisions they meet.
        ledger: where complaints and departures are written down.
        resend: takes a request, its time and its sender, and sends it again.
    """

    def __init__(
        self,
        seed: tuple[object, ...],
        accounts: Sequence[Account],
        desk: Desk,
        ledger: Ledger,
        resend: Callable[[Request, int, int], None],
    ) -> None:
        self._seed = (*seed, "customers")
        self._accounts = accounts
        self._desk = desk
        self._ledger = ledger
        self._resend = resend
        self._moods: dict[int, _Mood] = collections.defaultdict(_Mood)
        self._teams = _teams(accounts)
        self.lost = 0
        self.retried = 0

    def route(self, request: Request) -> Request | None:
        """The request as it is sent: as planned, through a colleague's account, or not at all."""
        mood = self._moods.get(request.sender)
        if mood is None:
            return request
        now = request.line.when
        if mood.gone is not None and now >= mood.gone:
            return None
        if mood.refused < _RETRIES or self._standing(request.sender, now) is not mood.decision:
            return request
        colleague = self._colleague(request)
        return None if colleague is None else dataclasses.replace(request, sender=colleague)

    def react(self, request: Request, answer: Answer) -> None:
        """Take an answer that was not what was asked for."""
        now = request.line.when
        mood = self._moods[request.sender]
        decision = self._standing(request.sender, now)
        if decision is not mood.decision:
            self._moods[request.sender] = mood = _Mood(decision, gone=mood.gone)
        match answer:
            case Answer.DEGRADED:
                self._grumble(request, answer, mood)
            case Answer.CHALLENGED:
                self._verify(request, mood)
            case Answer.SLOWED | Answer.REFUSED:
                self._insist(request, answer, mood)

    def _standing(self, number: int, now: int) -> Decision | None:
        return self._desk.standing(self._accounts[number].account_id, now)

    def _insist(self, request: Request, answer: Answer, mood: _Mood) -> None:
        """Send it again: through a colleague's account where load is balanced, else later; in the end give up."""
        now = request.line.when
        colleague = self._colleague(request)
        mood.refused += answer is Answer.REFUSED
        if colleague is not None:
            self._resend(request, now + 1000, colleague)
            self.retried += 1
        elif answer is Answer.SLOWED and request.tries < _RETRIES:
            pause = _MINUTE * 4**request.tries * between(0.5, 1.5, *self._seed, "pause", request.number)
            self._resend(request, now + int(pause), request.sender)
            self.retried += 1
        else:
            self.lost += 1
            self._grumble(request, answer, mood)

    def _colleague(self, request: Request) -> int | None:
        """Another account of the organisation about which nothing is decided, while there are tries left."""
        team = self._teams.get(request.writer, ())
        if request.tries >= _RETRIES:
            return None
        start = request.number % max(1, len(team))
        for number in (*team[start:], *team[:start]):
            if number != request.sender and self._standing(number, request.line.when) is None:
                return number
        return None

    def _verify(self, request: Request, mood: _Mood) -> None:
        """Prove who one is; nearly all can, some cannot or will not."""
        account = self._accounts[request.sender].account_id
        now = request.line.when
        later = now + waiting(20 * _MINUTE, *self._seed, "proving", account)
        if share_of(*self._seed, "proof", account) < _PASS:
            self._desk.passed.add(account)
            self._ledger.note(later, "verified", account)
            self._resend(request, later, request.sender)
        else:
            self._desk.failed.add(account)
            self.lost += 1
            self._grumble(request, Answer.REFUSED, mood)

    def _grumble(self, request: Request, answer: Answer, mood: _Mood) -> None:
        """Perhaps complain, once about each decision; perhaps leave."""
        account = self._accounts[request.sender].account_id
        now = request.line.when
        if not mood.complained and share_of(*self._seed, "complain", request.number) < _COMPLAIN[answer]:
            mood.complained = True
            after = waiting(3 * _HOUR, *self._seed, "writing", request.number)
            self._ledger.note(
                now + after, "complained", account, about=str(mood.decision and mood.decision.action)
            )
        if mood.gone is None and share_of(*self._seed, "leave", request.number) < _LEAVE[answer]:
            mood.gone = now + waiting(24 * _HOUR, *self._seed, "leaving", request.number)
            self._ledger.note(mood.gone, "left", account)


def _teams(accounts: Sequence[Account]) -> dict[int, tuple[int, ...]]:
    """The accounts of each load-balancing organisation, by each of its accounts."""
    found: dict[str, list[int]] = collections.defaultdict(list)
    for number, account in enumerate(accounts):
        organization = account.identity.organization_id
        if account.archetype in BALANCERS and account.campaign_id is None and organization is not None:
            found[organization].append(number)
    return {number: tuple(team) for team in found.values() for number in team}
