"""Campaigns out of real material, hidden among the honest accounts that `worlds_from_real` composes.

What a campaign sends is a template of an openly described pipeline around items of a public set, dealt out to its
accounts; arrivals are those of one real API client, or those of people. Whose account it is, is invented.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from random import Random
from typing import Final

import numpy as np

from benchmarks.worlds_from_real import SPAN, Client, Composer, Data, Messages, said
from stillwatch.range.infrastructure import BROWSERS, PROGRAMS
from stillwatch.range.realdata.clients import clients
from stillwatch.range.seeding import arrays, dice

HALF: Final = SPAN / 2
"""Second from which on campaigns act; what comes before can serve as earlier traffic."""

PREFIX: Final = "campaign/"
_SPOKEN: Final = (
    "ultrachat_eval/prompts",
    "openassistant_prompts/prompt_lottery_en",
    "arena_hard/prompts",
    "bbh/prompts",
)


@dataclasses.dataclass(frozen=True, slots=True)
class Campaign:
    """One way to harvest.

    Attributes:
        items: the set that is worked off; every item goes to one account.
        each: harvest exchanges of an account, about.
        own: share of an account's traffic in the second week that is a person's.
        versions: templates it takes turns with; none sends the items as they are.
        personal: every account has one of them for its own.
        aged: accounts with a past and traffic in it, else opened in the days before.
        people: hours and places of people, else one program's queue in a data centre.
    """

    name: str
    accounts: int
    each: int
    items: str
    own: float = 0.0
    versions: int = 1
    personal: bool = False
    aged: bool = False
    people: bool = False


CAMPAIGNS: Final = (
    Campaign("instructions", 60, 40, "gpteacher/codegen"),
    Campaign("reasoning", 80, 30, "gsm8k/train", own=0.3, people=True),
    Campaign("reasoning-aged", 60, 30, "gsm8k/train", own=0.5, aged=True, people=True),
    Campaign("roleplay", 40, 40, "gpteacher/roleplay", own=0.5, versions=3),
    Campaign("exam-aged", 80, 25, "mmlu/test", own=0.7, aged=True, people=True),
    Campaign("sweep-aged", 30, 60, "mgsm/prompts", own=0.2, versions=5, aged=True),
    Campaign("few", 12, 100, "ultrachat_eval/prompts", versions=2),
    Campaign("few-aged", 8, 60, "mbpp/prompts", own=0.3, aged=True, people=True),
    Campaign("verbatim", 60, 40, "mmlu/test", versions=0),
    Campaign("own-words", 50, 40, "gsm8k/train", own=0.3, versions=50, personal=True, people=True),
    Campaign("own-words-aged", 50, 40, "mmlu/test", own=0.3, versions=50, personal=True, aged=True),
    Campaign("thin-aged", 80, 8, "gpteacher/codegen", own=0.9, versions=2, aged=True, people=True),
)


def campaign_clients(data: Data, seed: int) -> Iterator[Client]:
    """The accounts of every campaign; their ``kind`` is `PREFIX` and the campaign's name."""
    composer = Composer(data, seed + 1_000_003)
    for index, campaign in enumerate(CAMPAIGNS):
        yield from _accounts(composer, campaign, seed, index)


def _accounts(composer: Composer, campaign: Campaign, seed: int, index: int) -> Iterator[Client]:
    rng, gen = dice("campaign", seed, index), arrays("campaign", seed, index)
    data = composer.data
    templates = rng.sample(sorted(data.templates("distill")), campaign.versions)
    items = list(data.texts[campaign.items])
    rng.shuffle(items)
    sender = rng.choice(clients(data.root))
    hours = np.concatenate([[when for when, _ in messages] for messages in data.people])
    begin = HALF + gen.uniform(0.02, 0.3) * HALF
    dealt = 0
    for number in range(campaign.accounts):
        count = max(4, int(gen.lognormal(np.log(campaign.each), 0.3)))
        mine = [items[(dealt + i) % len(items)] for i in range(count)]
        dealt += count
        if campaign.people:
            work = begin + composer.sittings(hours, count) % (SPAN - begin)
        else:
            work = begin + sender.times(gen, count) % (SPAN - begin)
        own = round(count * campaign.own / (1 - campaign.own))
        private = _private(composer, hours, own, aged=campaign.aged)
        chat = [text for name in rng.sample(_SPOKEN, 2) for text in data.texts[name]]
        said_with = [templates[number % len(templates)]] if campaign.personal else templates
        yield _account(composer, campaign, work, private, mine, said_with, chat)


def _private(composer: Composer, hours: np.ndarray, own: int, *, aged: bool) -> np.ndarray:
    """Times of what its owner sends; an old account has sent as much in the week before."""
    second = HALF + composer.sittings(hours, own) % HALF if own else np.empty(0)
    if not aged:
        return second
    first = composer.sittings(hours, max(3, own)) % HALF
    return np.concatenate([first, second])


def _account(
    composer: Composer,
    campaign: Campaign,
    work: np.ndarray,
    private: np.ndarray,
    items: list[str],
    templates: list[str],
    chat: list[str],
) -> Client:
    times = np.concatenate([work, private])
    order = np.argsort(times, kind="stable")
    harvest = order < len(work)
    place = np.cumsum(harvest) - 1

    def write(rng: Random, serial: int) -> Messages:
        if not harvest[serial]:
            return said(chat[int(rng.random() * len(chat))])
        item = items[int(place[serial]) % len(items)]
        return said(rng.choice(templates).replace("{payload}", item) if templates else item)

    rng = composer.rng
    country = composer.networks.country(rng)
    sizes = composer.data.azure_chat if not campaign.people else composer.data.mooncake
    return Client(
        PREFIX + campaign.name,
        times[order],
        sizes[composer.gen.integers(0, len(sizes), len(times))],
        write,
        (rng.choice(BROWSERS if campaign.people else PROGRAMS),),
        composer.networks.home(rng, country) if campaign.people else composer.networks.cloud(rng, country),
        harvest=harvest,
        created_days=None if campaign.aged else float(composer.gen.uniform(1, 12)) - 7.0,
    )
