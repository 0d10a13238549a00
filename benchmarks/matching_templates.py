"""How well template signatures tell: a campaign's accounts are shared out between two labs, one tells, the other looks.

Lab A derives signatures from its half of each campaign's accounts, leaving out what its own customers say; lab B
compares its prompts, the other half's and those of customers whom lab A does not know, with all of them. The campaigns
are the range's families that share wording, with a growing share of sentences reworded each time. Families whose
members share none by design (public tasks split up, free rewriting, many languages) must give no signature.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from random import Random
from typing import Any, Final

from benchmarks.sketch import OTHER_WORDS, _prompt
from stillwatch.range.world import World, make_world
from stillwatch.sharing.matching.minhash import THRESHOLD, Hasher, shingles, similarity
from stillwatch.sharing.matching.template import Derived, TemplateFinder
from stillwatch.sharing.matching.template_index import TemplateIndex

SEED: Final = 23
REWORDED: Final = (0.0, 0.25, 0.5)
_LEAST_ACCOUNTS: Final = 5
_PROMPTS_OF_ONE: Final = 2  # of an account that have to match, as a member's client asks
_KNOBS: Final = ("accounts=16", "dilution=0")

Prompts = list[tuple[str, str]]


def judged(small: bool) -> dict[str, Any]:
    """Precision and recall at the fixed threshold, by prompt and by account, and of pairs of prompts."""
    hasher = Hasher(b"f" * 32)
    figures: dict[str, Any] = {}
    for share in REWORDED:
        found = _of_world(share, hasher, small)
        figures[f"reworded_{share:g}"] = found
        if share == REWORDED[0]:
            figures |= found
    return figures


def _of_world(reworded: float, hasher: Hasher, small: bool) -> dict[str, Any]:
    """The figures of one world."""
    settings = (*_KNOBS, f"exchanges={8 if small else 20}", f"paraphrase={reworded}")
    exchanges = 6_000 if small else 12_000
    world = make_world("standard", SEED, accounts=500, exchanges=exchanges, settings=settings)
    campaigns, honest = _shared_out(world)
    families = {c["campaign_id"]: c["family"] for c in world.campaigns}
    known, strange = _by_account(honest)
    derived = {c: _derived(first, known, hasher) for c, (first, _) in campaigns.items()}
    worded = {c: halves for c, halves in campaigns.items() if families[c] not in OTHER_WORDS}
    told = [c for c in worded if derived[c]]
    print(
        f"{reworded:.0%} of sentences reworded: {len(told)} of {len(worded)} campaigns gave a signature",
        file=sys.stderr,
    )
    figures: dict[str, Any] = _pairs(worded, strange, hasher, 1_000 if small else 5_000)
    figures |= _found(worded, strange, derived, hasher)
    figures["campaigns_with_signature"] = len(told) / max(len(worded), 1)
    figures["signatures_without_common_wording"] = sum(
        bool(derived[c]) for c in campaigns.keys() - worded.keys()
    )
    return figures


def _shared_out(world: World) -> tuple[dict[str, tuple[Prompts, Prompts]], Prompts]:
    """Each campaign's prompts by lab, and those of honest accounts."""
    campaigns: dict[str, tuple[Prompts, Prompts]] = defaultdict(lambda: ([], []))
    honest: Prompts = []
    lab: dict[str, dict[str, int]] = defaultdict(dict)
    for record, (_, campaign) in zip(world.exchanges(), world.exchange_truth(), strict=True):
        account, text = record["account_id"], _prompt(record)
        if campaign is None:
            honest.append((account, text))
        else:
            halves = campaigns[campaign]
            mine = lab[campaign]
            halves[mine.setdefault(account, len(mine) % 2)].append((account, text))
    return dict(campaigns), honest


def _by_account(prompts: Prompts) -> tuple[Prompts, Prompts]:
    """Honest prompts by lab, too: lab A knows its own customers only."""
    accounts = sorted({account for account, _ in prompts})
    first = set(accounts[::2])
    return [p for p in prompts if p[0] in first], [p for p in prompts if p[0] not in first]


def _derived(prompts: Prompts, others: Prompts, hasher: Hasher) -> list[Derived]:
    finder = TemplateFinder("e1", hasher, least_accounts=_LEAST_ACCOUNTS)
    for account, text in prompts:
        if not finder.add(account, shingles(text)):
            break
    for account, text in others:
        finder.add_other(account, shingles(text))
    return finder.found()


def _pairs(
    campaigns: dict[str, tuple[Prompts, Prompts]], honest: Prompts, hasher: Hasher, number: int
) -> dict[str, float]:
    """Two prompts of one campaign against a campaign's and an honest one, by similarity of signatures."""
    rng = Random(SEED)
    known: dict[str, bytes | None] = {}

    def alike(one: str, other: str) -> float:
        a, b = (known.setdefault(t, hasher.signature(t)) for t in (one, other))
        return similarity(a, b) if a and b else 0.0

    groups = [first + second for first, second in campaigns.values() if len(first + second) > 1]
    same = [alike(*(text for _, text in rng.sample(rng.choice(groups), 2))) for _ in range(number)]
    apart = [alike(rng.choice(rng.choice(groups))[1], rng.choice(honest)[1]) for _ in range(number)]
    recall = sum(s >= THRESHOLD for s in same) / number
    false = sum(s >= THRESHOLD for s in apart) / number
    print(
        f"pairs of prompts: median similarity {sorted(same)[number // 2]:.2f} within a campaign, "
        f"{sorted(apart)[int(0.99 * number)]:.2f} at the 99th percentile of others",
        file=sys.stderr,
    )
    return {
        "pairs_recall": recall,
        "pairs_false": false,
        "pairs_precision": recall / max(recall + false, 1e-9),
    }


def _found(
    campaigns: dict[str, tuple[Prompts, Prompts]],
    honest: Prompts,
    derived: dict[str, list[Derived]],
    hasher: Hasher,
) -> dict[str, float]:
    """Lab B's prompts and accounts that carry one of lab A's signatures."""
    index = TemplateIndex([d.template.signature for found in derived.values() for d in found])
    guilty: Prompts = [prompt for _, second in campaigns.values() for prompt in second]
    hits, accounts = _carrying(guilty, index, hasher)
    wrong, innocent = _carrying(honest, index, hasher)
    everybody, people = {a for a, _ in guilty}, {a for a, _ in honest} - {a for a, _ in guilty}
    innocent &= people
    print(
        f"prompts: {hits:,} of {len(guilty):,} found, {wrong:,} of {len(honest):,} honest ones; accounts: "
        f"{len(accounts)} of {len(everybody)} found, {len(innocent)} of {len(people)} honest ones",
        file=sys.stderr,
    )
    return {
        "template_recall": hits / max(len(guilty), 1),
        "template_false": wrong / max(len(honest), 1),
        "template_precision": hits / max(hits + wrong, 1),
        "account_recall": len(accounts) / max(len(everybody), 1),
        "account_false": len(innocent) / max(len(people), 1),
        "account_precision": len(accounts) / max(len(accounts) + len(innocent), 1),
    }


def _carrying(prompts: Prompts, index: TemplateIndex, hasher: Hasher) -> tuple[int, set[str]]:
    """How many prompts carry a signature of the index, and accounts of which at least two do."""
    signed = [(account, s) for account, text in prompts if (s := hasher.signature(text)) is not None]
    carrying = {match.query for match in index.search([s for _, s in signed])}
    times: dict[str, int] = defaultdict(int)
    for place in carrying:
        times[signed[place][0]] += 1
    return len(carrying), {account for account, count in times.items() if count >= _PROMPTS_OF_ONE}
