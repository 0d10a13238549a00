"""By when a case has to be decided: so many hours from its opening, by its priority."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import re
from collections.abc import Mapping
from typing import Final

from stillwatch.core.case import Priority
from stillwatch.errors import StillwatchError

DEFAULT: Final = "urgent=4h high=24h normal=3d low=7d"
_PROMISE: Final = re.compile(r"(\w+)=(\d{1,5})([hd])")
_UNITS: Final = {"h": "hours", "d": "days"}


@dataclasses.dataclass(frozen=True, slots=True)
class ServiceLevels:
    """How long a case of each priority may wait for a decision."""

    within: Mapping[Priority, datetime.timedelta]

    @classmethod
    def read(cls, words: str = DEFAULT) -> ServiceLevels:
        """Levels from words such as ``urgent=4h low=7d``; what is left out is as in ``DEFAULT``.

        Raises:
            StillwatchError: a word is no priority with hours or days.
        """
        within: dict[Priority, datetime.timedelta] = {}
        for word in (*DEFAULT.split(), *words.split()):
            found = _PROMISE.fullmatch(word)
            if found is None or found[1] not in tuple(Priority) or not int(found[2]):
                near = difflib.get_close_matches(word.partition("=")[0], list(Priority), n=1)
                raise StillwatchError(
                    f"'{word[:40]}' does not say how long a case may wait",
                    code="SW-CASE-10",
                    where="case_due",
                    hint=f"did you mean {near[0]}=4h?" if near else f"write it as: {DEFAULT}",
                )
            within[Priority(found[1])] = datetime.timedelta(**{_UNITS[found[3]]: int(found[2])})
        return cls(within)

    def due(self, priority: Priority, since: datetime.datetime) -> datetime.datetime:
        """When a case that waits since then is due."""
        return since + self.within[priority]
