"""How far each model is: what it gave, what of it counts, and whether more is to be asked."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stillwatch.attribution.answers import Finish
from stillwatch.attribution.archive.contents import answer_of, counting
from stillwatch.attribution.archive.records import Record, RecordKind
from stillwatch.attribution.plans.plan import SENTINEL
from stillwatch.attribution.querying.failures import Trouble

if TYPE_CHECKING:
    from stillwatch.attribution.plans.plan import Plan, PlannedModel


@dataclasses.dataclass(frozen=True, slots=True)
class ModelLine:
    """What one model gave.

    Attributes:
        asked: answers that the plan wants, without sentinels.
        answered: of these, how many came and count.
        cut_off: of these, how many were cut off at the most tokens.
        declined: of these, how many were declined by the model or a filter.
        empty: of these, how many said nothing.
        set_aside: answers that do not count, because the model had changed by then.
        unanswered: questions that the endpoint does not take.
        served: what the model calls itself; empty where it does not.
        changed: by what it was seen to change midway; empty where it was not.
        complete: whether nothing more is to be asked of it.
    """

    name: str
    side: str
    asked: int
    answered: int
    cut_off: int
    declined: int
    empty: int
    set_aside: int
    unanswered: int
    served: str
    changed: str
    complete: bool


def model_lines(plan: Plan, records: Sequence[Record]) -> tuple[ModelLine, ...]:
    """What each model gave, in the plan's order."""
    return tuple(_line(plan, records, model) for model in plan.models)


def _line(plan: Plan, records: Sequence[Record], model: PlannedModel) -> ModelLine:
    own = [each for each in records if each.model == model.name]
    kept = [answer_of(each) for each in counting(plan, records, model, "")]
    given = sum(
        each.kind is RecordKind.ANSWER and not str(each.fields["prompt"]).startswith(SENTINEL) for each in own
    )
    settled = _last(own, RecordKind.SETTLED)
    changed = _last(own, RecordKind.CHANGED)
    rejected = {
        (each.fields["prompt"], each.fields["sample"])
        for each in own
        if each.kind is RecordKind.UNANSWERED and each.fields["trouble"] == Trouble.REJECTED
    }
    served = next((str(each.fields["served"]) for each in own if each.fields.get("served")), "")
    return ModelLine(
        name=model.name,
        side=model.side.value,
        asked=plan.questions(model.side),
        answered=len(kept),
        cut_off=sum(each.finish is Finish.LENGTH for each in kept),
        declined=sum(each.finish is Finish.REFUSED for each in kept),
        empty=sum(not each.text for each in kept),
        set_aside=given - len(kept),
        unanswered=len(rejected),
        served=served,
        changed="" if changed is None else _said(changed.fields),
        complete=bool(settled or changed),
    )


def _last(records: Sequence[Record], kind: RecordKind) -> Record | None:
    return next((each for each in reversed(records) if each.kind is kind), None)


def _said(fields: Any) -> str:
    before = f"{fields['before']} → " if fields["before"] else ""
    return f"{fields['sign']}: {before}{fields['after']}"
