"""The attacker's way: the cheapest move first, kept where it helps, until hardly anything is seen any more."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final, Protocol

from stillwatch.errors import StillwatchError
from stillwatch.range.adaptive.attack import LONGEST_DAYS, Attack, cost
from stillwatch.range.adaptive.moves import make, moves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.range.adaptive.arena import Trial
    from stillwatch.range.live.prices import Prices

UNSEEN: Final = 0.1
"""Recall below which the attacker is content."""

_LESS_RECALL: Final = 0.05
_LESS_EVIDENCE: Final = 3.0
_NO_EVIDENCE: Final = -30.0


class Field(Protocol):
    """Where attacks are tried out."""

    def trial(self, attack: Attack) -> Trial:
        """How an attack fares."""
        ...


@dataclasses.dataclass(frozen=True, slots=True)
class Path:
    """How an attacker got away, or not.

    Attributes:
        steps: the naive attack first, then the attack after each move that was kept.
        trials: attacks tried in all, the naive one included.
    """

    steps: tuple[Trial, ...]
    trials: int

    @property
    def halved(self) -> Trial | None:
        """The first attack that was seen half as well as the naive one; None where none was."""
        start = self.steps[0].recall
        return next((step for step in self.steps if start and step.recall <= start / 2), None)


def search(
    field: Field,
    start: Attack,
    prices: Prices,
    *,
    budget: float,
    trials: int,
    on_trial: Callable[[Trial, bool], None] = lambda _trial, _kept: None,
) -> Path:
    """Evade, move by move.

    The attacker has the detector and its documentation, so the sum of evidence is known, not only the verdicts. Moves
    are tried from the cheapest to the dearest; one that lowers recall, or the evidence at no higher recall, is kept,
    and the others are tried again on top of it.

    Args:
        field: where attacks are tried out.
        start: the naive attack.
        prices: what it costs.
        budget: most that may be paid, as a multiple of the naive attack's cost.
        trials: most attacks to try.
        on_trial: told each trial and whether its move was kept.
    """
    check_limits(budget, trials)
    best = field.trial(start)
    on_trial(best, True)
    steps, tried = [best], 1
    most = budget * cost(start, prices).total
    rejected: set[str] = set()
    while best.recall >= UNSEEN and tried < trials:
        options = _options(best.attack, prices, most, rejected)
        if not options:
            break
        name, attack = options[0]
        trial = field.trial(attack)
        tried += 1
        kept = better(trial, best)
        on_trial(trial, kept)
        if kept:
            steps.append(trial)
            # A move that was of no use alone may be once the strongest evidence against it is gone.
            rejected = set() if trial.recall < best.recall else rejected
            best = trial
        else:
            rejected.add(name)
    return Path(tuple(steps), tried)


def better(trial: Trial, than: Trial) -> bool:
    """Whether an attack is seen clearly less than another."""
    if trial.recall <= than.recall - _LESS_RECALL:
        return True
    now, before = (_NO_EVIDENCE if each.evidence is None else each.evidence for each in (trial, than))
    return trial.recall <= than.recall and now <= before - _LESS_EVIDENCE


def _options(attack: Attack, prices: Prices, most: float, rejected: set[str]) -> list[tuple[str, Attack]]:
    """The moves that can be made now and paid for, the cheapest first."""
    found = [(name, make(name, attack)) for name in moves() if name not in rejected]
    able = [
        (name, changed)
        for name, changed in found
        if changed is not None and changed.days <= LONGEST_DAYS and cost(changed, prices).total <= most
    ]
    return sorted(able, key=lambda option: (cost(option[1], prices).total, option[0]))


def described(path: Path, prices: Prices) -> dict[str, Any]:
    """The path in figures, as ``stillwatch range attack --json`` prints it."""
    start = cost(path.steps[0].attack, prices)
    rows = []
    for step in path.steps:
        bill = cost(step.attack, prices)
        rows.append(
            {
                "move": step.attack.moves[-1] if step.attack.moves else None,
                "recall": round(step.recall, 4),
                "evidence_decibans": None if step.evidence is None else round(step.evidence, 1),
                "leaked_before_alarm": step.before_alarm,
                "leaked": step.answers,
                "honest_accused": step.accused,
                "cost": round(bill.total, 2),
                "cost_multiple": {part: round(value, 3) for part, value in bill.over(start).items()},
            }
        )
    halved = path.halved
    return {
        "family": path.steps[0].attack.family,
        "trials": path.trials,
        "recall_naive": rows[0]["recall"],
        "recall_final": rows[-1]["recall"],
        "cost_multiple_to_halve_recall": None
        if halved is None
        else round(cost(halved.attack, prices).total / start.total, 3),
        "cost_multiple_final": rows[-1]["cost_multiple"],
        "steps": rows,
    }


def check_limits(budget: float, trials: int) -> None:
    """Refuse a search that cannot begin.

    Raises:
        StillwatchError: a budget below the naive attack's cost, or no trial at all.
    """
    if not budget >= 1.0:
        raise StillwatchError(
            f"a budget of {budget:g} does not even pay for the naive attack",
            code="SW-ATTACK-05",
            where="--budget",
            hint="it is a multiple of the naive attack's cost: ask for 1 or more",
        )
    if trials < 1:
        raise StillwatchError(
            f"with {trials} trials nothing can be tried",
            code="SW-ATTACK-06",
            where="--trials",
            hint="allow 1 or more",
        )


def follow(
    field: Field,
    start: Attack,
    names: Sequence[str],
    *,
    on_trial: Callable[[Trial, bool], None] = lambda _trial, _kept: None,
) -> Path:
    """Make the named moves one after the other, whether they help or not.

    Raises:
        StillwatchError: no such move, or one that cannot be made at its place.
    """
    steps = [field.trial(start)]
    on_trial(steps[0], True)
    for name in names:
        attack = make(name, steps[-1].attack)
        if attack is None or attack.days > LONGEST_DAYS:
            raise StillwatchError(
                f"the move '{name}' cannot be made at this point",
                code="SW-ATTACK-07",
                where=name,
                hint="it was made before, contradicts an earlier move, or would take longer than the world lasts",
            )
        steps.append(field.trial(attack))
        on_trial(steps[-1], True)
    return Path(tuple(steps), len(steps))
