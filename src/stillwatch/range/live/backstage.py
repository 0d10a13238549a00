"""What a live world does for its campaigns: requests beyond the plan, new accounts, new wording, payments."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.authors.disguised import Disguised
from stillwatch.range.campaign import muster
from stillwatch.range.live.requests import Request
from stillwatch.range.schedule import Line
from stillwatch.range.world import Truth

if TYPE_CHECKING:
    from stillwatch.range.live.contract import Company
    from stillwatch.range.live.ledger import Ledger
    from stillwatch.range.live.members import Member
    from stillwatch.range.plan import Account, Author
    from stillwatch.range.site import Site

_BEYOND: Final = 1_000_000
"""Serial and session numbers from here on belong to no plan."""


class Backstage:
    """The part of a live world that campaigns use; see ``contract.Stage`` for what each method promises.

    Attributes:
        numbers: exchanges numbered so far, those of the plan included.
    """

    accounts: list[Account]
    truth: dict[str, Truth]
    ledger: Ledger
    site: Site
    numbers: int

    def numbered(self, request: Request) -> Request:
        """The request with a number of its own."""
        self.numbers += 1
        return dataclasses.replace(request, number=self.numbers - 1)

    def recruits(self, company: Company, count: int, first: int, now: int) -> list[Account]:
        """New accounts for a campaign, in its present wording and with its present knobs."""
        span = dataclasses.replace(company.campaign.window, start=now)
        knobs = dataclasses.replace(company.knobs, accounts=count, churn=0.0)
        joining = dataclasses.replace(company.campaign, knobs=knobs, window=span)
        return muster(self.site, joining, first=first, wording=company.wording)

    def written_by(self, company: Company, member: Member, item: int, when: int) -> Request:
        """A harvest request that the plan does not have."""
        streams = self.accounts[member.number].streams
        name = company.campaign.campaign_id
        place = next(index for index, stream in enumerate(streams) if stream.campaign_id == name)
        return self._beyond(member, place, item, when)

    def cover_by(self, member: Member, when: int) -> Request:
        """An honest-looking request that the plan does not have."""
        return self._beyond(member, member.cover[member.sent % len(member.cover)], -1, when)

    def _beyond(self, member: Member, place: int, item: int, when: int) -> Request:
        member.sent += 1
        number = _BEYOND + member.sent
        line = Line(when, place, number, 0, number, item)
        return self.numbered(Request(member.number, member.number, line, 0))

    def admit(self, account: Account) -> int:
        """Make an account part of the world; returns its number."""
        self.accounts.append(account)
        self.truth[account.account_id] = Truth(account.label, account.archetype, account.campaign_id)
        return len(self.accounts) - 1

    def reword(self, company: Company) -> None:
        """Give every member the campaign's present wording; the payloads stay the same."""
        name = company.campaign.campaign_id
        changed = muster(self.site, company.campaign, wording=company.wording)
        authors = [next(s.author for s in each.streams if s.campaign_id == name) for each in changed]
        for member in company.members:
            if not member.lost:
                harvest = next(s for s in self.accounts[member.number].streams if s.campaign_id == name)
                harvest.author = reworded(harvest.author, authors[member.number % len(authors)])

    def paid(self, when: int, company: Company, account_id: str | None, what: str, amount: float) -> None:
        """Write a payment down."""
        if amount:
            name = company.campaign.campaign_id
            self.ledger.note(when, "paid", account_id, name, what=what, amount=round(amount, 6))


def reworded(before: Author, after: Author) -> Author:
    """What is written from now on, in the settings of the same person as before."""
    if isinstance(before, Disguised) and isinstance(after, Disguised):
        return dataclasses.replace(after, person=before.person)
    return after
