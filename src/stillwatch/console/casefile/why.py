"""Why: what spoke for and against, how each figure was weighed, and what an honest cause would look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.scales import kind_of
from stillwatch.reporting import wording
from stillwatch.reporting.charts import evidence_bars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.verdict import Reason
    from stillwatch.detection.replay.recorded import CampaignRecord, Candidate, Site
    from stillwatch.reporting.markup import Markup

_WEAK: Final = 0.5
"""Decibans below which a reason is folded on the page."""


def why(record: CampaignRecord | None) -> dict[str, Any]:
    """Reasons for and against the campaign, each with its weight in decibans."""
    if record is None:
        return {"for": [], "against": [], "silent": [], "for_decibans": 0.0, "against_decibans": 0.0}
    return sides(record.reasons) | {
        "innocent_explanation": record.innocent_explanation,
        "missing": list(record.missing),
    }


def sides(reasons: Sequence[Reason]) -> dict[str, Any]:
    """Reasons by what they speak for, the strongest of each first."""
    ordered = wording.by_weight(reasons)
    known = detectors()
    rows: list[dict[str, Any]] = [
        {
            "detector": each.detector,
            "title": known[each.detector].title if each.detector in known else each.detector,
            "decibans": each.decibans,
            "sentence": each.sentence,
            "weak": abs(each.decibans) < _WEAK,
        }
        for each in ordered
    ]
    spoke = [row for row in rows if row["decibans"] > 0]
    against = [row for row in reversed(rows) if row["decibans"] < 0]
    return {
        "for": spoke,
        "against": against,
        "silent": [row for row in rows if row["decibans"] == 0],
        "for_decibans": round(sum(row["decibans"] for row in spoke), 1),
        "against_decibans": round(sum(row["decibans"] for row in against), 1),
    }


def bars(reasons: Sequence[Reason]) -> dict[str, Markup]:
    """A bar for each weight that occurs, all to one scale, by the weight as it is written."""
    reach = evidence_bars.reach_of(reasons)
    return {
        f"bar {each.decibans:.1f}": evidence_bars.evidence_bar(each.decibans, reach=reach) for each in reasons
    }


def judged(record: CampaignRecord | None, site: Site | None) -> dict[str, Any] | None:
    """How the campaign was judged: stage, detector, figure, scale; None where that was not recorded."""
    if record is None or site is None or not record.tracks:
        return None
    candidate = _spoke(record, site)
    if candidate is None:
        return None
    base, scales = site.scales.get(kind_of(candidate.figures), (0.0, {}))
    weight = {each.detector: each.decibans for each in record.reasons}
    figures = [
        {
            "detector": name,
            "figure": round(figure, 4),
            "usual": None if name not in scales else scales[name][2],
            "low": None if name not in scales else scales[name][0],
            "high": None if name not in scales else scales[name][1],
            "decibans": weight.get(name),
        }
        for name, figure in sorted(candidate.figures.items(), key=lambda each: -(weight.get(each[0]) or 0.0))
    ]
    return {
        "base_decibans": round(base, 1),
        "total_decibans": round(candidate.total, 1),
        "p_value": candidate.p_value,
        "level": site.fdr,
        "confirmed": candidate.confirmed,
        "candidates": len(site.candidates),
        "package": site.package,
        "figures": figures,
    }


def _spoke(record: CampaignRecord, site: Site) -> Candidate | None:
    """The strongest candidate of the campaign at the last checkpoint that has it."""
    mine = [each for each in site.candidates if int(each.numbers.get("track", -1)) == record.tracks[0]]
    return max(mine, key=lambda each: each.numbers.get("checkpoint", 0), default=None)
