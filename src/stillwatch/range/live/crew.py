"""A live campaign: its work queue, its members, and what happens to its requests.

The plan says what each member would send and when. A payload that gets no answer because of a decision
goes back to the queue; how the queue is worked off then is the campaign's style (``operators``).
"""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.live.desk import Answer
from stillwatch.range.live.draws import share_of, waiting
from stillwatch.range.live.leak import Leak
from stillwatch.range.live.members import Member, Members
from stillwatch.range.live.prices import Bill
from stillwatch.range.plan import DAY_MS

if TYPE_CHECKING:
    from stillwatch.range.campaign import Campaign
    from stillwatch.range.live.contract import Operator, Stage
    from stillwatch.range.live.requests import Request
    from stillwatch.range.plan import Account

CEILING: Final = 2.0
"""How many times its planned load a member may carry."""

_SLOWED_MS: Final = DAY_MS
_FAKE_PASSES: Final = 0.25
_MINUTE: Final = 60_000
_GAP_MS: Final = 20_000


class Crew:
    """One campaign of a live world.

    Attributes:
        backlog: payloads that wait for an answer, the oldest first.
        losses: when members were lost.
        supply: accounts that can still be bought.
        wording: how often it has changed its wording.
        knobs: those for new accounts; they change as the campaign learns.
    """

    def __init__(self, campaign: Campaign, style: Operator, stage: Stage, supply: int) -> None:
        self.campaign = campaign
        self.knobs = campaign.knobs
        self.style = style
        self.stage = stage
        self.supply = supply
        self.members = Members()
        self.backlog: collections.deque[int] = collections.deque()
        self.losses: list[int] = []
        self.wording = 0
        self.leak = Leak()
        self.bill = Bill()
        self.ended = campaign.window.start
        self._enlisted = campaign.knobs.accounts
        self._counted = (0, 0.0)

    def enlist(self, number: int, account: Account, when: int, *, joined: bool = False) -> Member:
        """Take an account in and pay for it."""
        price = self.stage.prices.of_account(self.knobs.age, self.knobs.infrastructure)
        harvest = next(s for s in account.streams if s.campaign_id is not None)
        span = harvest.window or self.campaign.window
        pace = harvest.weight / max(span.days, 0.1)
        cover = tuple(place for place, s in enumerate(account.streams) if s.campaign_id is None)
        member = Member(number, 2.0 + pace, joined=joined, cover=cover)
        self.members.add(member)
        self.bill.accounts += 1
        self.bill.accounts_paid += price
        self.stage.paid(when, self, account.account_id, "account", price)
        return member

    def route(self, request: Request) -> Request | None:
        """Who sends a planned line now, if anybody does."""
        owner = self.members[request.sender]
        if request.line.item < 0:
            return None if owner.lost else request
        member = self.members.in_charge(request.sender, request.line.serial)
        if member is None or not self.style.sends(self, member, request):
            self.backlog.append(request.line.item)
            return None
        member.spare = min(member.cap, member.spare + CEILING - 1.0)
        if member is owner:
            return request
        self._mix(member, request.line.when)
        return self.stage.written_by(self, member, request.line.item, request.line.when)

    def react(self, request: Request, answer: Answer) -> None:
        """Take an answer that was not what was asked for."""
        member, now, item = self.members[request.sender], request.line.when, request.line.item
        match answer:
            case Answer.DEGRADED:
                self.style.degraded(self, member, request)
            case Answer.SLOWED:
                member.slowed_until = now + _SLOWED_MS
                if item >= 0:
                    self.style.slowed(self, member, request)
            case Answer.CHALLENGED:
                self._prove(member, request)
            case Answer.REFUSED:
                if item >= 0:
                    self.backlog.append(item)
                self.lose(member, now)
            case Answer.FULL:
                pass

    def answered(self, request: Request, *, degraded: bool) -> None:
        """Count a request that got its answer."""
        self.bill.exchanges += 1
        if request.line.item >= 0:
            self.leak.add(request.line.item, degraded=degraded)
            self.ended = max(self.ended, request.line.when)

    def lose(self, member: Member, now: int) -> None:
        """A member is of no use any more."""
        if not member.lost:
            member.lost = True
            self.losses.append(now)
            self.style.lost(self, member, now)

    def hand_out(self, now: int, *, joined_only: bool = False) -> None:
        """Give what waits to members that have load to spare."""
        if not self.backlog or now >= self.stage.window.end:
            return
        free = self.members.willing(now, joined_only=joined_only)
        for turn, member in enumerate(self._rounds(free)):
            if not self.backlog:
                break
            member.spare -= 1.0
            self._mix(member, now)
            self.stage.send(
                self.stage.written_by(self, member, self.backlog.popleft(), now + (turn + 1) * _GAP_MS)
            )

    def again(self, request: Request, mean_ms: float) -> None:
        """The same member asks again later."""
        when = request.line.when + waiting(mean_ms, self.campaign.campaign_id, "again", request.number)
        line = dataclasses.replace(request.line, when=when)
        self.stage.send(self.stage.numbered(dataclasses.replace(request, line=line, tries=request.tries + 1)))

    def replace(self, member: Member, now: int, heirs: int) -> int:
        """Buy accounts that take over a member's work; fewer where the supply ends."""
        bought = min(heirs, self.supply)
        if bought <= 0 or now >= self.campaign.window.end - DAY_MS // 24:
            return 0
        self.supply -= bought
        accounts = self.stage.recruits(self, bought, self._enlisted, now)
        self._enlisted += bought
        numbers = []
        for account in accounts:
            number = self.stage.admit(account)
            self.enlist(number, account, now, joined=True)
            self.stage.ledger.note(
                now,
                "replaced",
                self.stage.accounts[member.number].account_id,
                self.campaign.campaign_id,
                by=account.account_id,
            )
            numbers.append(number)
        member.heirs = tuple(numbers)
        return bought

    def reword(self, now: int) -> None:
        """Ask for the same in other words from now on."""
        self.wording += 1
        self.stage.reword(self)
        self.stage.ledger.note(now, "reworded", None, self.campaign.campaign_id, wording=self.wording)

    def lost_lately(self, now: int) -> int:
        """Members lost within a day."""
        return sum(when > now - DAY_MS for when in self.losses)

    def settle(self, now: int) -> None:
        """Pay for the exchanges and days since the last time."""
        begin = self.campaign.window.start
        if now < begin:
            return
        running = self.backlog or now < self.campaign.window.end
        self.bill.lasted(begin, now if running else max(self.ended, begin))
        exchanges, days = self.bill.exchanges - self._counted[0], self.bill.days - self._counted[1]
        self._counted = (self.bill.exchanges, self.bill.days)
        prices = self.stage.prices
        self.stage.paid(now, self, None, "exchanges", exchanges * prices.thousand_exchanges / 1000.0)
        self.stage.paid(now, self, None, "days", days * prices.day)

    def _rounds(self, free: list[Member]) -> list[Member]:
        """Members in turn, each as often as it has whole requests to spare."""
        most = int(max((member.spare for member in free), default=0.0))
        return [member for turn in range(most) for member in free if member.spare >= turn + 1]

    def _mix(self, member: Member, now: int) -> None:
        """Honest-looking traffic of an account that did not plan any: as much as the dilution asks for."""
        if not member.joined or not member.cover:
            return
        member.owed += self.knobs.dilution / (1.0 - self.knobs.dilution)
        while member.owed >= 1.0:
            member.owed -= 1.0
            when = now + waiting(
                3 * 60 * _MINUTE, self.campaign.campaign_id, "cover", member.number, member.sent
            )
            if when < self.stage.window.end:
                self.stage.send(self.stage.cover_by(member, when))

    def _prove(self, member: Member, request: Request) -> None:
        """Try to get an account through verification."""
        account = self.stage.accounts[member.number].account_id
        now = request.line.when
        if share_of(*self.stage.seed, "proof", account) < _FAKE_PASSES:
            self.stage.desk.passed.add(account)
            self.bill.verifications += 1
            self.stage.paid(now, self, account, "verification", self.stage.prices.verification)
            self.again(request, 30 * _MINUTE)
            return
        self.stage.desk.failed.add(account)
        if request.line.item >= 0:
            self.backlog.append(request.line.item)
        self.lose(member, now)
