"""Moves load at once: whoever is left works off the queue, lost accounts are replaced within hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.range.live.draws import between, waiting
from stillwatch.range.plan import DAY_MS

if TYPE_CHECKING:
    from stillwatch.range.live.contract import Company
    from stillwatch.range.live.members import Member
    from stillwatch.range.live.requests import Request

ABOUT = "moves load to the other members at once and replaces lost ones within hours"
_HOUR: Final = DAY_MS // 24
_WAVE: Final = 0.05
_LEAST_WAVE: Final = 3


class Conserving:
    """As disclosed campaigns behaved: banned accounts were replaced at once, the work went on."""

    def __init__(self) -> None:
        self._reworded_at = -DAY_MS

    def sends(self, company: Company, member: Member, request: Request) -> bool:  # noqa: ARG002 - the contract of operators
        """Always."""
        return True

    def slowed(self, company: Company, member: Member, request: Request) -> None:  # noqa: ARG002 - the contract of operators
        """The payload goes to whoever has load to spare."""
        company.backlog.append(request.line.item)
        company.hand_out(request.line.when)

    def degraded(self, company: Company, member: Member, request: Request) -> None:
        """Not noticed: nobody reads the answers."""

    def lost(self, company: Company, member: Member, now: int) -> None:
        """Hand its work on, buy another account, and after a wave of losses change the wording."""
        name = company.campaign.campaign_id
        company.hand_out(now)
        arrival = now + waiting(4 * _HOUR, name, "replacement", member.number)
        company.stage.wake(arrival, lambda: company.replace(member, arrival, 1))
        wave = max(_LEAST_WAVE, _WAVE * len(company.members))
        if company.lost_lately(now) >= wave and now >= self._reworded_at + DAY_MS:
            self._reworded_at = now
            later = now + int(between(2, 6, name, "rewording", company.wording) * _HOUR)
            company.stage.wake(later, lambda: company.reword(later))

    def hour(self, company: Company, now: int) -> None:
        """Work off what waits."""
        company.hand_out(now)


OPERATOR = Conserving
