"""A world: who is in it, what is true about them, and every exchange in order of time.

Planning draws people, campaigns and times; the words of an exchange are written when it is asked for and
depend only on its own numbers, so any part of a world can be written anywhere and comes out the same.
"""

from __future__ import annotations

import dataclasses
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.errors import StillwatchError
from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.plan import DAY_MS, Account, Moment, Window
from stillwatch.range.population import as_before, older, people, registrations
from stillwatch.range.records import record
from stillwatch.range.schedule import counts, schedule
from stillwatch.range.seeding import mix, number
from stillwatch.range.site import site as site_of
from stillwatch.range.splits import TRAIN, check_split
from stillwatch.range.worlds import world_module

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.range.spec import WorldSpec

_BEGIN_MS: Final = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp() * 1000)
_HISTORY: Final = "-history"
_CHUNK: Final = 8192
_LARGEST_SEED: Final = 2**63


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
        split: str,
        accounts: list[Account],
        campaigns: list[Campaign],
        window: Window,
        exchanges: int,
        present: Window,
    ) -> None:
        self.name = name
        self.seed = seed
        self.split = split
        self.window = window
        self.accounts = accounts
        self._present = present  # what a moment's place in time is told against; a history lies before it
        key = (name, seed, window.start) if split == TRAIN else (name, seed, split, window.start)
        self._base = number("exchanges", *key)
        self._schedule = schedule(accounts, counts(accounts, exchanges), window, key)
        self.truth = {
            account.account_id: Truth(account.label, account.archetype, account.campaign_id)
            for account in accounts
        }
        self.campaigns = [self._described(campaign) for campaign in campaigns]
        self.registrations = registrations(accounts)

    def __len__(self) -> int:
        """Number of exchanges."""
        return len(self._schedule)

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
        origin, length = self._present.start, self._present.end - self._present.start
        for index, (stamp, when, owner, place, session, turn, serial, item) in enumerate(rows, begin):
            account = self.accounts[owner]
            base = account.seed ^ self._base
            moment = Moment(mix(base, session * 8 + place), turn, item, serial, (when - origin) / length)
            rng.seed(mix(base + 1, serial * 8 + place))
            made = account.streams[place].author.write(rng, aside, moment)
            yield record(f"{stamp}Z", self.request_id(index), account, moment, made, rng)

    def _described(self, campaign: Campaign) -> dict[str, Any]:
        member = np.asarray([account.campaign_id == campaign.campaign_id for account in self.accounts])
        theirs = member[self._schedule.account]
        harvested = int(np.count_nonzero(theirs & (self._schedule.item >= 0)))
        return campaign.described(int(member.sum()), harvested, int(theirs.sum()))


def make_world(
    name: str,
    seed: int,
    accounts: int | None = None,
    exchanges: int | None = None,
    *,
    split: str = TRAIN,
    history_days: int | None = None,
    history_campaigns: int = 0,
) -> World:
    """A world by name.

    ``NAME-history``, or ``history_days``, gives the days before the world of that name: the same honest
    people and products, no new communities, none of its campaigns. ``history_campaigns`` puts that
    many older campaigns into the history, as nobody noticed them at the time.

    ``split`` says whose families, tactics and wording are used; no other split has any of them.

    Raises:
        StillwatchError: unknown world or split, or numbers that make no world.
    """
    if name.endswith(_HISTORY):
        name, history_days = name.removesuffix(_HISTORY), history_days or 0
    spec = world_module(name).spec(accounts, check_split(split))
    if history_days == 0:
        history_days = spec.days
    _check(seed, accounts, exchanges, history_days)
    if exchanges is not None:
        spec = dataclasses.replace(spec, exchanges=exchanges)
    window = Window(_BEGIN_MS, _BEGIN_MS + spec.days * DAY_MS)
    site = site_of(name, seed, window, split)
    campaigns = [
        Campaign(f"camp-{index + 1:02d}", family, knobs, window.part(knobs.start, knobs.end))
        for index, (family, knobs) in enumerate(spec.campaigns)
    ]
    members = [account for campaign in campaigns for account in muster(site, campaign)]
    honest = people(site, spec, spec.accounts - len(members))
    everyone = sorted(honest + members, key=lambda account: account.account_id)
    if history_days is None:
        return World(name, seed, split, everyone, campaigns, window, _affordable(spec, members), window)
    past = Window(window.start - history_days * DAY_MS, window.start)
    earlier = older(dataclasses.replace(site, window=past), history_campaigns)
    veterans = [veteran for account in everyone if (veteran := as_before(account, window.start))]
    found = sorted(
        veterans + [a for _, group in earlier for a in group], key=lambda account: account.account_id
    )
    wanted = round(spec.exchanges * history_days / spec.days)
    return World(
        name + _HISTORY, seed, split, found, [campaign for campaign, _ in earlier], past, wanted, window
    )


def _check(seed: int, accounts: int | None, exchanges: int | None, history_days: int | None) -> None:
    """Refuse numbers out of range."""
    for title, value, low, high in (
        ("seed", seed, 0, _LARGEST_SEED),
        ("accounts", accounts, 100, 5_000_000),
        ("exchanges", exchanges, 1000, 10**10),
        ("history_days", history_days, 1, 365),
    ):
        if value is not None and not low <= value <= high:
            raise StillwatchError(
                f"{title} is {value}, it must lie between {low} and {high}", code="SW-RANGE-03", where=title
            )


def _affordable(spec: WorldSpec, members: list[Account]) -> int:
    """The exchanges of the world, if its campaigns leave room for honest people."""
    taken = sum(int(stream.weight) for account in members for stream in account.streams)
    if taken > 0.7 * spec.exchanges:
        raise StillwatchError(
            f"the campaigns alone need {taken} exchanges of {spec.exchanges}",
            code="SW-RANGE-04",
            where="exchanges",
            hint=f"ask for at least {int(taken / 0.7) + 1}",
        )
    return spec.exchanges
