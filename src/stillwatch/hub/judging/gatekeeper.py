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
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.hub.judging.published import is_fixed
from stillwatch.hub.judging.sent import REFERENCES
from stillwatch.sharing.gate import Rewriter, Situation, Stamp
from stillwatch.sharing.gate.standing import standing_gate
from stillwatch.sharing.gate.texts import TYPE as REPORT
from stillwatch.sharing.stix.markings import marking_of
from stillwatch.sharing.stix.techniques import TECHNIQUE_IDS

if TYPE_CHECKING:
    from stillwatch.core.indicator import Marking
    from stillwatch.hub.judging.ahead import Ahead
    from stillwatch.hub.judging.known import Known, Version
    from stillwatch.hub.judging.sent import Sent
    from stillwatch.hub.members import Member
    from stillwatch.hub.rights import Collection
    from stillwatch.sharing.gate import Gate, GatePolicy
    from stillwatch.sharing.gate.bases import LegalBases

SHAPE: Final = "shape"
_MOST_SENTENCES: Final = 5


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


class Passed(NamedTuple):
    """An object that is taken in, or is here already; a tuple because it is made for each object.

    Attributes:
        obj: as the hub gives it out, or its outline where its bytes are known already; None where nothing is stored.
        earlier: the latest version here; None for a new object.
        beside: when those objects were added elsewhere that it refers to and that the collection lacks.
        content: its bytes, where they are known already.
    """

    position: int
    sent_id: str
    sent_version: str
    sent_digest: bytes
    id: str
    version: str
    obj: Mapping[str, Any] | None
    earlier: Version | None
    beside: tuple[int, ...] = ()
    content: bytes = b""


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
        self.key = hashlib.sha256(b"ids" + secret).digest()
        self._rewriter = Rewriter(self.key)
        self._identity = identity

    def recognises(self, member: Member, day: datetime.date) -> Callable[[Any], bool]:
        """Tells whether the gate knows an object for honest, as far as that depends on nothing that the hub has.

        Args:
            member: who sends it.
            day: today, UTC.
        """
        gate, situation = self._gate_of(day), Situation(day, member.identity)
        return lambda obj: gate.recognises(obj, situation)

    def judge(
        self, sent: list[Sent], member: Member, collection: Collection, known: Known, day: datetime.date
    ) -> tuple[list[Passed], list[Refused]]:
        """Which objects pass and which do not.

        Args:
            sent: the objects, in order.
            member: who sent them.
            collection: where to.
            known: what the hub has of the ids in them, and looks up more of.
            day: today, UTC.
        """
        judged = _Submission(
            self._gate_of(day), self._rewriter, self.shown_as(member), member, collection, known, day
        )
        for _, group in itertools.groupby(sent, key=lambda each: each.rank):
            judged.take(list(group))
        return judged.passed, judged.refused

    def shown_as(self, member: Member) -> str:
        """The identity that others see of a member."""
        return member.identity if member.shown else self._identity

    def of_ready(
        self, ready: list[Ahead], collection: Collection, known: Known, day: datetime.date
    ) -> list[Passed] | None:
        """Objects that were got ready, if nothing is here of any of them and nothing speaks against it; else None.

        Args:
            ready: the objects.
            collection: where to.
            known: what the hub has of the ids that they were sent with, and looks up more of.
            day: today, UTC.
        """
        known.look_up(each.id for each in ready)
        outlines = {id(each.outline): each.outline for each in ready}.values()
        fits = not any(
            _unfit(collection, each["type"], marking_of(each["object_marking_refs"])) for each in outlines
        )
        if not fits or not known.nothing or self._gate_of(day).closed:
            return None
        return [
            Passed(
                each.position,
                each.sent_id,
                each.sent_version,
                each.sent_digest,
                each.id,
                each.outline["modified"],
                each.outline,
                None,
                (),
                each.content,
            )
            for each in ready
        ]

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
        shown_as: str,
        member: Member,
        collection: Collection,
        known: Known,
        day: datetime.date,
    ) -> None:
        self.passed: list[Passed] = []
        self.refused: list[Refused] = []
        self._gate, self._rewriter = gate, rewriter
        self._member, self._collection, self._known = member, collection, known
        self._stamp = Stamp(member.identity, day, shown_as, known.translate)
        self._unfit: dict[tuple[str, ...], tuple[str, str] | None] = {}
        self._situation = Situation(day, member.identity, known.knows)

    def take(self, group: list[Sent]) -> None:
        """Judge objects that do not refer to each other."""
        named = [(each, self._named(each)) for each in group if self._admitted(each)]
        wanted = [given for _, given in named]
        if group[0].rank:
            wanted += [target for sent, _ in named for target in self._referred(sent)]
        self._known.look_up(wanted)
        for sent, given in named:
            found = self._placed(sent, given)
            if isinstance(found, Passed):
                self.passed.append(found)
            else:
                rule, message = found
                self.refused.append(
                    Refused(sent.position, sent.id, sent.version, rule, message, forbidden=False)
                )

    def _admitted(self, sent: Sent) -> bool:
        """Whether it has the shape of an object, and the gate lets it pass."""
        if sent.recognised and not sent.rank and not self._gate.closed:
            return True
        if sent.wrong:
            self.refused.append(Refused(sent.position, sent.id, "", SHAPE, sent.wrong))
            return False
        answer = self._gate.check(sent.obj, self._situation)
        if answer.passed:
            return True
        sentences = "; ".join(each.sentence for each in answer.refusals[:_MOST_SENTENCES])
        rule = answer.refusals[0].rule
        self.refused.append(Refused(sent.position, sent.id, sent.version, rule, sentences))
        return False

    def _named(self, sent: Sent) -> str:
        """What the hub calls it."""
        if is_fixed(sent.obj):
            return sent.id
        known, member = self._known, self._member.identity
        own = known.sent_as(sent.id)
        if not sent.rank and own == sent.id:
            return self._rewriter.identifier(sent.obj, member)
        changes = {name: known.translate(sent.obj[name]) for name in REFERENCES if name in sent.obj}
        return self._rewriter.identifier(sent.obj | changes | {"id": own}, member)

    def _placed(self, sent: Sent, given: str) -> Passed | tuple[str, str]:
        """The object as it will stand here, or the rule against it and a sentence."""
        position, version, obj, digest = sent.position, sent.version, sent.obj, sent.digest
        if is_fixed(obj):
            return self._fixed(sent)
        if wrong := self._misplaced(sent):
            return wrong
        known, number = self._known, self._collection.number
        earlier = known.versions(given, number)
        latest = next((each for each in earlier if each.latest), None) if earlier else None
        if latest is not None and any(each.sent_digest == digest for each in earlier):
            known.remember(sent.id, given)
            return Passed(position, sent.id, version, digest, given, latest.version, None, latest)
        if wrong := _out_of_turn(obj, version, latest):
            return wrong
        beside = self._lacking(sent) if sent.rank else ()
        if beside is None:
            return _OUT_OF_REACH
        before = {"created": latest.created, "modified": latest.version} if latest is not None else None
        written = self._rewriter.rewrite(obj, self._stamp, given, before)
        known.remember(sent.id, given)
        known.add(given, number, version, digest, written)
        return Passed(position, sent.id, version, digest, given, written["modified"], written, latest, beside)

    def _lacking(self, sent: Sent) -> tuple[int, ...] | None:
        """When those were added that an object refers to and the collection lacks; None where it must not have one."""
        found: list[int] = []
        for target in self._referred(sent):
            if target in TECHNIQUE_IDS or self._known.versions(target, self._collection.number):
                continue
            original = self._known.original(target, self._collection)
            if original is not None:
                found.append(original)
            elif sent.obj.get("revoked") is not True:
                return None
        return tuple(found)

    def _referred(self, sent: Sent) -> list[str]:
        """What the hub calls those that an object refers to."""
        if not sent.rank or is_fixed(sent.obj):
            return []
        return [self._known.translate(sent.obj[name]) for name in REFERENCES if name in sent.obj]

    def _misplaced(self, sent: Sent) -> tuple[str, str] | None:
        """Why an object may not stand in this collection, or not under this id."""
        markings = sent.obj["object_marking_refs"]
        key = (sent.obj["type"], *markings)
        if key not in self._unfit:
            self._unfit[key] = _unfit(self._collection, sent.obj["type"], marking_of(markings))
        if wrong := self._unfit[key]:
            return wrong
        if self._known.anothers(sent.id):
            return (
                "owner",
                "the id is that of another member's object; say what you know of it with a sighting",
            )
        return None

    def _fixed(self, sent: Sent) -> Passed:
        """Published objects that are the same everywhere: kept once, as they are."""
        given, version, digest = sent.id, sent.version, sent.digest
        here = next(iter(self._known.versions(given, self._collection.number)), None)
        if here is None:
            self._known.add(given, self._collection.number, version, digest, sent.obj)
        return Passed(sent.position, given, version, digest, given, version, None if here else sent.obj, None)


_OUT_OF_REACH: Final = (
    "reach",
    "not everybody who reads this collection may read what it refers to; send that to this collection as well",
)


def _unfit(collection: Collection, kind: str, marking: Marking) -> tuple[str, str] | None:
    """Why a collection does not take objects of a type with a marking."""
    if kind == REPORT and not collection.texts:
        return "collection", "texts stand among the advisories only"
    if collection.types and kind not in collection.types:
        return "collection", f"this collection takes only {' and '.join(sorted(collection.types))}"
    if marking in collection.markings:
        return None
    allowed = ", ".join(sorted(f"TLP:{each.upper()}" for each in collection.markings))
    return (
        "marking",
        f"the marking TLP:{marking.upper()} does not fit this collection, which takes {allowed}",
    )


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
