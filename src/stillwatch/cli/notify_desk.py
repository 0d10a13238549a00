"""What the commands about notifications share: the draft as a payload, where the trail is kept, who approved."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillwatch.cli.records_options import opened
from stillwatch.cli.share_desk import intel_place
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.records import Records
    from stillwatch.sharing.government.desk import GovernmentDesk, Notice
    from stillwatch.sharing.government.notification import Notification


@dataclasses.dataclass(frozen=True, slots=True)
class Payload:
    """A notification with the objects that would go through the hub.

    Attributes:
        objects: STIX; empty for a report alone.
        without: why there are none; empty where there are.
        digest: of both.
    """

    notification: Notification
    objects: tuple[dict[str, Any], ...]
    without: str
    stix: bytes
    digest: str


def payload_of(notification: Notification) -> Payload:
    """What a draft comes to.

    Raises:
        StillwatchError: SW-GOV-03 it holds personal data that is not said to belong directly to the threat.
    """
    from stillwatch.sharing.government.bundle import shared_objects
    from stillwatch.sharing.government.notification import payload_digest
    from stillwatch.sharing.government.personal_data import personal_data
    from stillwatch.sharing.preview import preview

    found = personal_data(notification)
    if found:
        raise StillwatchError(
            "there is personal data in it: " + ", ".join(f"{each.kind} in {each.place}" for each in found),
            code="SW-GOV-03",
            where=notification.notification_id,
            hint="remove it, or name the part under `directly_related` where it belongs directly to the threat",
        )
    without = ""
    try:
        objects = shared_objects(notification)
    except StillwatchError as error:
        if error.code != "SW-GOV-10":
            raise
        objects, without = (), error.message
    stix = preview(objects) if objects else b""
    return Payload(notification, objects, without, stix, payload_digest(notification, stix))


@contextlib.contextmanager
def government(
    cases: str | None, folder: Path, ledger_key: Path | None, intel: str | None
) -> Iterator[tuple[Records, GovernmentDesk]]:
    """The records of casework and the desk of notifications, closed afterwards.

    Raises:
        StillwatchError: one of them cannot be used.
    """
    from stillwatch.sharing.government.desk import GovernmentDesk
    from stillwatch.storage.received.store import open_sharing

    with opened(cases, folder, ledger_key, make=True) as records:
        database = open_sharing(intel_place(intel, folder))
        try:
            yield records, GovernmentDesk(database)
        finally:
            database.close()


def roles_of(records: Records, notice: Notice) -> tuple[str, ...]:
    """The roles in which it was approved; empty unless it was granted for exactly this payload."""
    if notice.approval_id is None or not records.approvals.granted(notice.approval_id, notice.digest):
        return ()
    return tuple(
        answer.role for answer in records.approvals.get(notice.approval_id).answers if answer.approved
    )


def enter(records: Records, kind: str, notice_id: str, by: str, details: dict[str, Any]) -> None:
    """An entry in the ledger about a notification."""
    from stillwatch import clock
    from stillwatch.storage.ledger import Entry

    with records.database.write() as connection:
        records.ledger.append(connection, [Entry(kind, notice_id, by, clock.now().isoformat(), details)])


def write_report(notification: Notification, roles: tuple[str, ...], out: Path, *, pdf: bool) -> list[Path]:
    """Write the report, as a page and on request as PDF, and the STIX bundle where there is one.

    Raises:
        StillwatchError: WeasyPrint is not there, or the folder cannot be written.
    """
    import orjson

    from stillwatch.reporting.government_report.page import render_notification
    from stillwatch.reporting.pdf import as_pdf
    from stillwatch.sharing.government.bundle import stix_bundle

    page = render_notification(notification, approved_by=roles)
    files = {"report.html": page.encode()}
    if pdf:
        files["report.pdf"] = as_pdf(page, notification.prepared)
    with contextlib.suppress(StillwatchError):
        files["bundle.json"] = orjson.dumps(stix_bundle(notification), option=orjson.OPT_INDENT_2) + b"\n"
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except OSError as error:
        raise StillwatchError(
            f"the report cannot be written: {error.strerror or error}", code="SW-GOV-04", where=str(out)
        ) from error
    return [out / name for name in files]
