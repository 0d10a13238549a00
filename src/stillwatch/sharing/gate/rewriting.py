"""What the hub writes anew before it passes an object on, so that ids, names and times carry nothing of the sender's.

An id becomes a keyed hash of what the object says, not of the id it came with: sent twice it is one object, and the
sender's choice of 122 bits is gone. Times become the day on which the hub took it in.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
from typing import TYPE_CHECKING, Any, Final

import orjson
from blake3 import blake3

from stillwatch.sharing.gate.texts import TYPE as REPORT
from stillwatch.sharing.stix.campaigns import given_name
from stillwatch.sharing.stix.ids import uuid4_text
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.names import EXTENSION_OF, StixObject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

KEY_BYTES: Final = 32
_AUTHORS: Final = ("where_sighted_refs", "object_refs")
_REFERENCES: Final = ("sighting_of_ref", "source_ref", "target_ref")


@dataclasses.dataclass(frozen=True, slots=True)
class Stamp:
    """What the hub knows about a submission.

    Attributes:
        member: identity id of the member that sent it.
        day: on which it was taken in, UTC.
        shown_as: identity id that other members see; the hub's own where the member wants to stay unnamed.
        translate: the hub's id for an id of the sender's (references); ids of the hub's own stay as they are.
    """

    member: str
    day: datetime.date
    shown_as: str
    translate: Callable[[str], str] = str


class Rewriter:
    """Writes accepted objects anew.

    Args:
        key: 32 secret bytes of the hub's; ids cannot be foretold without it.

    Raises:
        ValueError: the key has another length.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"the key has {len(key)} bytes, {KEY_BYTES} are needed")
        self._key = key

    def identifier(self, obj: Mapping[str, Any], member: str) -> str:
        """The hub's id for an object of a member's: the same for the same content, whatever id it came with."""
        kind = str(obj["type"])
        said = orjson.dumps([member, kind, _essence(obj)], option=orjson.OPT_SORT_KEYS)
        return f"{kind}--{uuid4_text(blake3(said, key=self._key).digest())}"

    def rewrite(
        self,
        obj: Mapping[str, Any],
        stamp: Stamp,
        identifier: str = "",
        earlier: Mapping[str, str] | None = None,
    ) -> StixObject:
        """The object as the hub stores it and passes it on; it has to have passed the gate.

        A further version keeps the first one's day and gets the next millisecond after the last one's.

        Args:
            obj: as it was sent.
            stamp: of the submission.
            identifier: the hub's id for the object, where it has been worked out already.
            earlier: ``created`` and ``modified`` of the stored version of the same object, if there is one.
        """
        written = dict(obj)
        for field in _REFERENCES:
            if field in written:
                written[field] = stamp.translate(written[field])
        written["id"] = identifier or self.identifier(written, stamp.member)
        written["created_by_ref"] = stamp.shown_as
        for field in _AUTHORS:
            if field in written:
                written[field] = [stamp.shown_as]
        today = _beginning(stamp.day)
        if earlier is None:
            written["created"] = written["modified"] = today
        else:
            written["created"] = earlier["created"]
            written["modified"] = max(today, _next(earlier["modified"]))
        if written["type"] == REPORT:
            written["published"] = written["created"]  # title and text are what counsel released
        elif "name" in written:
            written["name"] = given_name(written["id"])
        return written


def _essence(obj: Mapping[str, Any]) -> Any:
    """What makes two objects of a member the same one."""
    kind = obj["type"]
    match kind:
        case "indicator":
            own = obj["extensions"][EXTENSION_OF[kind]]
            return [own["kind"], own["value"]]
        case "sighting":
            return [obj["sighting_of_ref"], obj["extensions"][EXTENSION_OF[kind]]["week"]]
        case "relationship":
            return [obj["source_ref"], obj["relationship_type"], obj["target_ref"]]
        case _:
            return obj["id"]


@functools.lru_cache(maxsize=8)
def _beginning(day: datetime.date) -> str:
    return midnight(day.isoformat())


def _next(timestamp: str) -> str:
    """One millisecond later."""
    moment = datetime.datetime.fromisoformat(timestamp) + datetime.timedelta(milliseconds=1)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
