"""The store of decisions: what was decided and lifted, by whom, when and why; the source of every snapshot."""

from __future__ import annotations

import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from stillwatch.core.decision import Decision, Mode
from stillwatch.core.names import new_id
from stillwatch.enforcement import entries, tables
from stillwatch.enforcement.cleared import allowed, cleared
from stillwatch.enforcement.decision_reader import DecisionReader
from stillwatch.enforcement.drafts import Draft, checked, is_person
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.enforcement.wire import Change
from stillwatch.errors import StillwatchError
from stillwatch.storage.database import Database


class DecisionStore(DecisionReader):
    """Decisions on disk, with every change to them.

    Args:
        path: the SQLite file.
        writer: whether decisions are taken; one process at a time may.
        clock: gives seconds since 1970.

    Attributes:
        epoch: names this store's life; made with the file.

    Raises:
        StillwatchError: another process writes, or the file cannot be used.
    """

    def __init__(self, path: Path, *, writer: bool = True, clock: Callable[[], float] = time.time) -> None:
        super().__init__(Database(path, tables.SCHEMA, writer=writer, title="store of decisions"), clock)
        if writer and not self.database.rows("SELECT 1 FROM meta WHERE name = 'epoch'"):
            with self.database.change() as connection:
                connection.execute("INSERT INTO meta VALUES ('epoch', ?)", (secrets.token_hex(8),))
                connection.execute("INSERT INTO meta VALUES ('version', 0)")
        self.epoch = str(self._meta("epoch"))

    def __enter__(self) -> DecisionStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let another writer in."""
        self.database.close()

    def add(self, draft: Draft) -> Decision:
        """Take one decision; see ``add_all``."""
        return self.add_all([draft])[0]

    def add_all(self, drafts: Iterable[Draft], *, approved_by: str = "") -> list[Decision]:
        """Take decisions, all or none; what a machine wants against an account that people cleared is passed over.

        Args:
            drafts: what is to be decided.
            approved_by: the second person, where one is needed.

        Raises:
            StillwatchError: a draft is wrong, or is a permanent block that not two persons answer for.
        """
        ready = [checked(draft) for draft in drafts]
        for draft in ready:
            if draft.ttl is None and not _two_persons(draft.by, approved_by):
                raise StillwatchError(
                    "a block without end needs two persons",
                    code="SW-DEC-34",
                    where=f"{draft.scope} {draft.value}",
                    hint="propose it with `decisions add --permanent`; another person approves it",
                )
        now = self.clock()
        with self.database.change() as connection:
            ready = allowed(ready, cleared(self.database, now))
            return [self._take(connection, draft, now, approved_by) for draft in ready]

    def lift(
        self,
        decision_id: str | None = None,
        *,
        rule: str | None = None,
        since: float | None = None,
        by: str,
        reason: str,
    ) -> list[Decision]:
        """End decisions before their time: one, those of a rule, those taken since a time, or of a rule since a time.

        Returns:
            What was lifted; empty where nothing of it is in force any more.

        Raises:
            StillwatchError: nothing is named, nobody answers for it, or there is no such decision.
        """
        if not by.strip() or not reason.strip():
            raise StillwatchError(
                "lifting needs somebody who answers for it and a reason",
                code="SW-DEC-35",
                hint="say them with --by and --reason",
            )
        with self.database.change():  # what is chosen cannot end otherwise before it is lifted
            found = self.liftable(decision_id, rule=rule, since=since)
            self.end(found, by=by, reason=reason)
            return found

    def end(self, decisions: Iterable[Decision], *, by: str, reason: str) -> None:
        """End decisions that are in force, all or none; one that has ended already stays as it ended."""
        now = self.clock()
        with self.database.change() as connection:
            for decision in decisions:
                self._end(connection, decision, now, "lift", by, reason)

    def liftable(
        self, decision_id: str | None = None, *, rule: str | None = None, since: float | None = None
    ) -> list[Decision]:
        """What ``lift`` would end; for a count before it is confirmed.

        Raises:
            StillwatchError: nothing is named, or there is no such decision.
        """
        terms = {"decision_id = ?": decision_id, "rule = ?": rule, "created >= ?": since}
        chosen = {term: value for term, value in terms.items() if value is not None}
        if not chosen:
            raise StillwatchError(
                "nothing was named that is to be lifted",
                code="SW-DEC-37",
                hint="name a decision, a rule, or a time",
            )
        if decision_id is not None and self.get(decision_id) is None:
            raise StillwatchError(
                f"there is no decision '{decision_id}'",
                code="SW-DEC-36",
                hint="`stillwatch decisions list` shows those in force",
            )
        return self._read(f"ended IS NULL AND {' AND '.join(chosen)}", tuple(chosen.values()))

    def expire(self, now: float | None = None) -> list[Decision]:
        """End what has run out of time, so that streams say it is gone."""
        moment = self.clock() if now is None else now
        with self.database.change() as connection:
            found = self._read("ended IS NULL AND expires <= ?", (moment,))
            for decision in found:
                self._end(connection, decision, moment, "expire", "node", "its time is over")
            return found

    def snapshot(self) -> Snapshot:
        """What is in force, for gateways."""
        with self.database.change():
            return Snapshot.build(self.version, self.active(mode=Mode.ENFORCE), self.epoch)

    def changes(self, since: int, epoch: str = "") -> Change:
        """What changed since a version, for a stream; everything where that cannot be told.

        Args:
            since: the version a gateway has.
            epoch: the epoch it has that version of; empty or another one asks for everything.
        """
        with self.database.change():
            version, now = self.version, moment_of(self.clock())
            if epoch != self.epoch or not 0 < since <= version:
                standing = tuple(self.active(mode=Mode.ENFORCE))
                return Change(self.epoch, version, True, standing, (), now)
            new = self._read("version > ? AND ended IS NULL AND mode = 'enforce'", (since,))
            gone = self._read("ended_version > ? AND version <= ? AND mode = 'enforce'", (since, since))
            return Change(
                self.epoch, version, False, tuple(new), tuple(each.decision_id for each in gone), now
            )

    def _take(self, connection: sqlite3.Connection, draft: Draft, now: float, approved_by: str) -> Decision:
        fields = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
        ttl, grounds, broad = (fields.pop(name) for name in ("ttl", "grounds", "however_broad"))
        decision = Decision(
            decision_id=new_id("dec", now),
            created_ts=moment_of(now),
            expires_ts=None if ttl is None else moment_of(now + ttl),
            version=self._next_version(connection),
            **fields,
        )
        connection.execute(tables.INSERT, tables.values_of(decision))
        named = [(*ground.split(":", 1), decision.decision_id) for ground in grounds if ":" in ground]
        connection.executemany("INSERT OR IGNORE INTO rests_on VALUES (?, ?, ?)", named)
        details: dict[str, Any] = {"decision": decision, "grounds": grounds}
        if approved_by:
            details["approved_by"] = approved_by
        if broad:
            details["however_broad"] = True
        entries.note(
            connection, decision.created_ts, "add", decision.decision_id, draft.by, draft.reason, details
        )
        return decision

    def _end(
        self, connection: sqlite3.Connection, decision: Decision, now: float, kind: str, by: str, reason: str
    ) -> None:
        ended = connection.execute(
            "UPDATE decisions SET ended = ?, ended_kind = ?, ended_version = ? "
            "WHERE decision_id = ? AND ended IS NULL",
            (now, kind, self.version + 1, decision.decision_id),
        )
        if not ended.rowcount:
            return
        self._next_version(connection)
        entries.note(connection, moment_of(now), kind, decision.decision_id, by.strip(), reason.strip())

    def _next_version(self, connection: sqlite3.Connection) -> int:
        row = connection.execute(
            "UPDATE meta SET value = value + 1 WHERE name = 'version' RETURNING value"
        ).fetchone()
        return int(row[0])


def _two_persons(first: str, second: str) -> bool:
    return is_person(first) and is_person(second) and first.strip() != second.strip()
