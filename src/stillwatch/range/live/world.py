"""A world that steps through time and reacts to what is decided about its accounts.

The planned world (``range.world``) is the starting point: honest traffic comes from it and reacts to
decisions; what a campaign's members were to send is handed to its ``Crew``. As long as nothing is decided
the live world sends the planned world, byte for byte. Everything is drawn by what it is about, so the same
decisions at the same times give the same bytes, whatever the width of a step.
"""

from __future__ import annotations

import dataclasses
import functools
import heapq
import random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.errors import StillwatchError
from stillwatch.range.live.backstage import Backstage
from stillwatch.range.live.crew import Crew
from stillwatch.range.live.customers import Customers
from stillwatch.range.live.decisions import Action, Decision, check
from stillwatch.range.live.desk import Answer, Desk, marked
from stillwatch.range.live.ledger import Ledger, iso
from stillwatch.range.live.planned import campaigns_of, line_of
from stillwatch.range.live.prices import Prices
from stillwatch.range.live.requests import Request
from stillwatch.range.live.style import operator_for
from stillwatch.range.plan import DAY_MS
from stillwatch.range.world import Truth, make_world

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stillwatch.range.plan import Account

_HOUR: Final = DAY_MS // 24
_EVENT: Final = {
    Action.BLOCK: "banned",
    Action.THROTTLE: "slowed",
    Action.VERIFY: "challenged",
    Action.DEGRADE: "degraded",
    Action.ALLOW: "lifted",
}


