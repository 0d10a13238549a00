"""Runs the battery on the suspect and, by the same rule, on every control, and says what may be said."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.attribution.answers import Answers
    from stillwatch.attribution.battery.material import Material
    from stillwatch.attribution.battery.options import BatteryOptions
    from stillwatch.attribution.combine.conclusion import Judgement


def judge(
    answers: Answers, material: Material, options: BatteryOptions, names: Iterable[str] = ()
) -> Judgement:
    """Everything from archived answers and public material; the same on every machine.

    Args:
        answers: of the suspect, the teacher and the controls.
        material: opened keys, decoys, tokeniser, canaries.
        options: of the plan.
        names: tests to run; all of them where none is named.

    Raises:
        StillwatchError: SW-ATT-03, there is no test of that name.
    """
    raise NotImplementedError
