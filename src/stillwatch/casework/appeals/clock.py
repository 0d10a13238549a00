"""The clock of an appeal: by when it is due, and when it goes to counsel because nobody answered."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Final

from stillwatch.casework.times import written
from stillwatch.core.appeal import Appeal, Standing

_DUE_SOON: Final = datetime.timedelta(days=1)
_LONGEST_DAYS: Final = 36_500.0
"""A hundred years; what is set to more is meant to be never."""


@dataclasses.dataclass(frozen=True, slots=True)
class Deadlines:
    """How long an appeal may take.

    Attributes:
        answer: from intake until it is due.
        grace: from then until it goes to counsel.
    """

    answer: datetime.timedelta = datetime.timedelta(days=7)
    grace: datetime.timedelta = datetime.timedelta(days=3)

    @classmethod
    def of_days(cls, answer: float, grace: float) -> Deadlines:
        """Deadlines in days."""
        days = (min(each, _LONGEST_DAYS) for each in (answer, grace))
        return cls(*(datetime.timedelta(days=each) for each in days))

    def due(self, received: datetime.datetime) -> str:
        """By when an appeal that came in then has to be answered."""
        return written(received + self.answer)

    def last_due(self, now: datetime.datetime) -> str:
        """The latest date at which an appeal can have been due that has to go to counsel now."""
        return written(now - self.grace)

    def escalates(self, appeal: Appeal, now: datetime.datetime) -> bool:
        """Whether it has to go to counsel now."""
        return appeal.waiting and appeal.escalated_ts is None and self.last_due(now) >= appeal.due_ts


def standing(appeal: Appeal, now: datetime.datetime) -> Standing:
    """How an appeal stands with its clock. One that went to counsel stays there, even where the clock was set back."""
    if not appeal.waiting:
        return Standing.DONE
    if appeal.escalated_ts is not None:
        return Standing.ESCALATED
    if written(now) >= appeal.due_ts:
        return Standing.OVERDUE
    return Standing.DUE if written(now + _DUE_SOON) >= appeal.due_ts else Standing.IN_TIME
