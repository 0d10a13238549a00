"""Keeps notifications with their trail, and requests that come from a government; nothing here sends by itself.

A notification is kept as it was when its approval was asked for; whatever changes in the draft afterwards is another
payload and needs another approval.
"""

from __future__ import annotations

import dataclasses
import difflib
import enum
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.sharing.government.notification import Notification
from stillwatch.storage.received.tables import NOTIFICATIONS, REQUESTS, TRAIL

if TYPE_CHECKING:
    from stillwatch.storage.sql import SqlDatabase


class NoticeState(enum.StrEnum):
    """How far a notification came."""

    ASKED = "asked"  # its approval was asked for
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"  # the agency said that it has it
    WITHDRAWN = "withdrawn"


class RequestState(enum.StrEnum):
    """How far a request for information came."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"


@dataclasses.dataclass(frozen=True, slots=True)
class Notice:
    """A notification as it was submitted for approval.

    Attributes:
        stix: the objects that would be sent, in the bytes in which they would be; empty for a report alone.
        digest: of both; what the approval is for.
    """

    notification: Notification
    stix: bytes
    digest: str
    approval_id: str | None
    state: NoticeState
    asked_by: str
    asked_at: str


@dataclasses.dataclass(frozen=True, slots=True)
class TrailStep:
    """One thing that happened to a notification."""

    ts: str
    by: str
    what: str
    words: str


@dataclasses.dataclass(frozen=True, slots=True)
class InformationRequest:
    """What an agency wants to know.

    Attributes:
        reference: the agency's own.
        about: what it asks, in its words.
        due: ``YYYY-MM-DD``; None where it names no day.
        answer: what was answered, or why it was declined; the id of a notification where that is the answer.
    """

    request_id: str
    agency: str
    reference: str
    about: str
    received_at: str
    due: str | None
    state: RequestState
    entered_by: str
    settled_at: str | None
    settled_by: str | None
    answer: str


class GovernmentDesk:
    """Notifications and requests of one lab.

    Args:
        database: of a member's side of sharing.
        now: the clock.
    """

    def __init__(self, database: SqlDatabase, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._now = now

    def submit(self, notification: Notification, stix: bytes, digest: str, approval_id: str, by: str) -> None:
        """Keep a notification whose approval was asked for.

        Raises:
            StillwatchError: SW-GOV-30 one of this id was sent already.
        """
        ts = self._now().isoformat()
        key = NOTIFICATIONS.c.notification_id == notification.notification_id
        with self._database.write() as connection:
            before = connection.execute(sa.select(NOTIFICATIONS.c.state).where(key)).scalar()
            if before in (NoticeState.SENT, NoticeState.ACKNOWLEDGED):
                raise StillwatchError(
                    f"a notification of this id is {before} already",
                    code="SW-GOV-30",
                    where=notification.notification_id,
                    hint="give the new one an id of its own and say in it which one it corrects",
                )
            connection.execute(NOTIFICATIONS.delete().where(key))
            connection.execute(
                NOTIFICATIONS.insert().values(
                    notification_id=notification.notification_id,
                    body=msgspec.json.encode(notification).decode(),
                    stix=stix.decode(),
                    digest=digest,
                    approval_id=approval_id,
                    state=NoticeState.ASKED.value,
                    asked_by=by,
                    asked_at=ts,
                )
            )
        self.note(notification.notification_id, by, "asked", f"approval {approval_id}")

    def note(self, notification_id: str, by: str, what: str, words: str = "") -> None:
        """Add a step to a notification's trail."""
        with self._database.write() as connection:
            connection.execute(
                TRAIL.insert().values(
                    notification_id=notification_id, ts=self._now().isoformat(), by=by, what=what, words=words
                )
            )

    def mark(self, notification_id: str, state: NoticeState) -> None:
        """Note how far it came."""
        with self._database.write() as connection:
            connection.execute(
                NOTIFICATIONS.update()
                .where(NOTIFICATIONS.c.notification_id == notification_id)
                .values(state=state.value)
            )

    def get(self, notification_id: str) -> Notice:
        """One notification.

        Raises:
            StillwatchError: SW-GOV-31 there is none of this id; the hint names the nearest.
        """
        found = {each.notification.notification_id: each for each in self.notices()}
        if notification_id not in found:
            raise _unknown(
                "SW-GOV-31",
                "there is no notification of that id",
                notification_id,
                list(found),
                "notify status",
            )
        return found[notification_id]

    def notices(self) -> list[Notice]:
        """Every notification, latest first."""
        query = sa.select(NOTIFICATIONS).order_by(NOTIFICATIONS.c.asked_at.desc())
        with self._database.read() as connection:
            return [_notice(row) for row in connection.execute(query).mappings()]

    def trail(self, notification_id: str) -> list[TrailStep]:
        """What happened to a notification, oldest first."""
        query = sa.select(TRAIL).where(TRAIL.c.notification_id == notification_id).order_by(TRAIL.c.number)
        with self._database.read() as connection:
            return [TrailStep(row.ts, row.by, row.what, row.words) for row in connection.execute(query)]

    def enter(self, request: InformationRequest) -> None:
        """Put a request for information in the queue.

        Raises:
            StillwatchError: SW-GOV-32 the agency's reference is there already.
        """
        same = sa.and_(REQUESTS.c.agency == request.agency, REQUESTS.c.reference == request.reference)
        with self._database.write() as connection:
            before = connection.execute(sa.select(REQUESTS.c.request_id).where(same)).scalar()
            if before is not None:
                raise StillwatchError(
                    "this request is in the queue already", code="SW-GOV-32", where=str(before)
                )
            values = dataclasses.asdict(request) | {"state": request.state.value}
            connection.execute(REQUESTS.insert().values(**values))

    def settle(self, request_id: str, state: RequestState, by: str, answer: str) -> InformationRequest:
        """Note how a request ended.

        Raises:
            StillwatchError: SW-GOV-33 there is none of this id; SW-GOV-34 it was settled before.
        """
        known = {each.request_id: each for each in self.requests()}
        if request_id not in known:
            raise _unknown(
                "SW-GOV-33", "there is no request of that id", request_id, list(known), "notify requests list"
            )
        with self._database.write() as connection:
            done = connection.execute(
                REQUESTS.update()
                .where(REQUESTS.c.request_id == request_id, REQUESTS.c.state == RequestState.OPEN.value)
                .values(state=state.value, settled_by=by, settled_at=self._now().isoformat(), answer=answer)
            )
        if not done.rowcount:
            raise StillwatchError(
                f"it is {known[request_id].state} already", code="SW-GOV-34", where=request_id
            )
        return next(each for each in self.requests() if each.request_id == request_id)

    def requests(self, states: Sequence[RequestState] = tuple(RequestState)) -> list[InformationRequest]:
        """Requests in some states, those due soonest first."""
        wanted = [state.value for state in states]
        query = sa.select(REQUESTS).where(REQUESTS.c.state.in_(wanted))
        with self._database.read() as connection:
            found = [_request(row) for row in connection.execute(query).mappings()]
        return sorted(found, key=lambda each: (each.due or "9999", each.received_at))


def _notice(row: sa.RowMapping) -> Notice:
    return Notice(
        msgspec.json.decode(row["body"], type=Notification),
        row["stix"].encode(),
        row["digest"],
        row["approval_id"],
        NoticeState(row["state"]),
        row["asked_by"],
        row["asked_at"],
    )


def _request(row: sa.RowMapping) -> InformationRequest:
    fields: dict[str, Any] = {field.name: row[field.name] for field in dataclasses.fields(InformationRequest)}
    return InformationRequest(**fields | {"state": RequestState(row["state"])})


def _unknown(code: str, message: str, name: str, known: Sequence[str], listing: str) -> StillwatchError:
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"`stillwatch {listing}` lists them"
    return StillwatchError(message, code=code, where=name, hint=hint)
