"""The people of one archetype in one world: what a persona needs to plan its accounts."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from stillwatch.range.infrastructure import BROWSERS, COUNTRIES
from stillwatch.range.plan import DAY_MS, NEVER, RELEASE, Account, Address, Identity, Stream
from stillwatch.range.seeding import dice, number
from stillwatch.range.text.bank import Bank, bank
from stillwatch.range.text.subjects import subjects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from stillwatch.range.site import Site


class Cohort:
    """Plans accounts of one archetype.

    Attributes:
        count: how many accounts the persona is asked for; it may return a few more or fewer.
        window: the time the world covers.
        rng: the persona's own random stream.
        split: whose wording these people use.

    ``seed`` is the site's unless given. What is popular is a fact of the site, the same for honest people
    and for those who pose as them.
    """

    def __init__(
        self, site: Site, archetype: str, count: int, seed: tuple[object, ...] | None = None
    ) -> None:
        self.seed = site.key if seed is None else seed
        self.split = site.split
        self.archetype = archetype
        self.count = count
        self.window = site.window
        self.networks = site.networks
        self.rng: Random = dice(*self.seed, "cohort", archetype)
        self._site = site.key
        self._made = 0

    def country(self) -> str:
        """Where somebody lives."""
        return self.networks.country(self.rng)

    @property
    def english(self) -> Bank:
        """The English bank of these people's split."""
        return bank("en", self.split)

    def bank(self, language: str) -> Bank:
        """The bank of a language in these people's split."""
        return bank(language, self.split)

    def words(self, country: str, english: float = 0.35) -> Bank:
        """The bank somebody from there speaks from; ``english`` is the share not using the own language."""
        return self.bank("en" if self.rng.random() < english else COUNTRIES[country][2])

    def topics(self, words: Bank, count: int) -> tuple[int, ...]:
        """Favourite topics, popular ones more often than rare ones."""
        ranked = _popular(self._site, words.language)
        size = len(ranked)
        return tuple(ranked[int(self.rng.random() ** 2 * size)] for _ in range(count))

    def heavy_tail(self, median: float, spread: float = 1.0) -> float:
        """A volume as people's volumes are: many small, few large."""
        return float(median * self.rng.lognormvariate(0.0, spread))

    def account(
        self,
        streams: Sequence[Stream],
        *,
        country: str = "US",
        addresses: tuple[Address, ...] | None = None,
        travels: bool = False,
        organization: str | None = None,
        payment: str | None = None,
        agents: Sequence[str] = BROWSERS,
        keys: int = 1,
        utc_offset: float | None = None,
        age_days: float | None = None,
        newcomer: bool = False,
    ) -> Account:
        """One account; what is not given is drawn as usual for a person in that country."""
        self._made += 1
        code = number(*self.seed, self.archetype, self._made)
        rng = self.rng
        if age_days is None:
            age_days = self._age()
        identity = Identity(
            organization_id=organization,
            api_keys=tuple(f"key_{number(code, 'key', index):016x}" for index in range(keys)),
            addresses=addresses if addresses is not None else self.networks.home(rng, country),
            travels=travels,
            user_agents=tuple(rng.choice(list(agents)) for _ in range(1 + (rng.random() < 0.3))),
            payment=payment if payment is not None else self._payment(code),
            created_ms=int(self.window.end - age_days * DAY_MS),
            utc_offset=float(COUNTRIES[country][1]) if utc_offset is None else utc_offset,
            country=country,
        )
        found = Account(f"acct_{code:016x}", code, self.archetype, identity, list(streams), newcomer=newcomer)
        found.adopts = self._adoption(code)
        return found

    def recent(self, joined: float) -> float:
        """Age of an account opened shortly before something was joined, given as a share of the window."""
        return self.window.days * (1.0 - joined) + self.rng.expovariate(0.5)

    def organization(self, *name: object) -> str:
        """Id of an organisation."""
        return f"org_{number(*self.seed, self.archetype, 'organisation', *name):012x}"

    def _adoption(self, code: int) -> float:
        """When somebody changes to the new model: some at once, most within weeks, some not at all."""
        rng = dice(code, "adoption")
        if rng.random() < 0.3:
            return NEVER
        return RELEASE + rng.expovariate(1.0 / 6.0) / self.window.days

    def _age(self) -> float:
        """Days before the window's end at which an account was opened: long ago for most, not for all."""
        return min(1400.0, 0.5 + self.rng.expovariate(1.0 / 260.0))

    def _payment(self, code: int) -> str | None:
        if self.rng.random() < 0.15:
            return None  # prepaid or free credit
        if self.rng.random() < 0.04:
            return self.networks.payment("family", int(self.rng.random() * 400))
        return self.networks.payment(code)


@functools.lru_cache(maxsize=256)
def _popular(site: tuple[object, ...], language: str) -> tuple[int, ...]:
    """Topics of a language from the most to the least asked about."""
    size = len(subjects(language).topics)
    return tuple(dice(*site, "popular", language).sample(range(size), size))
