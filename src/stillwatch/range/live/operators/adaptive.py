"""Gives nothing away: does not move load, waits after losses, then works slower, split smaller, more diluted."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.live.draws import share_of
from stillwatch.range.plan import DAY_MS

if TYPE_CHECKING:
    from stillwatch.range.live.contract import Company
    from stillwatch.range.live.members import Member
    from stillwatch.range.live.requests import Request

ABOUT = "does not move load; waits after losses, then slower, in smaller parts and more diluted"
_HOUR: Final = DAY_MS // 24
_PAUSE: Final = 36 * _HOUR
_SLOWER: Final = 0.7
_PARTS: Final = 2
_MORE_DILUTION: Final = 0.2
_MOST_DILUTION: Final = 0.9
_WAVE: Final = 0.05
_LEAST_WAVE: Final = 2
_NOTICED: Final = 10


class Adaptive:
    """Knows that moved load shows, and pays in time, accounts and diluting traffic instead.

    Attributes:
        rate: share of the planned harvest that is sent at all.
    """

    def __init__(self) -> None:
        self.rate = 1.0
        self._resumes = 0
        self._orphans: list[Member] = []
        self._poor: dict[int, int] = {}

    def sends(self, company: Company, member: Member, request: Request) -> bool:
        """Not during a pause, and after it only a part of what was planned."""
        if request.line.when < self._resumes:
            return False
        return member.joined or share_of(company.campaign.campaign_id, "rate", request.number) < self.rate

    def slowed(self, company: Company, member: Member, request: Request) -> None:  # noqa: ARG002 - the contract of operators
        """The same account asks again hours later; the others do not do more."""
        company.again(request, 5.0 * _HOUR)

    def degraded(self, company: Company, member: Member, request: Request) -> None:
        """Noticed after some answers: the account counts as lost and the payload waits."""
        if request.line.item >= 0:
            company.backlog.append(request.line.item)
            self._poor[member.number] = self._poor.get(member.number, 0) + 1
            if self._poor[member.number] >= _NOTICED:
                company.lose(member, request.line.when)

    def lost(self, company: Company, member: Member, now: int) -> None:
        """After a wave of losses everything stops for a while."""
        self._orphans.append(member)
        wave = max(_LEAST_WAVE, _WAVE * len(company.members))
        if now >= self._resumes and company.lost_lately(now) >= wave:
            self._resumes = now + _PAUSE
            company.stage.ledger.note(now, "paused", None, company.campaign.campaign_id)
            company.stage.wake(self._resumes, lambda: self._resume(company))

    def hour(self, company: Company, now: int) -> None:
        """New accounts work off what waits, at their usual pace."""
        if now >= self._resumes:
            company.hand_out(now, joined_only=True)

    def _resume(self, company: Company) -> None:
        """Come back changed: other words, smaller parts, lower rate, more honest-looking traffic."""
        now = self._resumes
        self.rate *= _SLOWER
        dilution = max(company.knobs.dilution, min(_MOST_DILUTION, company.knobs.dilution + _MORE_DILUTION))
        company.knobs = dataclasses.replace(company.knobs, dilution=dilution)
        company.reword(now)
        for member in self._orphans:
            company.replace(member, now, _PARTS)
        self._orphans.clear()
        company.stage.ledger.note(
            now, "resumed", None, company.campaign.campaign_id, rate=round(self.rate, 3)
        )


OPERATOR = Adaptive
