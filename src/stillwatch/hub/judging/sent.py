"""Each object of a submission looked at once, before anybody judges what it says: spelling, bytes, shape, order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from stillwatch.hub.judging.limits import MOST_OBJECT_BYTES, canonical, shape
from stillwatch.hub.judging.spelling import respelt
from stillwatch.hub.taxii.forms import stix_id, time_text

DIGEST_BYTES: Final = 16
REFERENCES: Final = ("sighting_of_ref", "source_ref", "target_ref")
AFTER: Final = {"relationship": 1, "sighting": 2}
"""What refers to others is looked at after what it may refer to."""


class Sent(NamedTuple):
    """One object; a tuple because it is made for each object, and sorted.

    Attributes:
        rank: objects of a lower one are looked at first.
        id: as it was sent, if it has the form of an id.
        version: as it was sent; nothing that is no time is repeated or kept.
        position: where it stood in what was sent.
        obj: in the one spelling.
        content: its canonical bytes.
        digest: the first 16 bytes of their SHA-256.
        wrong: what is wrong with its shape; empty where nothing is.
        recognised: the gate knows it for an honest object, as far as that depends on nothing that the hub has.
    """

    rank: int
    id: str
    version: str
    position: int
    obj: Any
    content: bytes
    digest: bytes
    wrong: str
    recognised: bool


def looked_at(objects: Iterable[Any], recognises: Callable[[Any], bool]) -> list[Sent]:
    """Every object, in an order that follows from the objects alone, so that the one they were sent in is lost.

    Args:
        objects: as they were sent.
        recognises: whether the gate knows one for honest; then it has a good shape and the one spelling, too.
    """
    return sorted(_look(position, obj, recognises) for position, obj in enumerate(objects))


def ids_in(sent: Iterable[Sent]) -> set[str]:
    """Every id in the objects that could be one of the hub's."""
    found = {each.id for each in sent}
    for each in sent:
        if isinstance(each.obj, dict) and (each.rank or not each.recognised):
            found.update(stix_id(each.obj[name]) for name in REFERENCES if name in each.obj)
    found.discard("")
    return found


def _look(position: int, obj: Any, recognises: Callable[[Any], bool]) -> Sent:
    content = canonical(obj)
    if content and len(content) <= MOST_OBJECT_BYTES and recognises(obj):
        rank, digest = AFTER.get(obj["type"], 0), _digest(content)
        return Sent(rank, obj["id"], obj["modified"], position, obj, content, digest, "", True)
    obj = respelt(obj)
    content = canonical(obj)
    wrong, digest = shape(obj, content), _digest(content)
    if not isinstance(obj, dict):
        return Sent(3, "", "", position, obj, content, digest, wrong, False)
    kind = obj.get("type")
    rank = AFTER.get(kind, 0) if isinstance(kind, str) else 0
    identifier = stix_id(obj.get("id")) if wrong else obj["id"]
    return Sent(rank, identifier, _version(obj), position, obj, content, digest, wrong, False)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:DIGEST_BYTES]


def _version(obj: Mapping[str, Any]) -> str:
    return time_text(obj.get("modified")) or time_text(obj.get("created"))
