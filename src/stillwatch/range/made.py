"""A world: who is in it, what is true about them, and every exchange in order of time.

Planning draws people, campaigns and times; the words of an exchange are written when it is asked for and
depend only on its own numbers, so any part of a world can be written anywhere and comes out the same.
"""

from __future__ import annotations

import dataclasses
import random
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.range.authors.drafts import LARGE, NEXT
from stillwatch.range.plan import Moment, Window
from stillwatch.range.population import registrations
from stillwatch.range.records import record
from stillwatch.range.schedule import Line, Schedule, counts, schedule
from stillwatch.range.seeding import mix, number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.range.campaign import Campaign
    from stillwatch.range.plan import Account
    from stillwatch.range.site import Site

_CHUNK: Final = 8192


@dataclasses.dataclass(frozen=True, slots=True)
class Truth:
    """What is true about an account."""

    label: str
    archetype: str
    campaign_id: str | None


class World:
    """Traffic with known truth.

    Attributes:
        name: what it was asked for by.
        site: where it plays.
        split: whose families, tactics and wording it uses.
        lab: whose site it is, where the same campaigns attack several; else empty.
        window: the time it covers.
        accounts: everybody who sends something.
        truth: per account id.
        campaigns: every campaign with its knobs, as ``campaigns.json`` has them.
        registrations: what the site's operator knows: organisations with a contract or a declaration.
    """

    def __init__(
        self,
        name: str,
        seed: int,
        site: Site,
        accounts: list[Account],
        campaigns: list[Campaign],
        exchanges: int,
        present: Window | None = None,
    ) -> None:
        self.name = name
        self.seed = seed
        self.site = site
        self.split = site.split
        self.lab = site.lab
        self.window = site.window
        self.accounts = accounts
        self._present = (
            present or site.window
        )  # a moment's place in time is told against it, in a history too
        key = (*site.key, site.window.start)
        self._base = number("exchanges", *key)
        self._schedule = schedule(accounts, counts(accounts, exchanges), site.window, key)
        self.truth = {
            account.account_id: Truth(account.label, account.archetype, account.campaign_id)
            for account in accounts
        }
        self.campaigns = [self._described(campaign) for campaign in campaigns]
        self.registrations = registrations(accounts)

    def __len__(self) -> int:
        """Number of exchanges."""
        return len(self._schedule)

    @property
    def plan(self) -> Schedule:
        """Every exchange before a word of it is written, in order of time."""
        return self._schedule

    def exchanges(self, start: int = 0, stop: int | None = None) -> Iterator[dict[str, Any]]:
        """Canonical exchange records in order of time; a part of them by position."""
        limit = len(self) if stop is None else min(stop, len(self))
        rng, aside = random.Random(), random.Random()  # noqa: S311 - seeded before each use, nothing secret
        for begin in range(start, limit, _CHUNK):
            yield from self._chunk(begin, min(begin + _CHUNK, limit), rng, aside)

    def exchange_truth(self) -> Iterator[tuple[str, str | None]]:
        """Request id and the campaign it was harvested for (or None), in the order of the exchanges."""
        table = [[stream.campaign_id for stream in account.streams] for account in self.accounts]
        owners, places = self._schedule.account.tolist(), self._schedule.stream.tolist()
        for index, (owner, place) in enumerate(zip(owners, places, strict=True)):
            yield self.request_id(index), table[owner][place]

    def senders(self) -> Iterator[tuple[str, int]]:
        """Account id and time (milliseconds since 1970), in the order of the exchanges."""
        names = [account.account_id for account in self.accounts]
        owners, times = self._schedule.account.tolist(), self._schedule.when.tolist()
        return ((names[owner], when) for owner, when in zip(owners, times, strict=True))

    def request_id(self, index: int) -> str:
        """The id of the exchange at that position."""
        return f"req_{mix(self._base, index):016x}"

    def _chunk(
        self, begin: int, end: int, rng: random.Random, aside: random.Random
    ) -> Iterator[dict[str, Any]]:
        plan = self._schedule
        part = slice(begin, end)
        stamps = np.datetime_as_string(plan.when[part].astype("datetime64[ms]"), unit="ms").tolist()
        rows = zip(
            stamps,
            plan.when[part].tolist(),
            plan.account[part].tolist(),
            plan.stream[part].tolist(),
            plan.session[part].tolist(),
            plan.turn[part].tolist(),
            plan.serial[part].tolist(),
            plan.item[part].tolist(),
            strict=True,
        )
        for index, (stamp, when, owner, place, session, turn, serial, item) in enumerate(rows, begin):
            account = self.accounts[owner]
            line = Line(when, place, session, turn, serial, item)
            yield self.written(account, account, line, f"{stamp}Z", self.request_id(index), rng, aside)

    def written(
        self,
        sender: Account,
        writer: Account,
        line: Line,
        stamp: str,
        request_id: str,
        rng: random.Random,
        aside: random.Random,
    ) -> dict[str, Any]:
        """The record of one exchange: words of the writer's stream under the sender's identity.

        The same line of the same writer always has the same words; ``rng`` and ``aside`` are reseeded.
        """
        base, place = writer.seed ^ self._base, line.stream
        elapsed = (line.when - self._present.start) / (self._present.end - self._present.start)
        moment = Moment(mix(base, line.session * 8 + place), line.turn, line.item, line.serial, elapsed)
        rng.seed(mix(base + 1, line.serial * 8 + place))
        made = writer.streams[place].author.write(rng, aside, moment)
        if made["model"] == LARGE and elapsed >= writer.adopts:
            made["model"] = NEXT
        return record(stamp, request_id, sender, moment, made, rng)

    def _described(self, campaign: Campaign) -> dict[str, Any]:
        member = np.asarray([account.campaign_id == campaign.campaign_id for account in self.accounts])
        theirs = member[self._schedule.account]
        harvested = int(np.count_nonzero(theirs & (self._schedule.item >= 0)))
        return campaign.described(int(member.sum()), harvested, int(theirs.sum()))
