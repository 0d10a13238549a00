"""What of a case would leave, put together from the lab's own logs in the background: reading them twice takes long.

One draft a case at a time, kept in memory until the case changes. No text of the logs is kept.
"""

from __future__ import annotations

import dataclasses
import threading
from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.node.disclosing import drafted

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Draft
    from stillwatch.console.office import Office
    from stillwatch.core.case import Case
    from stillwatch.core.indicator import Marking

_MOST: Final = 50


@dataclasses.dataclass(slots=True)
class Work:
    """A draft that is made, or was.

    Attributes:
        version: of the case.
        begun_ts: when it was begun; by whom.
        draft: what came of it; None while it is made, and where it failed.
        error: why it failed.
    """

    version: int
    marking: Marking
    begun_ts: str
    by: str
    draft: Draft | None = None
    error: StillwatchError | None = None

    @property
    def running(self) -> bool:
        """Whether it is still made."""
        return self.draft is None and self.error is None


class Drafts:
    """The drafts of one console."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._work: dict[str, Work] = {}

    def of(self, case: Case) -> Work | None:
        """The draft for a case as it stands; None where none was begun for this version."""
        with self._lock:
            found = self._work.get(case.case_id)
        return found if found is not None and found.version == case.version else None

    def begin(self, office: Office, case: Case, marking: Marking, by: str, ts: str) -> Work:
        """Begin one, unless the same is made already."""
        with self._lock:
            known = self._work.get(case.case_id)
            if known is not None and known.running and known.version == case.version:
                return known
            work = self._work[case.case_id] = Work(case.version, marking, ts, by)
            for old in list(self._work)[:-_MOST]:
                del self._work[old]
        thread = threading.Thread(target=_make, args=(office, case, work), name="disclosure", daemon=True)
        thread.start()
        return work


def _make(office: Office, case: Case, work: Work) -> None:
    from stillwatch.console.outward.door import door_of, ports

    try:
        found = drafted(
            office.records, case.case_id, office.options.logs, ReadOptions(), ports(office), work.marking
        )
        door_of(office).previewed(case.case_id, work.by, len(found.proposals))
        work.draft = found
    except StillwatchError as error:
        work.error = error
    except Exception as error:
        work.error = StillwatchError(
            f"putting it together met a situation it does not handle ({type(error).__name__})",
            code="SW-CON-53",
            hint="the command says more: stillwatch disclose preview",
        )


def drafts_of(office: Office) -> Drafts:
    """The drafts of a console."""
    return office.remembered("drafts", 1, Drafts)
