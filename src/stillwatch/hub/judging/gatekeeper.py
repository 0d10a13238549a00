"""Judges and rewrites the objects of one submission, with what the hub already has of them.

The gate decides whether an object may pass; here is what only the hub knows: whose an id is, whether something is new,
and what it will be called.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import itertools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.hub.judging.limits import canonical, shape
from stillwatch.hub.judging.spelling import respelt
from stillwatch.hub.taxii.forms import stix_id, time_text
from stillwatch.sharing.gate import Rewriter, Situation, Stamp
from stillwatch.sharing.gate.lanes import TYPES
from stillwatch.sharing.gate.standing import standing_gate
from stillwatch.sharing.gate.texts import TYPE as REPORT
from stillwatch.sharing.stix.markings import marking_of

if TYPE_CHECKING:
    from stillwatch.hub.judging.known import Known, Version
    from stillwatch.hub.members import Member
    from stillwatch.hub.rights import Collection
    from stillwatch.sharing.gate import Gate, GatePolicy
    from stillwatch.sharing.gate.bases import LegalBases

_AFTER: Final = {"relationship": 1, "sighting": 2}
"""What refers to others is looked at after what it may refer to."""
DIGEST_BYTES: Final = 16
SHAPE: Final = "shape"
_MOST_SENTENCES: Final = 5
_NAMED_ANEW: Final = frozenset({*TYPES, REPORT})
"""What gets ids and times of the hub's; the rest is published and the same everywhere."""

REFERENCES: Final = ("sighting_of_ref", "source_ref", "target_ref")


@dataclasses.dataclass(frozen=True, slots=True)
class Refused:
    """An object that is not taken in.

    Attributes:
        position: where it stood in what was sent.
        id: as it was sent, if it has the form of an id.
        rule: which rule, for counting; of the gate's or of the hub's.
        forbidden: the gate did not let it pass, so nothing of it may be kept.
    """

    position: int
    id: str
    version: str
    rule: str
    message: str
    forbidden: bool = True


@dataclasses.dataclass(frozen=True, slots=True)
class Passed:
    """An object that is taken in, or is here already.

    Attributes:
        obj: as the hub gives it out; None where there is nothing to store.
        earlier: the latest version here; None for a new object.
    """

    position: int
    sent_id: str
    sent_version: str
    sent_digest: bytes
    id: str
    version: str
    obj: Mapping[str, Any] | None
    earlier: Version | None


class Gatekeeper:
    """Judges submissions.

    Args:
        policy: what the gate decides by, with what the hub has registered.
        bases: legal bases as they stand; where one that the lane rests on has run out, nothing passes.
        secret: 32 bytes of this hub, from which ids follow.
        identity: the hub's own STIX identity.
        released: whether counsel on the hub's side released a wording, by its digest; without it no text passes.
    """

    def __init__(
        self,
        policy: GatePolicy,
        bases: Callable[[], LegalBases],
        secret: bytes,
        identity: str,
        released: Callable[[str], bool] | None = None,
    ) -> None:
        self.policy = policy
        self._bases = bases
        self._released = released
        self._gate: tuple[datetime.date, LegalBases, Gate] | None = None
        self._rewriter = Rewriter(hashlib.sha256(b"ids" + secret).digest())
        self._identity = identity

    def judge(
        self, objects: list[Any], member: Member, collection: Collection, known: Known, day: datetime.date
    ) -> tuple[list[Passed], list[Refused]]:
        """Which objects pass and which do not.

        Args:
            objects: as they came.
            member: who sent them.
            collection: where to.
            known: what the hub has of the ids in them, and looks up more of.
            day: today, UTC.
        """
        objects = [respelt(obj) for obj in objects]
        judged = _Submission(
            self._gate_of(day), self._rewriter, self._identity, member, collection, known, day
        )
        ranked = sorted((_rank(obj), position) for position, obj in enumerate(objects))
        for _, group in itertools.groupby(ranked, key=lambda pair: pair[0][0]):
            judged.take([(position, objects[position]) for _, position in group])
        return judged.passed, judged.refused

    def _gate_of(self, day: datetime.date) -> Gate:
        """The gate as it stands on a day."""
        bases = self._bases()
        if self._gate is None or self._gate[:2] != (day, bases):
            self._gate = (day, bases, standing_gate(self.policy, bases, day, self._released))
        return self._gate[2]


