"""All that a report on a safety gap rests on, and the same as JSON."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch import __version__
from stillwatch.attribution.safety_gap import sentences

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.comparison import CategoryGap, SafetyGap
    from stillwatch.attribution.safety_gap.folder import Asked
    from stillwatch.attribution.safety_gap.judging import Judged


@dataclasses.dataclass(frozen=True, slots=True)
class Measurement:
    """One comparison of two models.

    Attributes:
        what: the prompts.
        judged: the answers, judged, with the judge's error.
        gap: what came of it.
        made_on: ``YYYY-MM-DD``.
    """

    what: Asked
    judged: Judged
    gap: SafetyGap
    made_on: str


def as_json(found: Measurement) -> dict[str, Any]:
    """The figures and sentences for programs; neither prompts nor answers."""
    judged = found.judged
    return {
        "headline": sentences.headline(found.gap),
        "cautions": list(sentences.cautions(found.gap, judged.errors)),
        "categories": [_category(each) for each in found.gap.categories],
        "models": {side: dataclasses.asdict(model) for side, model in judged.models.items()},
        "judge": {
            "name": judged.judge,
            "errors": [dataclasses.asdict(each) for each in judged.errors],
            "reasons": judged.reasons,
        },
        "prompts": {
            "count": len(found.what.prompts),
            "sets": list(found.what.sets),
            "samples": found.what.samples,
            "digest": found.what.digest,
        },
        "answers_digest": judged.head,
        "made_on": found.made_on,
        "version": __version__,
    }


def _category(each: CategoryGap) -> dict[str, Any]:
    pairs = each.pairs
    return {
        "category": each.category.value,
        "prompts": each.prompts,
        "pairs": pairs.n,
        "teacher_failed": pairs.teacher,
        "suspect_failed": pairs.suspect,
        "both_failed": pairs.both,
        "teacher_interval": each.teacher_interval,
        "suspect_interval": each.suspect_interval,
        "teacher_unclear": each.teacher_unclear,
        "suspect_unclear": each.suspect_unclear,
        "difference": pairs.difference,
        "interval": each.interval,
        "p": each.p,
        "p_adjusted": each.adjusted,
        "p_if_unclear_speaks_against": each.worst,
        "difference_if_unclear_speaks_against": each.worst_difference,
        "shown": each.shown,
        "judgements_to_reverse": each.reversals,
        "sentence": sentences.finding(each),
    }
