"""What the members of one campaign have in common besides their work, as far as the knobs say."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.infrastructure import PROGRAMS, Networks
from stillwatch.range.plan import DAY_MS, Account, Window
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.seeding import dice

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.knobs import Knobs

_RHYTHMS: Final = {
    "office": Rhythm("office", 0.3, 6.0, 55.0),
    "jittered": Rhythm("flat", 1.0, 1.8, 240.0, 1.2),
    "relay": Rhythm("flat", 1.0, 9.0, 20.0, 0.6),
    "trickle": Rhythm("waking", 1.0, 1.0, 60.0),
    "nightly": Rhythm("nightly", 1.0, 25.0, 6.0, 0.4),
    "commuter": Rhythm("evening", 1.6, 3.0, 100.0),
}
_JOBS_A_DAY: Final = 5
_OFFICE: Final = 5  # members to a leased office
_WAVE: Final = 8  # members that open their accounts together


class Disguise:
    """Infrastructure, rhythm and age of a campaign's members."""

    def __init__(
        self, rng: Random, networks: Networks, campaign_id: str, knobs: Knobs, window: Window
    ) -> None:
        self.rng = rng
        self.networks = networks
        self.campaign_id = campaign_id
        self.knobs = knobs
        count = knobs.accounts
        self.addresses = networks.cloud(rng, "US", max(2, count // 10))
        self.payments = tuple(networks.payment(campaign_id, i) for i in range(max(1, count // 8)))
        self.agents = tuple(rng.sample(PROGRAMS, 2))
        span = window.end - window.start
        jobs = max(2, int(span / DAY_MS * _JOBS_A_DAY))
        self.starts = tuple(sorted(window.start + int(rng.random() * span) for _ in range(jobs)))

    def rhythm(self, cover: Rhythm) -> Rhythm:
        """When members harvest."""
        timing = self.knobs.timing
        if timing == "synchronised":
            return Rhythm("flat", 1.0, 7.0, 4.0, 0.5, starts=self.starts, jitter=self.knobs.jitter)
        return _RHYTHMS.get(timing) or dataclasses.replace(cover, starts=())

    def dress(self, account: Account, index: int) -> None:
        """Give a member the campaign's infrastructure, unless it has a person's with the place."""
        if self.knobs.place == "taken":
            return
        identity, kind, country = account.identity, self.knobs.infrastructure, account.identity.country
        own = self.networks.payment(self.campaign_id, "own", index)
        if kind == "shared":
            first = index % len(self.addresses)
            identity.addresses = (
                self.addresses[first],
                self.addresses[(first * 3 + 1) % len(self.addresses)],
            )
            identity.payment = self.payments[index % len(self.payments)]
            identity.user_agents = self.agents[: 1 + index % 2]
        elif kind == "moderate":
            exit_node = self.networks.home(dice(self.campaign_id, index // 4), "US")[0]
            identity.addresses = (*identity.addresses[:1], exit_node)
            identity.user_agents = (self.rng.choice(PROGRAMS),)
        elif kind == "unique":
            identity.payment = own
            identity.user_agents = (self.rng.choice(PROGRAMS),)
        elif kind == "exits":  # the companies of the archetype vpn_staff are numbered in steps of their size
            identity.addresses = self.networks.vpn(30 * int(self.rng.random() * 3))
            identity.payment = own
        elif kind == "carrier":
            identity.addresses = tuple(self.networks.mobile(self.rng, country) for _ in range(4))
            identity.payment = own
        elif kind == "campus":  # so are the classes of the archetype student_course
            campus = self.networks.university(35 * int(self.rng.random() * 4), country)
            identity.addresses = (*campus, *identity.addresses)
        elif kind == "leased":
            identity.addresses = self.networks.office((self.campaign_id, index // _OFFICE), country)
            identity.payment = None

    def age(self, account: Account, index: int, span: Window, world: Window) -> None:
        """Say when a member's account was opened, unless a person opened it."""
        if self.knobs.place == "taken":
            return
        identity, kind, roll = account.identity, self.knobs.age, self.rng.random()
        if kind == "fresh":
            identity.created_ms = span.start - int((0.1 + 5 * roll**2) * DAY_MS)
            account.newcomer = identity.created_ms >= world.start
        elif kind == "staggered":
            wave = 3 + 11 * (index // _WAVE) % 330
            identity.created_ms = span.start - int((wave + 2 * roll) * DAY_MS)
        elif kind == "dormant":
            identity.created_ms = span.start - int((200 + 900 * roll) * DAY_MS)
            account.newcomer = True  # it has no history
        else:
            identity.created_ms = min(identity.created_ms, span.start - 30 * DAY_MS)
