"""Benchmark ``small-sites``: sites of a few hundred accounts, each with one campaign nobody has tuned on.

A small site is where innocent accounts are in most danger: a campaign is a large part of it, and there are few others
to tell what is usual. Each site has a family, a tactic and a size of its own, drawn by its seed from the
validation split.
"""

from __future__ import annotations

import collections
import dataclasses
import random
import sys
import tempfile
from pathlib import Path
from typing import Final

from stillwatch.range.campaigns import families_of
from stillwatch.range.live.judge import Judge
from stillwatch.range.live.pseudonyms import fixed_key
from stillwatch.range.spec import planned
from stillwatch.range.splits import VALIDATION
from stillwatch.range.tactics import CAMOUFLAGED, MIXED, PLAIN, tactics_of
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world
from stillwatch.reporting.intervals import Share
from stillwatch.settings import Settings

DESCRIPTION = "innocent accounts accused and campaigns found on sites of a few hundred accounts"

ACCOUNTS: Final = 400
EACH: Final = 25
SEEDS: Final = range(600, 630)
SHARES: Final = (0.02, 0.04, 0.07)


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What became of one site."""

    members: int
    found: int
    honest: int
    accused: collections.Counter[str]


def run(small: bool) -> dict[str, float]:
    """Judges each site; ``honest_accused`` of ``honest`` with the upper bound of its rate, and ``recall``."""
    sites = [_site(seed) for seed in (SEEDS[:3] if small else SEEDS)]
    honest = sum(each.honest for each in sites)
    accused = sum((each.accused for each in sites), collections.Counter[str]())
    members = sum(each.members for each in sites)
    if accused:
        print(f"accused: {dict(accused)}", file=sys.stderr)
    return {
        "sites": len(sites),
        "honest": honest,
        "honest_accused": accused.total(),
        "fpr_upper": Share(accused.total(), honest).upper or 1.0,
        "sites_with_an_innocent_accused": sum(bool(each.accused) for each in sites),
        "members": members,
        "recall": sum(each.found for each in sites) / members,
        "campaigns_half_found_share": sum(each.found * 2 >= each.members for each in sites) / len(sites),
    }


def _site(seed: int) -> Site:
    draw = random.Random(seed)
    family = draw.choice(families_of(VALIDATION))
    tactic = draw.choice(tactics_of(VALIDATION, draw.choice((PLAIN, MIXED, CAMOUFLAGED))))
    size = max(12, round(ACCOUNTS * draw.choice(SHARES)))
    campaign = planned(family, VALIDATION, tactic, accounts=size, exchanges=50, start=0.1, end=0.7)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        judge = Judge(work, Settings(), fixed_key())

        def world(kind: str):  # type: ignore[no-untyped-def]
            return make_world(kind, seed, ACCOUNTS, ACCOUNTS * EACH, split=VALIDATION, campaigns=[campaign])

        judge.learn_from(write_world(world("standard-history"), work / "past").logs)
        store = judge.open(work / "store")
        here = world("standard")
        judge.take(store, write_world(here, work / "now").logs)
        judged = judge.judge(store)
    called = {judged.frame.accounts[account] for account in judged.outcome.judgement.alarms}
    members = {name for name, about in here.truth.items() if about.campaign_id}
    accused = collections.Counter(here.truth[name].archetype for name in called - members)
    print(
        f"site {seed}: {family} hidden by {tactic}: {len(called & members)} of {len(members)} found, "
        f"{accused.total()} innocent accused",
        file=sys.stderr,
    )
    return Site(len(members), len(called & members), len(here.truth) - len(members), accused)
