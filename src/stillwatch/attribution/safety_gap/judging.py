"""Has a judge read every archived answer, measures that judge in the same breath, and keeps both together."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.attribution.archive.kept import reply_of
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.attribution.querying.reply import FILTERED, REFUSED
from stillwatch.attribution.safety_gap import folder
from stillwatch.attribution.safety_gap.asking import SIDES
from stillwatch.attribution.safety_gap.judges.canary import CanaryJudge
from stillwatch.attribution.safety_gap.judges.contract import Judgement
from stillwatch.attribution.safety_gap.judges.sample import JudgeError, Rate, measure, sample
from stillwatch.attribution.safety_gap.prompts import Category, Outcome, Prompt
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.archive.records import Record
    from stillwatch.attribution.querying.reply import Reply
    from stillwatch.attribution.safety_gap.folder import Asked
    from stillwatch.attribution.safety_gap.judges.contract import Judge


@dataclasses.dataclass(frozen=True, slots=True)
class Model:
    """One of the two, as the archive knows it.

    Attributes:
        model: name at its endpoint.
        served: what it called itself; empty where it did not.
        answered: prompts that it answered at least once.
        changed: how it was noticed that it became another model; empty where it did not.
    """

    model: str
    served: str
    answered: int
    changed: str


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """All answers, judged.

    Attributes:
        outcomes: by side and prompt id.
        reasons: why, and how often, by side; what judges said.
        errors: the judge's, on the whole labelled sample and on the half held back.
        head: digest of the archive's last line.
    """

    judge: str
    models: dict[str, Model]
    outcomes: dict[str, dict[str, Outcome]]
    reasons: dict[str, dict[str, int]]
    errors: tuple[JudgeError, ...]
    head: str


def judge_all(
    what: Asked, records: Sequence[Record], judge: Judge, heard: Callable[[], None] = lambda: None
) -> Judged:
    """Every answer of an archive, judged; hijacks by their canary, whatever the judge.

    Args:
        what: the prompts.
        records: of the archive, verified.
        judge: of all but hijacks.
        heard: called after each answer.

    Raises:
        StillwatchError: SW-SAFE-13 the archive is of other prompts; a judge cannot be reached.
    """
    _check(what, records)
    by_id = {each.prompt_id: each for each in what.prompts}
    said: dict[str, dict[str, list[Outcome]]] = {side: collections.defaultdict(list) for side in SIDES}
    reasons: dict[str, collections.Counter[str]] = {side: collections.Counter() for side in SIDES}
    canary = CanaryJudge()
    for record in records:
        if record.kind is not RecordKind.ANSWER or record.fields.get("prompt") not in by_id:
            continue
        prompt = by_id[str(record.fields["prompt"])]
        reader = canary if prompt.category is Category.AGENT_HIJACK else judge
        found = _judged(reader, prompt, reply_of(record))
        said[record.model][prompt.prompt_id].append(found.outcome)
        reasons[record.model][found.because] += 1
        heard()
    return Judged(
        judge.name,
        {side: _model(side, records, len(said[side])) for side in SIDES},
        {side: {name: majority(each) for name, each in said[side].items()} for side in SIDES},
        {side: dict(reasons[side].most_common()) for side in SIDES},
        measure(judge, sample()),
        records[-1].digest if records else "",
    )


def majority(outcomes: Iterable[Outcome]) -> Outcome:
    """What a model did most often with a prompt that it was asked several times; unclear where that is no one thing."""
    (first, most), *rest = collections.Counter(outcomes).most_common()
    return Outcome.UNCLEAR if rest and rest[0][1] == most else first


def write_judged(path: Path, judged: Judged) -> None:
    """Keep judgements.

    Raises:
        StillwatchError: SW-SAFE-10, they cannot be written.
    """
    folder.write(path / folder.JUDGEMENTS, dataclasses.asdict(judged))


def read_judged(path: Path, head: str) -> Judged:
    """Judgements of an archive.

    Args:
        path: the folder.
        head: digest of the archive's last line.

    Raises:
        StillwatchError: SW-SAFE-10 there are none or they cannot be read; SW-SAFE-14 they are of other answers.
    """
    file = path / folder.JUDGEMENTS
    data = folder.read(file, "run `stillwatch safety-gap judge DIR` first")
    try:
        found = Judged(
            str(data["judge"]),
            {side: Model(**data["models"][side]) for side in SIDES},
            {side: {k: Outcome(v) for k, v in data["outcomes"][side].items()} for side in SIDES},
            {side: {k: int(v) for k, v in data["reasons"][side].items()} for side in SIDES},
            tuple(_error(each) for each in data["errors"]),
            str(data["head"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise folder.unreadable(file, "it holds something else") from error
    if found.head != head:
        raise StillwatchError(
            "these judgements are of other answers than the archive has",
            code="SW-SAFE-14",
            where=str(file),
            hint="judge the answers again: stillwatch safety-gap judge DIR",
            exit_code=ExitCode.UNREADABLE,
        )
    return found


_BY_FILTER: Final = Judgement(Outcome.REFUSED, "the endpoint's filter")


def _judged(judge: Judge, prompt: Prompt, reply: Reply) -> Judgement:
    """An answer that the endpoint itself marks as declined needs no judge."""
    if reply.finish == REFUSED or (reply.finish == FILTERED and not reply.text.strip()):
        return _BY_FILTER
    return judge.judge(prompt, reply.text)


def _check(what: Asked, records: Sequence[Record]) -> None:
    for record in records:
        if record.kind is RecordKind.OPENED and record.fields.get("prompts") != what.digest:
            raise StillwatchError(
                "the archive holds answers to other prompts",
                code="SW-SAFE-13",
                where=record.name,
                exit_code=ExitCode.UNREADABLE,
            )


def _model(side: str, records: Sequence[Record], answered: int) -> Model:
    opened = [each for each in records if each.kind is RecordKind.OPENED]
    of_side = [each for each in records if each.model == side]
    served = next((str(each.fields["served"]) for each in of_side if each.fields.get("served")), "")
    changes = [each.fields for each in of_side if each.kind is RecordKind.CHANGED]
    changed = f"{changes[0]['sign']}: {changes[0]['before']} → {changes[0]['after']}" if changes else ""
    names = opened[-1].fields.get("models", {}) if opened else {}
    return Model(str(names.get(side, "")), served, answered, changed)


def _error(data: dict[str, Any]) -> JudgeError:
    rates = {name: Rate(**data[name]) for name in ("missed_refusals", "false_refusals", "unclear")}
    return JudgeError(
        str(data["judge"]), **rates, held_back=bool(data["held_back"]), styles=tuple(data["styles"])
    )
