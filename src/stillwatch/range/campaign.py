"""A campaign: its knobs, its members and how their work is split.

Members start as honest people of some archetype (that is where their camouflage comes from); the
campaign then adds its share of the harvest and, depending on the knobs, its own infrastructure.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.authors.disguised import Disguised
from stillwatch.range.authors.framed import Pool
from stillwatch.range.campaigns import families
from stillwatch.range.cohort import Cohort
from stillwatch.range.harvest import Harvest
from stillwatch.range.infrastructure import PROGRAMS, Networks
from stillwatch.range.personas import personas
from stillwatch.range.plan import ATTACK, DAY_MS, Account, Address, Stream, Window
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.seeding import dice, number

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.knobs import Knobs
    from stillwatch.range.site import Site

_COVERS: Final = (
    ("chat_hobbyist",) * 9
    + ("scaffold_user",) * 3
    + ("coding_agent",) * 2
    + ("traveller", "synthetic_researcher")
)
_STRIDES: Final = (101, 103, 107, 109, 113, 127, 131, 137)


@dataclasses.dataclass(frozen=True, slots=True)
class Campaign:
    """One harvest with every knob."""

    campaign_id: str
    family: str
    knobs: Knobs
    window: Window

    def described(self, accounts: int, payloads: int, exchanges: int) -> dict[str, Any]:
        """The entry of ``campaigns.json``."""
        return {
            "campaign_id": self.campaign_id,
            "family": self.family,
            "about": families()[self.family].ABOUT,
            **dataclasses.asdict(self.knobs),
            "start_ms": self.window.start,
            "end_ms": self.window.end,
            "members": accounts,
            "harvest_exchanges": payloads,
            "members_exchanges": exchanges,
        }


def muster(site: Site, campaign: Campaign) -> list[Account]:
    """All members with their cover traffic, their share of the harvest and their infrastructure."""
    knobs, family, seed = campaign.knobs, families()[campaign.family], site.world
    rng = dice(*seed, "campaign", campaign.campaign_id)
    pool = Pool(number(*seed, "pool", campaign.campaign_id), _STRIDES[int(rng.random() * len(_STRIDES))])
    author_seed = (*seed, "author", campaign.campaign_id)
    shared = _Shared(rng, site.networks, campaign)
    spans = _spans(rng, campaign)
    found = []
    for index, span in enumerate(spans):
        account = _cover(site, campaign, index)
        author = family.author(
            Harvest(dice(*author_seed), dice(*author_seed, index), knobs, pool, index, site.split)
        )
        if knobs.infrastructure == "cloned":
            author = Disguised(author)
        harvest = max(1, round(knobs.exchanges * _appetite(rng, knobs)))
        rhythm = shared.rhythm(account.streams[0].rhythm)
        account.streams = _diluted(account.streams, harvest, knobs.dilution)
        account.streams.append(Stream(author, rhythm, harvest, span, campaign.campaign_id, fixed=True))
        account.label, account.campaign_id = ATTACK, campaign.campaign_id
        account.archetype = campaign.family
        shared.dress(account, index)
        if knobs.age == "fresh":
            account.identity.created_ms = span.start - int((0.1 + 5 * rng.random() ** 2) * DAY_MS)
            account.newcomer = account.identity.created_ms >= site.window.start
        else:
            account.identity.created_ms = min(account.identity.created_ms, span.start - 30 * DAY_MS)
        found.append(account)
    return found


def _appetite(rng: Random, knobs: Knobs) -> float:
    """How a member's volume differs from the mean: little, or as much as people's volumes differ."""
    spread = 0.9 if knobs.timing == "cloned" else 0.25
    return rng.lognormvariate(-spread * spread / 2, spread)


def _cover(site: Site, campaign: Campaign, index: int) -> Account:
    """An honest person whose place the member takes."""
    own = (*site.key, campaign.campaign_id, index)
    if campaign.knobs.infrastructure == "gateway":
        name = "reseller"
    else:
        covers: tuple[str, ...] = getattr(families()[campaign.family], "COVERS", _COVERS)
        name = covers[number(*own, "cover") % len(covers)]
    return personas()[name].recruit(Cohort(site, name, 1, own))[0]


def _diluted(cover: list[Stream], harvest: int, dilution: float) -> list[Stream]:
    """The cover traffic, as much as makes it the wanted share of all."""
    wanted = round(harvest * dilution / (1.0 - dilution))
    if wanted == 0:
        return []
    total = sum(stream.weight for stream in cover)
    return [
        dataclasses.replace(
            stream, weight=max(1, round(wanted * stream.weight / total)), window=None, fixed=True
        )
        for stream in cover
    ]


def _spans(rng: Random, campaign: Campaign) -> list[Window]:
    """When each member harvests; with churn some are replaced by others within hours."""
    knobs, window = campaign.knobs, campaign.window
    pairs = int(knobs.accounts * knobs.churn / 2)
    spans = [window] * (knobs.accounts - 2 * pairs)
    for _ in range(pairs):
        cut = window.start + int((window.end - window.start) * (0.3 + 0.4 * rng.random()))
        pause = int((1 + 5 * rng.random()) * DAY_MS / 24)
        spans += [Window(window.start, cut), Window(min(cut + pause, window.end - DAY_MS // 24), window.end)]
    return spans


class _Shared:
    """What the members of one campaign have in common besides their work."""

    def __init__(self, rng: Random, networks: Networks, campaign: Campaign) -> None:
        self.rng = rng
        self.networks = networks
        self.campaign = campaign
        count = campaign.knobs.accounts
        self.addresses: tuple[Address, ...] = networks.cloud(rng, "US", max(2, count // 10))
        self.payments = tuple(networks.payment(campaign.campaign_id, i) for i in range(max(1, count // 8)))
        self.agents = tuple(rng.sample(PROGRAMS, 2))
        span = campaign.window.end - campaign.window.start
        jobs = max(2, int(span / DAY_MS * 5))
        self.starts = tuple(sorted(campaign.window.start + int(rng.random() * span) for _ in range(jobs)))

    def rhythm(self, cover: Rhythm) -> Rhythm:
        """When members harvest."""
        timing = self.campaign.knobs.timing
        if timing == "synchronised":
            return Rhythm("flat", 1.0, 7.0, 4.0, 0.5, starts=self.starts, jitter=40.0)
        if timing == "office":
            return Rhythm("office", 0.3, 6.0, 55.0)
        if timing == "jittered":
            return Rhythm("flat", 1.0, 1.8, 240.0, 1.2)
        return dataclasses.replace(cover, starts=())

    def dress(self, account: Account, index: int) -> None:
        """Give a member the campaign's infrastructure, as far as the knob says."""
        identity, kind = account.identity, self.campaign.knobs.infrastructure
        if kind == "shared":
            first = index % len(self.addresses)
            identity.addresses = (
                self.addresses[first],
                self.addresses[(first * 3 + 1) % len(self.addresses)],
            )
            identity.payment = self.payments[index % len(self.payments)]
            identity.user_agents = self.agents[: 1 + index % 2]
        elif kind == "moderate":
            exit_node = self.networks.home(dice(self.campaign.campaign_id, index // 4), "US")[0]
            identity.addresses = (*identity.addresses[:1], exit_node)
            identity.user_agents = (self.rng.choice(PROGRAMS),)
        elif kind == "unique":
            identity.payment = self.networks.payment(self.campaign.campaign_id, "own", index)
            identity.user_agents = (self.rng.choice(PROGRAMS),)
