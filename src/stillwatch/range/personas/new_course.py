"""A course that begins inside the window: nobody has sent its assignments before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.personas.student_course import class_of

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort
    from stillwatch.range.plan import Account

SHARE = 0.02
NEW = True


def recruit(cohort: Cohort) -> list[Account]:
    """One class, many of them with new accounts."""
    return class_of(cohort, "new", cohort.count, newcomer=True)