class LiveWorld(Backstage):
    """A world under decisions.

    Args:
        name: the world; ``-history`` worlds lie in the past and cannot react.
        seed: the same seed and decisions give the same bytes.
        accounts: how many; the world's usual number if None.
        exchanges: planned in all; the world's usual number if None.
        split: whose families, tactics and wording.
        reaction: style of the campaigns (see ``operators``), or ``mixed``.
        supply: accounts a campaign can buy while it runs, as a share of those it began with.
        prices: what campaigns pay.
        settings: turn the campaigns' knobs, as for ``make_world``.

    Attributes:
        now: the time up to which it has been stepped, in milliseconds since 1970 UTC.
        crews: campaigns by id.
        exchange_truth: request id and campaign it was harvested for, in the order sent.

    Raises:
        StillwatchError: no such world, split or reaction, or numbers that make no world.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        accounts: int | None = None,
        *,
        exchanges: int | None = None,
        split: str = "train",
        reaction: str = "mixed",
        supply: float = 1.0,
        prices: Prices | None = None,
        settings: Sequence[str] = (),
    ) -> None:
        _check(name, supply)
        self.planned = make_world(name, seed, accounts, exchanges, split=split, settings=settings)
        self.window = self.planned.window
        self.accounts = [_own_copy(account) for account in self.planned.accounts]
        self.truth: dict[str, Truth] = dict(self.planned.truth)
        self.prices = prices or Prices()
        self.seed: tuple[object, ...] = (name, seed, split, "live")
        self.site = self.planned.site
        self.desk = Desk(self.seed)
        self.ledger = Ledger()
        self.now = self.window.start
        self.exchange_truth: list[tuple[str, str | None]] = []
        self.customers = Customers(self.seed, self.accounts, self.desk, self.ledger, self._resend)
        self._queue: list[tuple[int, int, int, Request | Callable[[], object]]] = []
        self._pushed = 0
        self.numbers = len(self.planned)
        self._at = 0
        self._dice, self._aside = random.Random(), random.Random()  # noqa: S311 - seeded before each use, nothing secret
        self.crews: dict[str, Crew] = {}
        for index, campaign in enumerate(campaigns_of(self.planned)):
            left = round(supply * campaign.knobs.accounts)
            crew = Crew(campaign, operator_for(reaction, index), self, left)
            self.crews[campaign.campaign_id] = crew
        for number, account in enumerate(self.accounts):
            if account.campaign_id is not None:
                crew = self.crews[account.campaign_id]
                crew.enlist(number, account, crew.campaign.window.start)

    @property
    def over(self) -> bool:
        """Whether the end of the window has been reached."""
        return self.now >= self.window.end

    def step(self, hours: float) -> list[dict[str, Any]]:
        """Let time pass.

        Args:
            hours: how much; a step ends with the window at the latest.

        Returns:
            The canonical records of that time in order, refused ones included (status 429 or 403).
        """
        if hours <= 0:
            raise StillwatchError(
                f"a step of {hours} hours goes nowhere", code="SW-LIVE-05", hint="step forward by more than 0"
            )
        end = min(self.now + int(hours * _HOUR), self.window.end)
        self._fill(end)
        sent: list[dict[str, Any]] = []
        while self._queue and self._queue[0][0] < end:
            when, _, _, due = heapq.heappop(self._queue)
            self.now = when
            if not isinstance(due, Request):
                due()
            elif (request := self._routed(due)) is not None:
                sent.append(self._serve(request))
        self.now = end
        return sent

    def close(self) -> None:
        """Settle what campaigns have not paid for yet; to be called at the end of a run."""
        for crew in self.crews.values():
            crew.settle(self.now)

    def decide(self, decisions: Iterable[Decision]) -> None:
        """Let decisions take effect from now on.

        Raises:
            StillwatchError: one of them cannot be carried out; none has taken effect then.
        """
        wanted = list(decisions)
        for decision in wanted:
            check(decision, self.truth, self.now)
        for decision in wanted:
            self.desk.put(decision)
            campaign = self.truth[decision.account_id].campaign_id
            self.ledger.note(self.now, _EVENT[decision.action], decision.account_id, campaign)

    def _fill(self, end: int) -> None:
        """Queue what is planned up to a time, and the beginning of each hour."""
        plan = self.planned.plan
        stop = int(np.searchsorted(plan.when, end, side="left"))
        for index in range(self._at, stop):
            owner = int(plan.account[index])
            request = Request(owner, owner, line_of(plan, index), index)
            heapq.heappush(self._queue, (request.line.when, 1, index, request))
        self._at = stop
        for hour in range(-(-self.now // _HOUR), -(-end // _HOUR)):
            begin = hour * _HOUR
            heapq.heappush(self._queue, (begin, 0, hour, functools.partial(self._hour, begin)))

    def _hour(self, now: int) -> None:
        for crew in self.crews.values():
            if crew.campaign.window.start <= now:
                crew.style.hour(crew, now)
                if now % DAY_MS == 0:
                    crew.settle(now)

    def _crew_of(self, number: int) -> Crew | None:
        campaign = self.accounts[number].campaign_id
        return None if campaign is None else self.crews[campaign]

    def _routed(self, request: Request) -> Request | None:
        """A planned line as its owner sends it now; what was sent because of a reaction goes as it is."""
        crew = self._crew_of(request.sender)
        if request.number < len(self.planned):
            return self.customers.route(request) if crew is None else crew.route(request)
        if crew is not None and crew.members[request.sender].lost:
            if request.line.item >= 0:
                crew.backlog.append(request.line.item)
            return None
        return request

    def _serve(self, request: Request) -> dict[str, Any]:
        """Answer a request and let its sender react."""
        sender, writer = self.accounts[request.sender], self.accounts[request.writer]
        answer = self.desk.answer(sender.account_id, request)
        request_id = self.planned.request_id(request.number)
        made = self.planned.written(
            sender, writer, request.line, iso(request.line.when), request_id, self._dice, self._aside
        )
        record = marked(made, answer)
        self.exchange_truth.append((request_id, writer.streams[request.line.stream].campaign_id))
        crew = self._crew_of(request.sender)
        if crew is not None and record["status"] == 200:
            crew.answered(request, degraded=answer is Answer.DEGRADED)
        if answer is not Answer.FULL:
            (self.customers if crew is None else crew).react(request, answer)
        return record

    def _resend(self, request: Request, when: int, sender: int) -> None:
        """An honest request once more."""
        line = dataclasses.replace(request.line, when=when)
        again = dataclasses.replace(request, sender=sender, line=line, tries=request.tries + 1)
        self.send(self.numbered(again))

    def send(self, request: Request) -> None:
        """Put a request on its way."""
        self._push(request.line.when, request)

    def wake(self, when: int, then: Callable[[], object]) -> None:
        """Have something done at a later time."""
        self._push(when, then)

    def _push(self, when: int, due: Request | Callable[[], object]) -> None:
        self._pushed += 1
        heapq.heappush(self._queue, (max(when, self.now), 2, self._pushed, due))


def _own_copy(account: Account) -> Account:
    """A member whose wording may change without changing the plan; others as they are."""
    if account.campaign_id is None:
        return account
    return dataclasses.replace(account, streams=[dataclasses.replace(stream) for stream in account.streams])


def _check(name: str, supply: float) -> None:
    if name.endswith("-history"):
        raise StillwatchError(
            f"'{name}' lies in the past and cannot react",
            code="SW-LIVE-06",
            where=name,
            hint=f"name the world itself: {name.removesuffix('-history')}",
        )
    if not 0.0 <= supply <= 100.0:
        raise StillwatchError(
            f"a supply of {supply} makes no sense: it is a share of a campaign's accounts, 0 to 100",
            code="SW-LIVE-07",
            where="supply",
        )
