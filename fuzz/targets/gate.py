"""Objects that a member sends, before the antitrust gate and after it."""

from __future__ import annotations

from stillwatch.sharing.gate import Gate, GatePolicy
from stillwatch.sharing.gate.reading import objects_in, read

DESCRIPTION = "objects before the antitrust gate"


_GATE = Gate(GatePolicy.shipped())


def attempt(data: bytes) -> None:
    """Whatever is no honest object is refused in words; only what is whole is judged at all."""
    value, refusals = read(data)
    if refusals:
        return
    for obj in objects_in(value)[0]:
        answer = _GATE.check(obj)
        assert answer.passed != bool(answer.refusals)
