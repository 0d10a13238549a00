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
from stillwatch.range.cover import borrowed, diluted, place
from stillwatch.range.disguise import Disguise
from stillwatch.range.harvest import Harvest
from stillwatch.range.plan import ATTACK, DAY_MS, RELEASE, Account, Stream, Window
from stillwatch.range.seeding import dice, number

if TYPE_CHECKING:
    from random import Random

    from stillwatch.range.crowd import Crowd
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.site import Site

_STRIDES: Final = (101, 103, 107, 109, 113, 127, 131, 137)
_TURN: Final = 0.2  # share of the campaign that a member works, where members take turns


@dataclasses.dataclass(frozen=True, slots=True)
class Campaign:
    """One harvest with every knob; ``tactic`` is None where the knobs were set one by one."""

    campaign_id: str
    family: str
    tactic: str | None
    knobs: Knobs
    window: Window

    def described(self, accounts: int, payloads: int, exchanges: int) -> dict[str, Any]:
        """The entry of ``campaigns.json``."""
        return {
            "campaign_id": self.campaign_id,
            "family": self.family,
            "about": families()[self.family].ABOUT,
            "kind": families()[self.family].KIND,
            "tactic": self.tactic,
            **dataclasses.asdict(self.knobs),
            "start_ms": self.window.start,
            "end_ms": self.window.end,
            "members": accounts,
            "harvest_exchanges": payloads,
            "members_exchanges": exchanges,
        }


def muster(
    site: Site, campaign: Campaign, crowd: Crowd | None = None, *, first: int = 0, wording: int = 0
) -> list[Account]:
    """All members with their cover traffic, their share of the harvest and their infrastructure.

    Args:
        site: where they act.
        campaign: what for.
        crowd: whose places members take, where they take places; without it like people are made up.
        first: number of the first member; above 0 for those who join a campaign under way.
        wording: which of its wordings the campaign uses; the payloads stay the same.
    """
    knobs, family, seed = campaign.knobs, families()[campaign.family], site.world
    rng = dice(*seed, "campaign", campaign.campaign_id)
    pool = Pool(number(*seed, "pool", campaign.campaign_id), _STRIDES[int(rng.random() * len(_STRIDES))])
    author_seed = (*seed, "author", campaign.campaign_id, *((wording,) if wording else ()))
    if first:
        rng = dice(*seed, "campaign", campaign.campaign_id, "joined", first)
    disguise = Disguise(rng, site.networks, campaign.campaign_id, knobs, campaign.window)
    here = f"{campaign.campaign_id} {site.lab}"
    apart = Disguise(dice(*site.key, "apart", here), site.networks, here, knobs, campaign.window)
    found = []
    for index, span in enumerate(_spans(rng, campaign), first):
        account = place(site, campaign.campaign_id, campaign.family, knobs, index, crowd)
        author = family.author(
            Harvest(dice(*author_seed), dice(*author_seed, index), knobs, pool, index, site.split)
        )
        volume = _volume(rng, knobs, account)
        person = account.streams[0]
        if knobs.place == "taken":
            author = Disguised(author, person.author)
            account.before = tuple(account.streams)
        elif knobs.infrastructure == "cloned":
            author = Disguised(author)
        rhythm = disguise.rhythm(person.rhythm)
        if knobs.cover == "borrowed":
            account.streams += borrowed(site, campaign.campaign_id, knobs, index, person)
        account.streams = diluted(account.streams, volume, knobs, site.window, span)
        account.streams.append(
            Stream(author, rhythm, volume, span, campaign.campaign_id, fixed=knobs.place == "own")
        )
        account.label, account.campaign_id = ATTACK, campaign.campaign_id
        account.archetype = campaign.family
        seen = dice(*seed, "overlap", campaign.campaign_id, index).random() < knobs.overlap
        (disguise if seen or not site.lab else apart).dress(account, index)
        disguise.age(account, index, span, site.window)
        if rng.random() < knobs.pivot:
            account.adopts = RELEASE + rng.random() / site.window.days
        found.append(account)
    return found


def _volume(rng: Random, knobs: Knobs, account: Account) -> float:
    """A member's share of the harvest: as the knobs say, or the part of a person's usual volume left for it."""
    if knobs.place == "taken":
        return (1.0 - knobs.dilution) * sum(stream.weight for stream in account.streams)
    return max(1, round(knobs.exchanges * rng.lognormvariate(-(knobs.spread**2) / 2, knobs.spread)))


def _spans(rng: Random, campaign: Campaign) -> list[Window]:
    """When each member harvests; with churn some are replaced by others within hours."""
    knobs, window = campaign.knobs, campaign.window
    length = window.end - window.start
    if knobs.timing == "relay":
        last = max(1, knobs.accounts - 1)
        begins = [window.start + int(length * (1 - _TURN) * i / last) for i in range(knobs.accounts)]
        return [Window(begin, begin + int(length * _TURN)) for begin in begins]
    pairs = int(knobs.accounts * knobs.churn / 2)
    spans = [window] * (knobs.accounts - 2 * pairs)
    for _ in range(pairs):
        cut = window.start + int(length * (0.3 + 0.4 * rng.random()))
        pause = int(knobs.pause * (0.3 + 1.4 * rng.random()) * DAY_MS / 24)
        spans += [Window(window.start, cut), Window(min(cut + pause, window.end - DAY_MS // 24), window.end)]
    return spans
