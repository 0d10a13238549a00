"""The gate as it stands on a day: open or shut, by the legal bases that its lane rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.sharing.gate.gate import Gate
from stillwatch.sharing.gate.shape import refusal

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from stillwatch.sharing.gate.bases import LegalBases
    from stillwatch.sharing.gate.policy import GatePolicy


def standing_gate(
    policy: GatePolicy,
    bases: LegalBases,
    day: datetime.date,
    released: Callable[[str], bool] | None = None,
) -> Gate:
    """A gate for one day; make another one when the day changes or counsel confirms something.

    Args:
        policy: numbers, lists and registers.
        bases: with what counsel has confirmed.
        day: today, UTC.
        released: whether a wording was released on this side (``Counsel.is_released``).
    """
    missing = bases.missing_for("automatic", day)
    closed = tuple(
        refusal(
            [],
            "legal-basis",
            f"the automatic lane rests on {basis.basis_id}, which is {bases.state(basis.basis_id, day)}; "
            "it stays shut until counsel confirms it",
        )
        for basis in missing
    )
    return Gate(policy, bases.notices(day), closed, released)
