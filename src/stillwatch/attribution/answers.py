"""What models answered, as the tests of the battery read it: the suspect, the teacher, and the controls.

Querying archives answers and gives them here; nothing behind this point asks a model anything.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Final, TypeVar

from stillwatch.errors import ExitCode, StillwatchError

_Made = TypeVar("_Made")


class Side(enum.StrEnum):
    """What a model is in an attribution."""

    SUSPECT = "suspect"
    TEACHER = "teacher"
    CONTROL = "control"  # known to have seen nothing of the teacher, whatever public data it shares with it


class Finish(enum.StrEnum):
    """How an answer ended."""

    STOP = "stop"
    LENGTH = "length"  # cut off at max_tokens; what is there counts
    REFUSED = "refused"  # the model or its filter declined
    FAILED = "failed"  # no answer came; the archive says why


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """One answer of one model.

    Attributes:
        model: its name in the plan.
        prompt_id: which prompt of the plan was asked.
        sample: how many times it had been asked before, from 0.
        text: what it said, without the prompt; empty where it failed.
        tokens: ids in the *teacher's* vocabulary, only where the endpoint is known to use it; None otherwise, and the
            text is then tokenised anew.
        logprobs: natural logarithm of the probability of each token that was said, where the endpoint tells; None
            otherwise. It goes with ``pieces``.
        pieces: the tokens that were said, as text, as far as the endpoint tells; None otherwise.
        top_logprobs: for each token said, the likeliest tokens as text and their logarithms; None where not told.
        finish: how it ended.
    """

    model: str
    prompt_id: str
    sample: int
    text: str
    tokens: tuple[int, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    pieces: tuple[str, ...] | None = None
    top_logprobs: tuple[Mapping[str, float], ...] | None = None
    finish: Finish = Finish.STOP

    @property
    def usable(self) -> bool:
        """Whether the model said something."""
        return self.finish in _SAID and bool(self.text)


@dataclasses.dataclass(frozen=True, slots=True)
class Answers:
    """Every answer of an attribution, by model.

    Attributes:
        suspect: name of the suspect model.
        teacher: name of the lab's own model, sampled *without* watermark; None where it was not asked.
        controls: names of the controls, in the plan's order.
        by_model: the answers of each model.
        memory: what was worked out from them, so that judging many controls does it once; see ``remembered``.
    """

    suspect: str
    teacher: str | None
    controls: tuple[str, ...]
    by_model: Mapping[str, tuple[Answer, ...]]
    memory: dict[Hashable, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def gather(
        cls, answers: Iterable[Answer], *, suspect: str, teacher: str | None, controls: Iterable[str]
    ) -> Answers:
        """Answers from one list; their order within a model is by prompt and sample, whatever it was before.

        Raises:
            StillwatchError: SW-ATT-01, two answers claim to be the same sample, or one is of no model named.
        """
        innocent = tuple(controls)
        names = (suspect, *(() if teacher is None else (teacher,)), *innocent)
        found: dict[str, dict[tuple[str, int], Answer]] = {name: {} for name in names}
        if len(found) != len(names):
            raise _unfit("a model is named twice", ", ".join(names))
        for answer in answers:
            if answer.model not in found:
                raise _unfit("an answer is of a model that has no part in this", answer.model)
            place = (answer.prompt_id, answer.sample)
            if found[answer.model].setdefault(place, answer) is not answer:
                raise _unfit(
                    "two answers claim to be the same sample", f"{answer.model} {place[0]} #{place[1]}"
                )
        sides = {name: tuple(each for _, each in sorted(kept.items())) for name, kept in found.items()}
        return cls(suspect, teacher, innocent, sides)

    def of(self, model: str | None) -> tuple[Answer, ...]:
        """Usable answers of a model, by prompt and sample; none for None."""
        return tuple(answer for answer in self.by_model.get(model or "", ()) if answer.usable)

    def with_suspect(self, name: str, answers: Iterable[Answer]) -> Answers:
        """The same teacher and controls with another suspect; what was worked out from those is not done again.

        Args:
            name: of the suspect, another for each.
            answers: its answers.

        Raises:
            StillwatchError: SW-ATT-01, the name was taken before, or the answers are unfit.
        """
        taken = self.remembered("suspects", lambda: {self.suspect})
        if name in taken or name in self.by_model:
            raise _unfit("a model is named twice", name)
        taken.add(name)
        alone = Answers.gather(answers, suspect=name, teacher=None, controls=()).by_model[name]
        others = {each: said for each, said in self.by_model.items() if each != self.suspect}
        return dataclasses.replace(self, suspect=name, by_model={name: alone, **others})

    def remembered(self, name: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made under a name before, or is made now; it must depend on the answers and the name alone."""
        if name not in self.memory:
            self.memory[name] = make()
        found: _Made = self.memory[name]
        return found

    def side(self, model: str) -> Side:
        """What a model is here."""
        if model == self.suspect:
            return Side.SUSPECT
        return Side.TEACHER if model == self.teacher else Side.CONTROL

    def accusing(self, control: str) -> Answers:
        """The same answers with a control in the suspect's place: what an innocent would get."""
        others = tuple(name for name in self.controls if name != control)
        return dataclasses.replace(self, suspect=control, controls=others)


def _unfit(message: str, where: str) -> StillwatchError:
    return StillwatchError(message, code="SW-ATT-01", where=where, exit_code=ExitCode.UNREADABLE)


_SAID: Final = frozenset({Finish.STOP, Finish.LENGTH})
