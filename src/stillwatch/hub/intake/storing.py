"""Stores one submission within a transaction: its bytes and proof, its objects, and its entry in the log.

Every object gets a time of its own, later than any before it, in the order in which transactions end. A reader that
asks for what came after a time therefore misses nothing, whatever the clock does.
"""

from __future__ import annotations

import secrets
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
import zstandard

from stillwatch.errors import StillwatchError
from stillwatch.hub.intake.arrival import seen
from stillwatch.hub.intake.beside import beside
from stillwatch.hub.intake.rows import insert, rows_beside, rows_of
from stillwatch.hub.intake.submission import Submission, status_of
from stillwatch.hub.intake.times import keep_time, last_time
from stillwatch.hub.judging.gatekeeper import Passed, Refused
from stillwatch.hub.judging.known import Known
from stillwatch.hub.judging.sent import ids_in
from stillwatch.hub.reporters import SALT_BYTES, commitment
from stillwatch.hub.rights import readable
from stillwatch.hub.tables.objects import BUDGETS, NONCES, SUBMISSIONS
from stillwatch.hub.taxii import moments
from stillwatch.sharing.gate.budget import Spent, charge
from stillwatch.sharing.signing import AHEAD_S, OLDEST_S
from stillwatch.storage.ledger import Entry
from stillwatch.storage.ledger.tree import root_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from stillwatch.hub.live import LiveHub

KIND: Final = "objects-received"
"""The kind of entry that a submission has in the log."""


def store(hub: LiveHub, connection: Connection, submission: Submission) -> bytes:
    """Judge and store within a transaction; returns the status resource as JSON.

    Raises:
        StillwatchError: the request was sent before, or the database refuses.
    """
    identifier = str(uuid.uuid4())
    member = submission.member
    added = last_time(connection, moments.micros(submission.received))
    _use_nonce(connection, submission)
    known, passed, refused = _judged(hub, connection, submission)
    passed, refused = _within_budget(hub, connection, submission, passed, refused)
    new = [each for each in passed if each.obj is not None]
    status = status_of(identifier, submission, passed, refused)
    salt = secrets.token_bytes(SALT_BYTES)
    forbidden = any(each.forbidden for each in refused)
    number = _insert(connection, submission, identifier, len(new), status, salt, forbidden=forbidden)
    own = beside(connection, hub.identity, known, new, submission.collection.number, member.number)
    rows = rows_of(new, submission, number, added + len(own))
    earlier = [each.earlier.added for each in new if each.earlier]
    insert(connection, [*rows_beside(own, added), *rows], [*earlier, *(each.earlier for each in own)])
    keep_time(connection, added + len(own) + len(rows))
    entry = _entry(hub, submission, identifier, rows, refused, salt)
    index = hub.ledger.append(connection, [entry]).start
    place = sa.update(SUBMISSIONS).where(SUBMISSIONS.c.number == number)
    connection.execute(place.values(entry=index))
    alias = submission.collection.alias
    hub.tally["taken in", alias] += len(new)
    hub.tally["here already", alias] += len(passed) - len(new)
    for each in refused:
        hub.tally["refused by", each.rule] += 1
    return status


def _judged(
    hub: LiveHub, connection: Connection, submission: Submission
) -> tuple[Known, list[Passed], list[Refused]]:
    """What is known of the objects, which pass, and which do not."""
    member, collection, day = submission.member, submission.collection, submission.received.date()
    sent, may_read = submission.sent, readable(member.kind)
    if submission.ready is not None:
        known = Known(connection, member.number, may_read, (each.sent_id for each in submission.ready))
        ready = hub.gatekeeper.of_ready(submission.ready, collection, known, day)
        if ready is not None:
            return known, ready, []
        sent = seen(hub, member, submission.body, submission.received)
    known = Known(connection, member.number, may_read, ids_in(sent))
    return known, *hub.gatekeeper.judge(sent, member, collection, known, day)


