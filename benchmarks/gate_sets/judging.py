"""What becomes of an attempt: refused, rewritten so that nothing of it is left, or passed."""

from __future__ import annotations

import dataclasses
import enum
import re
from typing import TYPE_CHECKING, Any, Final

from benchmarks.gate_sets.honest import MEMBER, TODAY, examples, policy, situation
from stillwatch.sharing.gate import Gate, Refusal, Rewriter, Stamp
from stillwatch.sharing.gate.reading import objects_in, read
from stillwatch.sharing.preview import canonical

if TYPE_CHECKING:
    from benchmarks.gate_sets.cases import Case

_IDS: Final = re.compile(rb"(campaign|infrastructure)(--| )[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?")
HUB: Final = "identity--9a1f0000-0000-4000-8000-00000000000f"


class Outcome(enum.StrEnum):
    """What became of an attempt."""

    REFUSED = "refused"
    REWRITTEN = "rewritten"
    PASSED = "passed"


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """An attempt and what became of it."""

    outcome: Outcome
    refusals: tuple[Refusal, ...]


class Judge:
    """A hub's gate and rewriting, as every attempt meets them."""

    def __init__(self) -> None:
        self.gate = Gate(policy())
        self.situation = situation()
        self.rewriter = Rewriter(bytes(range(32)))
        self._honest = self._stored(list(examples().values()))

    def judge(self, case: Case) -> Judged:
        """Send an attempt through reading, gate and rewriting."""
        value, refusals = read(case.data)
        if refusals:
            return Judged(Outcome.REFUSED, refusals)
        objects, refusals = objects_in(value)
        for obj in objects:
            refusals += self.gate.check(obj, self.situation).refusals
        if refusals:
            return Judged(Outcome.REFUSED, refusals)
        nothing_left = case.twin is not None and self._stored(objects) <= self._honest | self._stored(
            [case.twin]
        )
        return Judged(Outcome.REWRITTEN if nothing_left else Outcome.PASSED, ())

    def _stored(self, objects: list[Any]) -> set[bytes]:
        """What the hub would keep, in no order; ids that it made from the sender's by a keyed hash are masked."""
        stamp = Stamp(MEMBER, TODAY, HUB)
        return {_IDS.sub(rb"\1", canonical(self.rewriter.rewrite(obj, stamp))) for obj in objects}
