"""One submission: what a member sent, and the status resource that tells what became of it."""

from __future__ import annotations

import dataclasses
import datetime
from typing import TYPE_CHECKING, Any

import orjson

from stillwatch.hub.taxii import moments

if TYPE_CHECKING:
    from stillwatch.hub.intake.proof import Proof
    from stillwatch.hub.judging.ahead import Ahead
    from stillwatch.hub.judging.gatekeeper import Passed, Refused
    from stillwatch.hub.judging.sent import Sent
    from stillwatch.hub.members import Member
    from stillwatch.hub.rights import Collection


@dataclasses.dataclass(frozen=True, slots=True)
class Submission:
    """What a member sent.

    Attributes:
        body: the bytes as they came.
        sent: the members of the envelope, looked at; empty where all of them are ready.
        ready: the same, got ready; None where they need a closer look.
        packed: the bytes as they came, compressed.
        digest: SHA-256 of the bytes as they came.
        proof: what shows that it is the member's.
        received: when.
    """

    member: Member
    collection: Collection
    body: bytes
    sent: list[Sent]
    ready: list[Ahead] | None
    packed: bytes
    digest: bytes
    proof: Proof
    received: datetime.datetime

    @property
    def count(self) -> int:
        """How many objects were sent."""
        return len(self.sent) if self.ready is None else len(self.ready)


def status_of(identifier: str, submission: Submission, passed: list[Passed], refused: list[Refused]) -> bytes:
    """The status resource (TAXII 2.1, section 4.3.1), objects in the order in which they were sent.

    ``x_stored_as`` is what the hub calls an object, for whoever wants to refer to it.
    """
    successes = [
        {
            "id": each.sent_id,
            "version": each.sent_version,
            "message": "here already" if each.obj is None and each.earlier is not None else "stored",
            "x_stored_as": each.id,
            "x_stored_version": each.version,
        }
        for each in sorted(passed, key=lambda each: each.position)
    ]
    failures = [
        {
            "id": each.id,
            "version": each.version,
            "message": f"{each.rule}: {each.message}",
            "x_rule": each.rule,
        }
        for each in sorted(refused, key=lambda each: each.position)
    ]
    found: dict[str, Any] = {
        "id": identifier,
        "status": "complete",
        "request_timestamp": moments.added_text(moments.micros(submission.received)),
        "total_count": submission.count,
        "success_count": len(successes),
        "failure_count": len(failures),
        "pending_count": 0,
    }
    if successes:
        found["successes"] = successes
    if failures:
        found["failures"] = failures
    return orjson.dumps(found)