def _within_budget(
    hub: LiveHub, connection: Connection, submission: Submission, passed: list[Passed], refused: list[Refused]
) -> tuple[list[Passed], list[Refused]]:
    """Charge what is new to the member's week; where that is too much, none of it is taken in."""
    new = [each for each in passed if each.obj is not None]
    if not new:
        return passed, refused
    number = submission.member.number
    row = connection.execute(sa.select(BUDGETS).where(BUDGETS.c.member == number)).first()
    spent = Spent(row.week, row.bits) if row is not None else None
    contents = [each.obj for each in new if each.obj is not None]
    after, refusal = charge(spent, contents, hub.gatekeeper.policy, submission.received.date())
    if refusal is not None:
        kept = [each for each in passed if each.obj is None]
        late = [
            Refused(each.position, each.sent_id, each.sent_version, refusal.rule, refusal.sentence)
            for each in new
        ]
        return kept, [*refused, *late]
    values = {"week": after.week, "bits": after.bits}
    if row is None:
        connection.execute(sa.insert(BUDGETS).values(member=number, **values))
    else:
        connection.execute(sa.update(BUDGETS).where(BUDGETS.c.member == number).values(values))
    return passed, refused


def _use_nonce(connection: Connection, submission: Submission) -> None:
    """Use a signed request's nonce up, and forget those that are too old to be accepted anyway.

    Raises:
        StillwatchError: it was used before.
    """
    signed = submission.proof.signed
    if signed is None:
        return
    old = int(submission.received.timestamp()) - 2 * (OLDEST_S + AHEAD_S)
    connection.execute(sa.delete(NONCES).where(NONCES.c.created < old))
    seen = sa.select(NONCES.c.nonce).where(NONCES.c.key_id == signed.key_id, NONCES.c.nonce == signed.nonce)
    if connection.execute(seen).first() is not None:
        raise StillwatchError(
            "this very request was sent before",
            code="SW-HUB-16",
            hint="sign each request anew, with a nonce of its own; sending the same objects again is harmless",
        )
    values = {"key_id": signed.key_id, "nonce": signed.nonce, "created": signed.created}
    connection.execute(sa.insert(NONCES).values(values))


def _insert(
    connection: Connection,
    submission: Submission,
    identifier: str,
    stored: int,
    status: bytes,
    salt: bytes,
    *,
    forbidden: bool,
) -> int:
    """The submission's row; its place in the log follows.

    Where the gate refused something, the bytes are not kept: the hub must not hold what it may not pass on. Their
    digest is in the log and under the signature, so that whoever sent them can show them.
    """
    signed = submission.proof.signed
    values = {
        "id": identifier,
        "member": submission.member.number,
        "collection": submission.collection.number,
        "received": moments.micros(submission.received),
        "stored": stored,
        "sent": submission.count,
        "body": None if forbidden else submission.packed,
        "status": zstandard.compress(status, 1),
        "proof": submission.proof.kind,
        "key_id": signed.key_id if signed else None,
        "signed_base": signed.base if signed else None,
        "signature": signed.signature if signed else None,
        "salt": salt,
        "entry": -1,
    }
    key = connection.execute(sa.insert(SUBMISSIONS).values(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _entry(
    hub: LiveHub,
    submission: Submission,
    identifier: str,
    rows: list[tuple[Any, ...]],
    refused: list[Refused],
    salt: bytes,
) -> Entry:
    """What the log keeps of a submission: its digest, the root over its objects, and what was refused by which rule."""
    details = {
        "collection": submission.collection.alias,
        "content": submission.digest.hex(),
        "objects": len(rows),
        "objects_root": root_of(row[0] for row in rows).hex(),
        "refused": dict(sorted(Counter(each.rule for each in refused).items())),
        "policy": hub.gatekeeper.policy.version,
        "proof": submission.proof.kind,
    }
    reporter = commitment(submission.member.identity, salt)
    return Entry(KIND, identifier, reporter, submission.received.isoformat(), details)
