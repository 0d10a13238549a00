"""A submission of nothing but new, honest objects, got ready without the hub's database: the common case.

Gate, names and what is given out follow from the objects, their member, the day and the hub's key. A process beside the
hub's own works that out (see `hub.spare_cores`); the hub only has to see that it knows none of it yet. Whatever is not
that simple is judged where everything is known.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from stillwatch.errors import StillwatchError
from stillwatch.hub.judging.limits import MOST_OBJECT_BYTES, canonical, envelope
from stillwatch.hub.judging.published import is_fixed
from stillwatch.hub.judging.sent import AFTER, DIGEST_BYTES
from stillwatch.sharing.gate import Gate, Rewriter, Situation, Stamp
from stillwatch.sharing.stix.names import EXTENSION_OF


class Ahead(NamedTuple):
    """One object that is ready to be stored, if the hub knows nothing of it.

    Attributes:
        position: where it stood in what was sent.
        sent_digest: of what was sent, 16 bytes.
        id: as the hub will call it.
        content: as the hub will give it out.
        outline: what many objects have alike: type, author, markings, dates, and an indicator's kind.
    """

    position: int
    sent_id: str
    sent_version: str
    sent_digest: bytes
    id: str
    content: bytes
    outline: Mapping[str, Any]


class Readying:
    """Gets submissions ready.

    Args:
        gate: the antitrust gate; whether its lane is open is for the hub to say.
        rewriter: writes objects as the hub does.
    """

    def __init__(self, gate: Gate, rewriter: Rewriter) -> None:
        self._gate = gate
        self._rewriter = rewriter
        self._outlines: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def ready(self, body: bytes, member: str, shown_as: str, day: datetime.date) -> list[Ahead] | None:
        """The objects of an envelope, in the order in which they are stored; None where they need a closer look.

        Args:
            body: as it was sent.
            member: the sender's identity.
            shown_as: the identity that others see.
            day: of the decision, UTC.
        """
        try:
            objects = envelope(body)
        except StillwatchError:
            return None
        self._outlines.clear()
        situation, stamp = Situation(day, member), Stamp(member, day, shown_as)
        found = []
        for position, obj in enumerate(objects):
            one = self._one(position, obj, situation, stamp)
            if one is None:
                return None
            found.append(one)
        if len({each.id for each in found}) < len(found):
            return None
        return sorted(found, key=lambda each: (each.sent_id, each.sent_version, each.position))

    def _one(self, position: int, obj: Any, situation: Situation, stamp: Stamp) -> Ahead | None:
        sent = canonical(obj)
        simple = (
            0 < len(sent) <= MOST_OBJECT_BYTES
            and self._gate.recognises(obj, situation)
            and obj["type"] not in AFTER
            and "revoked" not in obj
            and not is_fixed(obj)
        )
        if not simple:
            return None
        written = self._rewriter.rewrite(obj, stamp, self._rewriter.identifier(obj, stamp.member))
        return Ahead(
            position,
            obj["id"],
            obj["modified"],
            hashlib.sha256(sent).digest()[:DIGEST_BYTES],
            written["id"],
            canonical(written),
            self._outline(written),
        )

    def _outline(self, written: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the hub has to know of an object besides its bytes; one and the same for objects that are alike."""
        kind = written["type"]
        extension = EXTENSION_OF[kind]
        own = {name: value for name, value in written["extensions"][extension].items() if name == "kind"}
        alike = (kind, own.get("kind"), *written["object_marking_refs"])
        if alike not in self._outlines:
            kept = ("type", "created_by_ref", "created", "modified", "object_marking_refs")
            self._outlines[alike] = {name: written[name] for name in kept} | {"extensions": {extension: own}}
        return self._outlines[alike]
