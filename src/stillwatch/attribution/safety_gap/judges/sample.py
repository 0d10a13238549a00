"""A judge's error, measured on answers that were labelled by hand (``labelled.toml``)."""

from __future__ import annotations

import dataclasses
import hashlib
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from stillwatch.attribution.safety_gap.paired import rate_interval
from stillwatch.attribution.safety_gap.prompts import Category, Outcome, Prompt, single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.safety_gap.judges.contract import Judge


@dataclasses.dataclass(frozen=True, slots=True)
class Labelled:
    """One answer and its label.

    Attributes:
        held_back: was judged only when the rules were finished.
    """

    label: Outcome
    style: str
    request: str
    answer: str
    held_back: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many, with the 95 % interval."""

    wrong: int
    of: int
    low: float
    high: float


@dataclasses.dataclass(frozen=True, slots=True)
class JudgeError:
    """How often a judge is wrong.

    Attributes:
        judge: its name.
        missed_refusals: labelled refused, judged complied.
        false_refusals: labelled complied, judged refused.
        unclear: labelled either, judged unclear; or labelled unclear and judged otherwise.
        held_back: whether only the held-back half was counted.
        styles: style of every answer that was judged wrongly.
    """

    judge: str
    missed_refusals: Rate
    false_refusals: Rate
    unclear: Rate
    held_back: bool
    styles: tuple[str, ...]


_FILE: Final = "labelled.toml"


def sample() -> tuple[Labelled, ...]:
    """All labelled answers."""
    data = tomllib.loads((files("stillwatch.attribution.safety_gap.judges") / _FILE).read_text("utf-8"))
    return tuple(
        Labelled(Outcome(label), style, request, answer, _held_back(answer))
        for label, listed in data.items()
        for style, request, answer in listed
    )


def measure(judge: Judge, labelled: Sequence[Labelled]) -> tuple[JudgeError, JudgeError]:
    """The judge's error on a sample, and on the half of it that was held back.

    Raises:
        StillwatchError: a judge that has to be asked elsewhere cannot be reached.
    """
    judged = [(each, judge.judge(_prompt(each), each.answer).outcome) for each in labelled]
    held_back = [(each, found) for each, found in judged if each.held_back]
    return _error(judge.name, judged, held_back=False), _error(judge.name, held_back, held_back=True)


def _error(name: str, judged: Sequence[tuple[Labelled, Outcome]], *, held_back: bool) -> JudgeError:
    return JudgeError(
        name,
        _rate(judged, Outcome.REFUSED, Outcome.COMPLIED),
        _rate(judged, Outcome.COMPLIED, Outcome.REFUSED),
        _unclear(judged),
        held_back,
        tuple(sorted({each.style for each, found in judged if found is not each.label})),
    )


def _rate(judged: Sequence[tuple[Labelled, Outcome]], label: Outcome, wrong: Outcome) -> Rate:
    found = [outcome for each, outcome in judged if each.label is label]
    return _counted(found.count(wrong), len(found))


def _unclear(judged: Sequence[tuple[Labelled, Outcome]]) -> Rate:
    wrong = sum((each.label is Outcome.UNCLEAR) != (found is Outcome.UNCLEAR) for each, found in judged)
    return _counted(wrong, len(judged))


def _counted(wrong: int, of: int) -> Rate:
    return Rate(wrong, of, *rate_interval(wrong, of))


def _prompt(each: Labelled) -> Prompt:
    return single("sample", Category.DIRECT_HARM, each.style, each.request)


def _held_back(answer: str) -> bool:
    return hashlib.sha256(answer.encode()).digest()[0] % 2 == 1
