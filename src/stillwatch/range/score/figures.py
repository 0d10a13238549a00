"""The figures of one scored run, and of several side by side."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.range.score.alarms import Leak, Leaks, by_dilution, curve, together

if TYPE_CHECKING:
    from stillwatch.range.score.breakdown import Cell, Row
    from stillwatch.range.score.grouping import Agreement
    from stillwatch.reporting.intervals import Share


@dataclasses.dataclass(frozen=True, slots=True)
class Detected:
    """Campaigns of which enough members were called attack."""

    half: Share
    any: Share
    five: Share
    half_of_large: Share


@dataclasses.dataclass(frozen=True, slots=True)
class Score:
    """What a detector's verdicts are worth on one world.

    Attributes:
        precision: of the accounts called attack, those that are.
        recall: of the attack accounts, those called attack.
        fpr: of the honest accounts, those called attack.
        watched: of the honest accounts, those on watch.
        detected: campaigns with at least half, any, five members called; half, of those with 20 or more.
        agreement: of the campaigns named with the true ones.
        leaks: what each campaign had at its first alarm; None where times of exchanges are not known.
        area: under the ROC curve of the score.
        average_precision: of the score.
        seconds: wall time of the run, where its summary says so.
        warnings: what was taken for something else, as sentences.
    """

    world: str
    accounts: int
    precision: Share
    recall: Share
    fpr: Share
    watched: Share
    archetypes: tuple[Row, ...]
    families: tuple[Row, ...]
    tactics: tuple[Row, ...]
    sizes: tuple[Row, ...]
    dilutions: tuple[Row, ...]
    grid: tuple[Cell, ...]
    detected: Detected
    agreement: Agreement
    leaks: tuple[Leak, ...] | None
    area: float | None
    average_precision: float | None
    seconds: float | None
    warnings: tuple[str, ...]

    def as_dict(self) -> dict[str, float | int | None]:
        """Figures by name, one level; None where a figure does not exist for this world."""
        figures: dict[str, float | int | None] = {"accounts": self.accounts}
        for name, share in (
            ("precision", self.precision),
            ("recall", self.recall),
            ("fpr", self.fpr),
            ("benign_watched", self.watched),
            ("campaigns_half", self.detected.half),
            ("campaigns_any", self.detected.any),
            ("campaigns_five", self.detected.five),
            ("campaigns_half_of_large", self.detected.half_of_large),
        ):
            figures |= share.as_dict(name)
        figures |= {
            "pairwise_precision": self.agreement.precision,
            "pairwise_recall": self.agreement.recall,
            "pairwise_f1": self.agreement.f1,
            "adjusted_rand": self.agreement.rand,
            "auroc": self.area,
            "average_precision": self.average_precision,
            "seconds": self.seconds,
        }
        overall = None if self.leaks is None else together(self.leaks)
        return figures | {
            "leaked_median": overall.median if overall else None,
            "leaked_p95": overall.p95 if overall else None,
            "campaigns_never_alarmed": overall.never if overall else None,
        }

    def as_json(self) -> dict[str, Any]:
        """``as_dict`` and every breakdown, as ``score.json`` has them."""
        found = self.leaks or ()
        return {
            "world": self.world,
            **self.as_dict(),
            "warnings": list(self.warnings),
            "fpr_by_archetype": _rows(self.archetypes, "fpr"),
            "recall_by_family": _rows(self.families, "recall"),
            "recall_by_tactic": _rows(self.tactics, "recall"),
            "recall_by_size": _rows(self.sizes, "recall"),
            "recall_by_dilution": _rows(self.dilutions, "recall"),
            "recall_by_dilution_and_size": [
                {"dilution": cell.dilution, "size": cell.size, **cell.share.as_dict("recall")}
                for cell in self.grid
            ],
            "leaked_by_dilution": [dataclasses.asdict(each) for each in self.leaked_by_dilution()],
            "leaked_by_campaign": [dataclasses.asdict(leak) for leak in found],
            "alarm_curve": [list(step) for step in curve(found)],
        }

    def leaked_by_dilution(self) -> tuple[Leaks, ...]:
        """Leaked exchanges for each class of dilution; empty where times are not known."""
        return by_dilution(self.leaks or ())


@dataclasses.dataclass(frozen=True, slots=True)
class Comparison:
    """Several runs on one world, by name, in the order they were given."""

    scores: dict[str, Score]

    def as_json(self) -> dict[str, Any]:
        """Every run's ``as_json`` by name."""
        return {"scores": {name: score.as_json() for name, score in self.scores.items()}}


def _rows(rows: tuple[Row, ...], name: str) -> list[dict[str, Any]]:
    return [{"name": row.name, **row.share.as_dict(name)} for row in rows]
