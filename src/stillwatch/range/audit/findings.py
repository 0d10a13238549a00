"""Audits a made world: every feature alone, every campaign, and what the audit found in words and JSON."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from stillwatch.errors import StillwatchError
from stillwatch.range.audit.categories import target_rates
from stillwatch.range.audit.features import account_features
from stillwatch.range.audit.log_table import open_log
from stillwatch.range.audit.separability import HIGH, LOW, PRECISION, RECALL, Separation, separation
from stillwatch.range.score.truth import Truth, read_truth

if TYPE_CHECKING:
    from stillwatch.range.audit.overlap import Overlap

_VALUE_OF: Final = "value of "


@dataclasses.dataclass(frozen=True, slots=True)
class Audit:
    """How easy a world is for those who look at one thing only.

    Attributes:
        world: its name.
        accounts: accounts in all, and how many of them attack.
        campaigns: their names, by the numbers that ``solved`` uses.
        features: every feature, the one farthest from 0.5 first.
        overlaps: near-duplicates between splits; None where they were not asked for.
    """

    world: str
    accounts: int
    attackers: int
    campaigns: tuple[str, ...]
    features: tuple[Separation, ...]
    overlaps: tuple[Overlap, ...] | None = None

    @property
    def outside(self) -> tuple[Separation, ...]:
        """Features outside the band wanted for adaptive worlds."""
        return tuple(feature for feature in self.features if feature.outside)

    def solved(self) -> dict[str, list[str]]:
        """For each campaign that one feature solves, the features that do."""
        found: dict[str, list[str]] = {}
        for feature in self.features:
            for number in feature.solved:
                found.setdefault(self.campaigns[number], []).append(feature.name)
        return dict(sorted(found.items()))

    def as_json(self) -> dict[str, Any]:
        """Everything, as ``audit.json`` has it."""
        return {
            "world": self.world,
            "accounts": self.accounts,
            "attackers": self.attackers,
            "campaigns": len(self.campaigns),
            "campaigns_solved_by_one_feature": len(self.solved()),
            "wanted": {"low": LOW, "high": HIGH},
            "outside": [feature.name for feature in self.outside],
            "solved_at": {"precision": PRECISION, "recall": RECALL},
            "solved": self.solved(),
            "features": [
                {
                    "name": each.name,
                    "auroc": each.area,
                    "recall_at_precision_95": each.recall,
                    "campaigns_solved": len(each.solved),
                    "accounts": each.known,
                }
                for each in self.features
            ],
            "overlap": None
            if self.overlaps is None
            else [dataclasses.asdict(each) for each in self.overlaps],
        }


def audit(world: Path, *, threads: int = 2, memory_gib: float = 2.0) -> Audit:
    """Audits the world in a folder that ``range make`` wrote in the canonical format.

    Args:
        world: the folder.
        threads: how many threads may read the log.
        memory_gib: how much memory reading may take.

    Raises:
        StillwatchError: log or truth are missing, damaged, or do not belong together.
    """
    truth = read_truth(world)
    connection = open_log(world / "exchanges.jsonl.gz", threads=threads, memory_gib=memory_gib)
    with connection:
        _check(connection.execute("SELECT DISTINCT account_id FROM exchange").fetchall(), truth, world)
        values = account_features(connection, truth.accounts)
        rates = target_rates(connection, truth.accounts, truth.attack)
    values |= {f"{_VALUE_OF}{name}": rate for name, rate in rates.items()}
    features = [separation(name, each, truth.attack, truth.campaign) for name, each in values.items()]
    features.sort(key=lambda each: (-abs((0.5 if each.area is None else each.area) - 0.5), each.name))
    return Audit(
        truth.world,
        len(truth.accounts),
        int(np.count_nonzero(truth.attack)),
        tuple(campaign.campaign_id for campaign in truth.campaigns),
        tuple(features),
    )


def _check(sent: list[tuple[str]], truth: Truth, world: Path) -> None:
    """Refuse a log and a truth that are not of one world."""
    strange = {account for (account,) in sent} - set(truth.accounts)
    if strange:
        raise StillwatchError(
            f"log and truth do not match: {len(strange)} accounts are not in the truth "
            f"({', '.join(sorted(strange)[:5])})",
            code="SW-AUDIT-03",
            where=str(world),
            hint="make the world again with `stillwatch range make`",
        )