class _Submission:
    """One submission while it is judged."""

    def __init__(
        self,
        gate: Gate,
        rewriter: Rewriter,
        identity: str,
        member: Member,
        collection: Collection,
        known: Known,
        day: datetime.date,
    ) -> None:
        self.passed: list[Passed] = []
        self.refused: list[Refused] = []
        self._gate, self._rewriter, self._day = gate, rewriter, day
        self._member, self._collection, self._known = member, collection, known
        self._shown_as = member.identity if member.shown else identity
        self._situation = Situation(day, member.identity, known.knows)

    def take(self, group: list[tuple[int, Any]]) -> None:
        """Judge objects that do not refer to each other."""
        named = [
            (position, obj, content, self._named(obj))
            for position, obj in group
            if self._admitted(position, obj, content := canonical(obj))
        ]
        self._known.look_up(given for *_, given in named)
        for position, obj, content, given in named:
            version = _sent_version(obj)
            digest = hashlib.sha256(content).digest()[:DIGEST_BYTES]
            found = self._placed(position, obj, version, digest, given)
            if isinstance(found, Passed):
                self.passed.append(found)
            else:
                self.refused.append(Refused(position, obj["id"], version, *found, forbidden=False))

    def _admitted(self, position: int, obj: Any, content: bytes) -> bool:
        """Whether it has the shape of an object, and the gate lets it pass."""
        if wrong := shape(obj, content):
            self.refused.append(Refused(position, _id_of(obj), "", SHAPE, wrong))
            return False
        answer = self._gate.check(obj, self._situation)
        if answer.passed:
            return True
        sentences = "; ".join(each.sentence for each in answer.refusals[:_MOST_SENTENCES])
        rule = answer.refusals[0].rule
        self.refused.append(Refused(position, obj["id"], _sent_version(obj), rule, sentences))
        return False

    def _named(self, obj: dict[str, Any]) -> str:
        """What the hub calls it."""
        if obj["type"] not in _NAMED_ANEW:
            return str(obj["id"])
        meant = _translated(obj | {"id": self._known.sent_as(obj["id"])}, self._known.translate)
        return self._rewriter.identifier(meant, self._member.identity)

    def _placed(
        self, position: int, obj: dict[str, Any], version: str, digest: bytes, given: str
    ) -> Passed | tuple[str, str]:
        """The object as it will stand here, or the rule against it and a sentence."""
        if obj["type"] not in _NAMED_ANEW:
            return self._fixed(position, obj, version, digest)
        if wrong := self._misplaced(obj):
            return wrong
        earlier = self._known.versions(given, self._collection.number)
        latest = next((each for each in earlier if each.latest), None)
        if latest is not None and any(each.sent_digest == digest for each in earlier):
            self._known.remember(obj["id"], given)
            return Passed(position, obj["id"], version, digest, given, latest.version, None, latest)
        if wrong := _out_of_turn(obj, version, latest):
            return wrong
        before = {"created": latest.created, "modified": latest.version} if latest is not None else None
        stamp = Stamp(self._member.identity, self._day, self._shown_as, before, self._known.translate, given)
        written = self._rewriter.rewrite(obj | {"id": self._known.sent_as(obj["id"])}, stamp)
        self._known.remember(obj["id"], given)
        self._known.add(given, self._collection.number, version, digest, written)
        return Passed(position, obj["id"], version, digest, given, written["modified"], written, latest)

    def _misplaced(self, obj: dict[str, Any]) -> tuple[str, str] | None:
        """Why an object may not stand in this collection, or not under this id."""
        if obj["type"] == REPORT and not self._collection.texts:
            return "collection", "texts stand among the advisories only"
        if self._collection.types and obj["type"] not in self._collection.types:
            return "collection", f"this collection takes only {' and '.join(sorted(self._collection.types))}"
        marking = marking_of(obj["object_marking_refs"])
        if marking not in self._collection.markings:
            allowed = ", ".join(sorted(f"TLP:{each.upper()}" for each in self._collection.markings))
            return (
                "marking",
                f"the marking TLP:{marking.upper()} does not fit this collection, which takes {allowed}",
            )
        if self._known.anothers(obj["id"]):
            return (
                "owner",
                "the id is that of another member's object; say what you know of it with a sighting",
            )
        return None

    def _fixed(self, position: int, obj: dict[str, Any], version: str, digest: bytes) -> Passed:
        """Published objects that are the same everywhere: kept once, as they are."""
        given = obj["id"]
        here = next(iter(self._known.versions(given, self._collection.number)), None)
        if here is None:
            self._known.add(given, self._collection.number, version, digest, obj)
        return Passed(position, given, version, digest, given, version, None if here else obj, None)


def _out_of_turn(obj: Mapping[str, Any], version: str, latest: Version | None) -> tuple[str, str] | None:
    """Why a version does not follow the latest one."""
    if latest is None:
        if obj.get("revoked") is True:
            return "retraction", "there is nothing of this member's here that this would take back"
        return None
    if latest.revoked:
        return "retraction", "it was taken back, and what was taken back gets no further versions"
    if version < latest.sent_version:
        return "version", "a later version of it is here; give `modified` the time of the change"
    return None


def _translated(obj: Mapping[str, Any], translate: Callable[[str], str]) -> Mapping[str, Any]:
    changed = {name: translate(obj[name]) for name in REFERENCES if name in obj}
    return {**obj, **changed} if changed else obj


def _rank(obj: Any) -> tuple[int, str, str]:
    """An order that follows from the objects alone, so that the order in which they were sent is lost."""
    if not isinstance(obj, dict):
        return 3, "", ""
    kind, identifier = obj.get("type"), obj.get("id")
    return _AFTER.get(kind, 0) if isinstance(kind, str) else 0, str(identifier)[:100], _sent_version(obj)


def _sent_version(obj: Mapping[str, Any]) -> str:
    """The version as it was sent; nothing that is no time is repeated or kept."""
    return time_text(obj.get("modified")) or time_text(obj.get("created"))


def _id_of(obj: Any) -> str:
    return stix_id(obj.get("id")) if isinstance(obj, dict) else ""
