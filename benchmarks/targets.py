"""What a figure of a benchmark has to reach: read off the benchmark's file, so that a table needs no import of any."""

from __future__ import annotations

import ast
import dataclasses
import math
from collections.abc import Mapping
from typing import Any, Literal

RELATIONS = {"<=": "≤", ">=": "≥"}


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """One line of ``TARGETS``.

    Attributes:
        figure: its name among the benchmark's figures; slashes lead into groups, as in ``stillwatch/recall``.
        words: what it is, for the table.
        relation: whether ``bound`` is the most or the least that is allowed.
        bound: the value to reach, in ``unit``.
        unit: such as ``ms`` or ``×``; ``share`` is shown as per cent, an empty one is a count.
    """

    figure: str
    words: str
    relation: Literal["<=", ">="]
    bound: float
    unit: str = ""

    def __post_init__(self) -> None:
        """A relation that is none is a mistake in the benchmark's file."""
        if self.relation not in RELATIONS:
            raise ValueError(f"{self.figure}: {self.relation} is neither <= nor >=")

    def met(self, value: float) -> bool:
        """Whether a measured value reaches the bound."""
        return value <= self.bound if self.relation == "<=" else value >= self.bound

    def promised(self) -> str:
        """The bound in words."""
        if self.bound == 0 and self.relation == "<=":
            return "0"
        percent = self.unit == "share"
        number = f"{100 * self.bound:g} %" if percent else f"{self.bound:,} {self.unit}"
        return f"{RELATIONS[self.relation]} {number}".strip()

    def shown(self, value: float) -> str:
        """A value with its unit, in three digits or as the whole number that it is."""
        number, unit = (100 * value, "%") if self.unit == "share" else (value, self.unit)
        return f"{_digits(number)} {unit}".strip()

    def found(self, figures: Mapping[str, Any]) -> float | None:
        """The value among a benchmark's figures; None if it was not measured."""
        value: Any = figures
        for name in self.figure.split("/"):
            if not isinstance(value, Mapping) or name not in value:
                return None
            value = value[name]
        return None if value is None else float(value)


def _digits(number: float) -> str:
    if number == round(number) or abs(number) >= 1000:
        return f"{number:,.0f}"
    return f"{number:.{max(0, 2 - math.floor(math.log10(abs(number))))}f}"


def targets_in(body: list[ast.stmt]) -> tuple[Target, ...]:
    """The targets that a module states in ``TARGETS``, a tuple of tuples of literals; none if it has no such name."""
    for statement in body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="TARGETS")], value=value)
                | ast.AnnAssign(target=ast.Name(id="TARGETS"), value=ast.expr() as value)
            ):
                return tuple(Target(*line) for line in ast.literal_eval(value))
    return ()
