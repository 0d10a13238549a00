"""What bad members can do to a forum, under several ways of trusting reports.

Six members, a year of weeks, ten seeds. A way is told who reported what and what adjudication found, and says what
may be relied on. Given are the share of campaigns acted on and the innocents acted on per million.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from benchmarks.forum import Policy, year
from benchmarks.forum_attacks import ATTACKS
from benchmarks.noisy_or import ACT_ABOVE, support, unweighted
from stillwatch.sharing.trust.corroboration import Corroboration
from stillwatch.sharing.trust.standing import records

if TYPE_CHECKING:
    from stillwatch.sharing.trust.history import History

DESCRIPTION = "bad members of a forum against ways of trusting reports: campaigns found, innocents hurt"

TARGETS = (
    ("recall", "campaigns found, two of six members colluding", ">=", 0.8, "share"),
    ("innocents_ppm", "innocents hurt, two of six members colluding", "<=", 30, "in a million"),
)

SEEDS: Final = 10
SMALL_SEEDS: Final = 1
FIRST_SEED: Final = 7_000  # others were used while the rules were made
_TARGET: Final = "two colluding"

Reports = Sequence[frozenset[str]]


def any_report(_h: History, _m: dict[str, int], _w: int, reports: Reports) -> list[bool]:
    """Whatever somebody reports."""
    return [True] * len(reports)


def two_reports(_h: History, _m: dict[str, int], _w: int, reports: Reports) -> list[bool]:
    """Whatever two report: counting heads."""
    return [len(reporters) > 1 for reporters in reports]


def noisy_or(history: History, _m: dict[str, int], week: int, reports: Reports) -> list[bool]:
    """Reports weighted by posterior precision, taken for independent."""
    standing = records(history, week)
    return [support(unweighted(reporters), standing) > ACT_ABOVE for reporters in reports]


def stillwatch(history: History, members: dict[str, int], week: int, reports: Reports) -> list[bool]:
    """What `sharing.trust.corroboration` relies on."""
    return [each.relied_on for each in Corroboration(history, members, week).week(reports)]


def weighed(history: History, members: dict[str, int], week: int, reports: Reports) -> list[bool]:
    """What a lab weighs among its own evidence, taken for an act where it is nearly sure; really it tips at most."""
    trust = Corroboration(history, members, week)
    return [trust.believed(reporters) > ACT_ABOVE for reporters in reports]


POLICIES: Final[dict[str, Policy]] = {
    "any report": any_report,
    "two reports": two_reports,
    "noisy-or": noisy_or,
    "weighed": weighed,
    "stillwatch": stillwatch,
}


def run(small: bool) -> dict[str, Any]:
    """Every way under every attack; prints a table."""
    seeds = SMALL_SEEDS if small else SEEDS
    print(
        f"{'recall / innocents per million':24}" + "".join(f"{name:>20}" for name in POLICIES),
        file=sys.stderr,
    )
    figures: dict[str, Any] = {}
    for attack in ATTACKS:
        cells = []
        for name, policy in POLICIES.items():
            years = [year(attack, policy, seed) for seed in range(FIRST_SEED, FIRST_SEED + seeds)]
            recall = statistics.mean(each.recall for each in years)
            hurt = statistics.mean(each.innocents_ppm for each in years)
            cells.append(f"{recall:.2f} / {hurt:,.0f}")
            _note(figures, attack.name, name, recall, hurt)
            if attack.name == _TARGET and name == "stillwatch":
                figures["settled_recall"] = round(statistics.mean(each.settled_recall for each in years), 4)
                figures["worst_seed_innocents_ppm"] = round(max(each.innocents_ppm for each in years), 1)
        print(f"{attack.name:24}" + "".join(f"{cell:>20}" for cell in cells), file=sys.stderr)
    return figures


def _note(figures: dict[str, Any], attack: str, policy: str, recall: float, hurt: float) -> None:
    """Keep a cell; that of the target stands at the top."""
    if attack == _TARGET and policy == "stillwatch":
        figures["recall"], figures["innocents_ppm"] = round(recall, 4), round(hurt, 1)
    figures.setdefault(policy, {})[attack] = {"recall": round(recall, 4), "innocents_ppm": round(hurt, 1)}
