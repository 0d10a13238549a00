"""The STIX report of a released text, the one object with free text that may leave, and the check that it is one.

Everything in the report but title, text and marking follows from these, from its author and from a day, so that a
release of the wording is a release of the object.
"""

from __future__ import annotations

import datetime
import functools
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.indicator import Marking
from stillwatch.sharing.gate.shape import refusal
from stillwatch.sharing.preview import canonical, digest
from stillwatch.sharing.stix.frame import framed
from stillwatch.sharing.stix.ids import uuid4_from
from stillwatch.sharing.stix.markings import marking_refs
from stillwatch.sharing.stix.moments import day_of, midnight
from stillwatch.sharing.stix.names import LABEL, StixObject

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.sharing.gate.answers import Refusal
    from stillwatch.sharing.gate.situation import Situation

TYPE: Final = "report"


def digest_of(title: str, text: str, marking: Marking) -> str:
    """What an approval is good for: the exact wording and how far it may travel."""
    return digest(canonical([title, text, marking.value]))


def refusals_of_report(
    obj: Any, situation: Situation, released: Callable[[str], bool]
) -> tuple[Refusal, ...]:
    """What speaks against a report; nothing only for one whose wording was released on this side.

    Args:
        obj: an object of the type ``report``.
        situation: who sends and when.
        released: whether two people released a wording, by its digest.
    """
    marked = obj.get("object_marking_refs")
    marking = next((each for each in _MARKINGS if marking_refs(each) == marked), None)
    texts = [obj.get(field) for field in ("name", "description", "created_by_ref", "created")]
    if marking is None or not all(type(each) is str for each in texts):
        return (refusal(["type"], "closed-types", "it is no report of a released text"),)
    title, text, author, created = texts
    day = day_of(created)
    taken_back = obj.get("revoked") is True
    if obj != report_of(title, text, marking, author, day, revoked=taken_back):
        return (
            refusal(
                ["type"], "closed-types", "besides title, text and marking a report says nothing of its own"
            ),
        )
    if situation.member and author != situation.member:
        return (refusal(["created_by_ref"], "known-references", "it does not lead to the sender"),)
    if not _is_recent(day, situation.today):
        return (refusal(["created"], "recent-dates", "it has to be a day of the recent past"),)
    if not released(digest_of(title, text, marking)):
        sentence = (
            "free text passes only after two people, one of them counsel, have released exactly this wording"
        )
        return (refusal(["description"], "released-texts", sentence),)
    return ()


_MARKINGS: Final = tuple(each for each in Marking if each is not Marking.RED)
_LATEST: Final = datetime.timedelta(days=1)
_EARLIEST: Final = datetime.timedelta(weeks=26)


def _is_recent(day: str, today: datetime.date) -> bool:
    try:
        return today - _EARLIEST <= datetime.date.fromisoformat(day) <= today + _LATEST
    except ValueError:
        return False


def report_of(
    title: str, text: str, marking: Marking, author: str, day: str, *, revoked: bool = False
) -> StixObject:
    """The one report of a text.

    Args:
        title: its title.
        text: its wording.
        marking: how far it may travel.
        author: id of the identity that answers for it.
        day: of its release, ``YYYY-MM-DD``.
        revoked: it is taken back.
    """
    properties = {
        "name": title,
        "description": text,
        "report_types": ["threat-report"],
        "published": midnight(day),
        "object_refs": [author],
        "labels": [LABEL],
    }
    return framed(_identifier(digest_of(title, text, marking)), author, day, marking, revoked, properties)


@functools.lru_cache(maxsize=256)
def _identifier(digest: str) -> str:
    return f"report--{uuid4_from(bytes.fromhex(digest))}"
