"""Who looked at what, in the ledger: gathered for a while, then one entry a person.

Looking at sensitive evidence is no part of this: that is entered before it is shown (``People.reading``).
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch import clock
    from stillwatch.casework.records import Records

KIND: Final = "console-read"
_MOST_SUBJECTS: Final = 200


class Reads:
    """Looks that wait to be entered.

    Args:
        now: the clock.
    """

    def __init__(self, now: clock.Clock) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._pages: dict[str, Counter[str]] = defaultdict(Counter)
        self._subjects: dict[str, Counter[str]] = defaultdict(Counter)

    def note(self, name: str, page: str, subject: str) -> None:
        """Somebody looked at a page, or at one thing on it."""
        with self._lock:
            self._pages[name][page] += 1
            if subject:
                self._subjects[name][f"{page} {subject}"] += 1

    def enter(self, records: Records) -> int:
        """Enter what was gathered; returns how many entries that made. What cannot be entered now waits.

        Raises:
            StillwatchError: the ledger cannot be written now.
        """
        with self._lock:
            pages, subjects = self._pages, self._subjects
            if not pages:
                return 0
            self._pages, self._subjects = defaultdict(Counter), defaultdict(Counter)
        ts = self._now().isoformat(timespec="microseconds")
        entries = [
            Entry(KIND, "console", name, ts, _details(pages[name], subjects.get(name, Counter())))
            for name in sorted(pages)
        ]
        try:
            with records.database.write() as connection:
                records.ledger.append(connection, entries)
        except BaseException:
            self._give_back(pages, subjects)
            raise
        return len(entries)

    def _give_back(self, pages: dict[str, Counter[str]], subjects: dict[str, Counter[str]]) -> None:
        with self._lock:
            for gathered, back in ((self._pages, pages), (self._subjects, subjects)):
                for name, counts in back.items():
                    gathered[name].update(counts)


def _details(pages: Counter[str], subjects: Counter[str]) -> dict[str, object]:
    """What one person looked at; where there was more than an entry holds, it says how much more."""
    kept = dict(sorted(subjects.most_common(_MOST_SUBJECTS)))
    return {"pages": dict(sorted(pages.items())), "subjects": kept, "more": len(subjects) - len(kept)}
