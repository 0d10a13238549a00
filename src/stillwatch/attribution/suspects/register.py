"""Keeps suspects, their versions and results; every change is an entry in the ledger."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, insert, select, update

from stillwatch import clock
from stillwatch.attribution.querying.endpoint import Dialect
from stillwatch.attribution.suspects.suspect import Due, Result, Suspect, Version, Why
from stillwatch.casework.people import Act, may
from stillwatch.casework.tables import attribution as tables
from stillwatch.casework.times import written
from stillwatch.core.names import new_id
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records

_LONGEST_LABEL: Final = 300


class SuspectRegister:
    """The register.

    Args:
        records: the open casework database.
        now: the clock.
    """

    def __init__(self, records: Records, *, now: clock.Clock = clock.now) -> None:
        self._records = records
        self._now = now

    def add(
        self,
        url: str,
        model: str,
        person: Person,
        *,
        dialect: Dialect = Dialect.CHAT,
        key_env: str = "",
        owner_claimed: str = "",
        claimed_by: str = "",
        note: str = "",
        retest_days: int = 90,
    ) -> Suspect:
        """Enter a suspect.

        Raises:
            StillwatchError: the person may not; SW-ATT-50 its address cannot be asked; 56 it is entered already.
        """
        may(person, Act.WORK_CASES)
        now = self._now()
        suspect = Suspect(
            new_id("sus", now.timestamp()),
            url.rstrip("/"),
            model,
            dialect,
            key_env,
            owner_claimed,
            claimed_by,
            note,
            retest_days,
            written(now),
            person.name,
            None,
        )
        _ = suspect.endpoint  # refuses an address that cannot be asked
        table = tables.suspects
        with self._records.database.write() as connection:
            before = connection.execute(
                select(table.c.suspect_id).where(table.c.url == suspect.url, table.c.model == model)
            ).first()
            if before is not None:
                raise StillwatchError(
                    "this model is in the register already", code="SW-ATT-56", where=str(before[0])
                )
            connection.execute(insert(table), dataclasses.asdict(suspect) | {"dialect": dialect.value})
            details = {"url": suspect.url, "model": model, "owner_claimed": owner_claimed}
            self._enter(connection, "suspect-entered", suspect.suspect_id, person.name, details)
        return suspect

    def get(self, suspect_id: str) -> Suspect:
        """A suspect by its id.

        Raises:
            StillwatchError: SW-ATT-57, there is none; the nearest is named.
        """
        known = {each.suspect_id: each for each in self.list(retired=True)}
        if suspect_id not in known:
            near = difflib.get_close_matches(suspect_id, known, n=1)
            raise StillwatchError(
                "there is no such suspect",
                code="SW-ATT-57",
                where=suspect_id[:100],
                hint=f"did you mean {near[0]}?" if near else "stillwatch attribute suspects list",
            )
        return known[suspect_id]

    def list(self, *, retired: bool = False) -> tuple[Suspect, ...]:
        """Suspects, the first entered first."""
        table = tables.suspects
        query = select(table).order_by(table.c.first_seen, table.c.suspect_id)
        with self._records.database.read() as connection:
            found = tuple(_suspect(row) for row in connection.execute(query))
        return tuple(each for each in found if retired or each.retired is None)

    def at(self, url: str, model: str) -> Suspect | None:
        """The suspect at an address, if it is in the register."""
        return next(
            (each for each in self.list() if (each.url, each.model) == (url.rstrip("/"), model)), None
        )

    def versions(self, suspect_id: str, connection: Connection | None = None) -> tuple[Version, ...]:
        """A suspect's versions, oldest first."""
        if connection is None:
            with self._records.database.read() as reading:
                return self.versions(suspect_id, reading)
        table = tables.versions
        query = select(table).where(table.c.suspect_id == suspect_id).order_by(table.c.number)
        return tuple(Version(r.number, r.label, r.how, r.seen) for r in connection.execute(query))

    def seen(self, suspect_id: str, label: str, how: str, person: Person) -> Version | None:
        """Note what a suspect is now; None where that version is known.

        Machines that take turns bring an old label back: only one that was never seen is a new version.

        Args:
            suspect_id: whose.
            label: what it calls itself, or what somebody says it is.
            how: by what it was noticed.
            person: who looked.

        Raises:
            StillwatchError: the person may not; SW-ATT-57, there is no such suspect.
        """
        may(person, Act.WORK_CASES)
        self.get(suspect_id)
        label = label[:_LONGEST_LABEL]
        with self._records.database.write() as connection:
            before = self.versions(suspect_id, connection)
            if any(each.label == label for each in before):
                return None
            version = Version(len(before) + 1, label, how, written(self._now()))
            row = dataclasses.asdict(version) | {"suspect_id": suspect_id}
            connection.execute(insert(tables.versions), row)
            details = {"version": version.number, "label": label, "how": how}
            self._enter(connection, "suspect-version-seen", suspect_id, person.name, details)
        return version

    def judged(
        self, suspect_id: str | None, plan_id: str, findings: str, verdict: str, person: Person
    ) -> None:
        """Keep what an attribution came to; the same findings again change nothing."""
        versions = self.versions(suspect_id) if suspect_id else ()
        row = {
            "plan_id": plan_id,
            "findings": findings,
            "suspect_id": suspect_id,
            "version": versions[-1].number if versions else None,
            "verdict": verdict,
            "judged": written(self._now()),
            "judged_by": person.name,
        }
        table = tables.attributions
        with self._records.database.write() as connection:
            known = select(table.c.plan_id).where(table.c.plan_id == plan_id, table.c.findings == findings)
            if connection.execute(known).first() is None:
                connection.execute(insert(table), row)

    def results(self, suspect_id: str) -> tuple[Result, ...]:
        """What its attributions came to, oldest first."""
        table = tables.attributions
        query = select(table).where(table.c.suspect_id == suspect_id).order_by(table.c.judged)
        with self._records.database.read() as connection:
            return tuple(
                Result(r.plan_id, r.findings, r.version, r.verdict, r.judged, r.judged_by)
                for r in connection.execute(query)
            )

    def due(self) -> tuple[Due, ...]:
        """Tests that are due now, those due longest first."""
        found = [due for each in self.list() if (due := self._due(each)) is not None]
        return tuple(sorted(found, key=lambda due: due.since))

    def retire(self, suspect_id: str, why: str, person: Person) -> None:
        """Watch a suspect no longer; what is known of it stays.

        Raises:
            StillwatchError: the person may not; SW-ATT-57, there is no such suspect.
        """
        may(person, Act.WORK_CASES)
        self.get(suspect_id)
        table = tables.suspects
        with self._records.database.write() as connection:
            connection.execute(
                update(table).where(table.c.suspect_id == suspect_id).values(retired=written(self._now()))
            )
            self._enter(connection, "suspect-retired", suspect_id, person.name, {"why": why})

    def _due(self, suspect: Suspect) -> Due | None:
        versions, results = self.versions(suspect.suspect_id), self.results(suspect.suspect_id)
        newest = versions[-1] if versions else None
        if not results:
            return Due(suspect, newest, Why.NEVER, newest.seen if newest else suspect.first_seen)
        if newest is not None and all(each.version != newest.number for each in results):
            return Due(suspect, newest, Why.VERSION, newest.seen)
        if suspect.retest_days:
            last = datetime.datetime.fromisoformat(results[-1].judged)
            since = last + datetime.timedelta(days=suspect.retest_days)
            if since <= self._now():
                return Due(suspect, newest, Why.TIME, written(since))
        return None

    def _enter(
        self, connection: Connection, kind: str, subject: str, by: str, details: dict[str, Any]
    ) -> None:
        self._records.ledger.append(connection, [Entry(kind, subject, by, written(self._now()), details)])


def _suspect(row: Any) -> Suspect:
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(Suspect)}
    return Suspect(**fields | {"dialect": Dialect(row.dialect)})
