"""From an archive's lines to what counts: which answers, of which model, up to where."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.answers import Answer, Answers, Finish
from stillwatch.attribution.archive.kept import reply_of
from stillwatch.attribution.archive.records import Record, RecordKind, broken
from stillwatch.attribution.plans.plan import SENTINEL

if TYPE_CHECKING:
    from stillwatch.attribution.plans.plan import Plan, PlannedModel

_FINISHES: Final = {
    "length": Finish.LENGTH,
    "max_tokens": Finish.LENGTH,
    "content_filter": Finish.REFUSED,
    "refusal": Finish.REFUSED,
}


def sound_until(records: Iterable[Record], name: str) -> int | None:
    """The last line whose answers of a model count; None where it never changed."""
    for record in records:
        if record.model == name and record.kind is RecordKind.CHANGED:
            return int(record.fields["sound_until"])
    return None


def answers_in(plan: Plan, records: Sequence[Record], where: str) -> Answers:
    """The answers that count, as the battery reads them.

    Args:
        plan: what was asked.
        records: of the archive, checked.
        where: the archive.

    Raises:
        StillwatchError: SW-ATT-64, an answer is to nothing that the plan asks.
    """
    found: list[Answer] = []
    for model in plan.models:
        found.extend(answer_of(record) for record in counting(plan, records, model, where))
    return Answers.gather(
        found,
        suspect=plan.suspect.name,
        teacher=plan.teacher.name if plan.teacher else None,
        controls=[each.name for each in plan.controls],
    )


def counting(plan: Plan, records: Iterable[Record], model: PlannedModel, where: str) -> Iterable[Record]:
    """A model's answers to what it was to be asked, without sentinels, up to a change."""
    until = sound_until(records, model.name)
    asked = {each.prompt_id: each.samples for each in plan.asked_of(model.side)}
    for record in records:
        if record.model != model.name or record.kind is not RecordKind.ANSWER:
            continue
        prompt_id, sample = str(record.fields.get("prompt")), record.fields.get("sample")
        if prompt_id.startswith(SENTINEL):
            continue
        if not isinstance(sample, int) or not 0 <= sample < asked.get(prompt_id, 0):
            raise broken("SW-ATT-64", f"{record.name} is to nothing that the plan asks", where)
        if until is None or record.number <= until:
            yield record


def answer_of(record: Record) -> Answer:
    """An archived answer as the battery reads it."""
    reply = reply_of(record)
    return Answer(
        model=record.model,
        prompt_id=str(record.fields["prompt"]),
        sample=int(record.fields["sample"]),
        text=reply.text,
        logprobs=reply.logprobs,
        pieces=reply.pieces,
        top_logprobs=reply.top_logprobs,
        finish=finish_of(reply.finish),
    )


def finish_of(word: str) -> Finish:
    """How an answer ended, from the endpoint's word."""
    return _FINISHES.get(word, Finish.STOP)
