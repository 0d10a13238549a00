"""The desk of publications: drafted, told to the party named, answered, approved by two roles, published, withdrawn."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
from typing import TYPE_CHECKING, Any, Final

import orjson
from sqlalchemy import Connection, insert, select, update

from stillwatch import clock
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.attribution.combine.controls import controls_needed
from stillwatch.attribution.plans.plan import digest_of
from stillwatch.attribution.publication.notice import notice_of
from stillwatch.attribution.publication.publication import Publication, Stage
from stillwatch.casework.people import Act, ApprovalKind, may
from stillwatch.casework.tables import attribution as tables
from stillwatch.casework.times import written
from stillwatch.core.names import new_id
from stillwatch.errors import StillwatchError
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.people import Person
    from stillwatch.casework.people.approval import Approval
    from stillwatch.casework.records import Records

SHORTEST_WAIT_DAYS: Final = 7
LONGEST_REPLY: Final = 20_000
MOST_WRONG: Final = 0.05
"""The upper bound of the rate of wrong accusations above which nothing is published, whatever the plan asked for."""


class Publications:
    """The desk.

    Args:
        records: the open casework database.
        now: the clock.
    """

    def __init__(self, records: Records, *, now: clock.Clock = clock.now) -> None:
        self._records = records
        self._now = now

    def draft(self, plan_id: str, body: bytes, party: str, summary: str, person: Person) -> Publication:
        """Begin a publication of findings.

        Args:
            plan_id: whose findings.
            body: ``findings.json`` as it was judged.
            party: who is named.
            summary: what is said, in a few sentences.
            person: who asks.

        Raises:
            StillwatchError: the person may not; SW-ATT-81 the verdict is not "supported"; 89 too few controls stand
                behind it; 82 these findings were never judged here.
        """
        may(person, Act.ASK_APPROVALS)
        conclusion = orjson.loads(body)["conclusion"]
        verdict = conclusion["verdict"]
        if verdict != Verdict.SUPPORTED:
            raise _refused(
                "SW-ATT-81", f"the verdict is “{verdict}”: only what is supported may be published", plan_id
            )
        if conclusion["rate_upper"] > MOST_WRONG:
            raise _refused(
                "SW-ATT-89",
                f"its controls exclude no rate of wrong accusations below {conclusion['rate_upper']:.0%}; "
                f"to be published it takes {MOST_WRONG:.0%}",
                plan_id,
                f"judge {controls_needed(conclusion['alarms'], MOST_WRONG)} controls or more by the same rule",
            )
        digest = digest_of(body)
        table, results = tables.publications, tables.attributions
        ts = self._now()
        with self._records.database.write() as connection:
            judged = select(results.c.verdict).where(
                results.c.plan_id == plan_id, results.c.findings == digest
            )
            if connection.execute(judged).first() is None:
                raise _refused(
                    "SW-ATT-82",
                    "these findings are not in the ledger",
                    plan_id,
                    "judge the archive here first: stillwatch attribute report ARCHIVE",
                )
            publication = Publication(
                new_id("pub", ts.timestamp()),
                plan_id,
                digest,
                body,
                party,
                summary,
                written(ts),
                person.name,
                None,
                "",
                "",
                None,
                "",
                None,
                "",
                None,
                None,
                "",
            )
            connection.execute(insert(table), dataclasses.asdict(publication))
            details = {"plan": plan_id, "findings": digest, "party": party}
            self._enter(connection, "publication-drafted", publication.publication_id, person, details)
        return publication

    def notify(self, publication_id: str, how: str, days: int, person: Person) -> Publication:
        """Note that the party named was told; from now on it may answer.

        Raises:
            StillwatchError: the person may not; SW-ATT-83, the waiting time is shorter than seven days; 86, it was
                told already.
        """
        may(person, Act.ASK_APPROVALS)
        if days < SHORTEST_WAIT_DAYS:
            raise _refused(
                "SW-ATT-83",
                f"{days} days are too few for an answer: it takes {SHORTEST_WAIT_DAYS} or more",
                publication_id,
            )
        with self._records.database.write() as connection:
            publication = self._at(connection, publication_id, Stage.DRAFTED)
            now = self._now()
            values: dict[str, Any] = {
                "notified": written(now),
                "notified_how": how,
                "notified_by": person.name,
                "waits_until": written(now + datetime.timedelta(days=days)),
            }
            self._change(connection, publication_id, values)
            text = notice_of(dataclasses.replace(publication, **values))
            details = {"how": how, "waits_until": values["waits_until"], "notice": digest_of(text.encode())}
            self._enter(connection, "publication-notified", publication_id, person, details)
        return self.get(publication_id)

    def reply(self, publication_id: str, text: str, person: Person) -> Publication:
        """Record the party's own words; they are printed as they are. An approval from before is void.

        Raises:
            StillwatchError: the person may not; SW-ATT-86, the party was not told yet, or it is withdrawn; 87, the
                answer is empty or too long.
        """
        may(person, Act.ASK_APPROVALS)
        if not text.strip() or len(text) > LONGEST_REPLY:
            raise _refused(
                "SW-ATT-87",
                f"an answer has 1 to {LONGEST_REPLY:,} characters; this has {len(text):,}",
                publication_id,
            )
        with self._records.database.write() as connection:
            told = (Stage.NOTIFIED, Stage.READY, Stage.ASKED, Stage.PUBLISHED)
            self._at(connection, publication_id, *told)
            values = {
                "reply": text,
                "reply_received": written(self._now()),
                "approval_id": "",
                "published": None,
            }
            self._change(connection, publication_id, values)
            details = {"reply": digest_of(text.encode())}
            self._enter(connection, "publication-answered", publication_id, person, details)
        return self.get(publication_id)

    def ask(self, publication_id: str, person: Person) -> Publication:
        """Ask for approval of exactly what the page would say, once the waiting time is over.

        Raises:
            StillwatchError: the person may not; SW-ATT-84, the waiting time is not over; 86, the party was not told.
        """
        with self._records.database.write() as connection:
            publication = self._at(connection, publication_id, Stage.READY, Stage.ASKED)
            approval = self._records.approvals.ask(
                connection,
                ApprovalKind.ATTRIBUTION_PUBLICATION,
                publication_id,
                publication.digest,
                person.name,
            )
            self._change(connection, publication_id, {"approval_id": approval})
        return self.get(publication_id)

    def approve(self, publication_id: str, person: Person, reason: str = "") -> Approval:
        """Approve in a role that is still needed.

        Raises:
            StillwatchError: SW-PPL-…, the person may not; SW-ATT-86, no approval was asked for.
        """
        with self._records.database.write() as connection:
            publication = self._at(connection, publication_id, Stage.ASKED)
            return self._records.approvals.approve(connection, publication.approval_id, person.name, reason)

    def publish(self, publication_id: str, person: Person) -> Publication:
        """Release it; from here on the page may be shown.

        Raises:
            StillwatchError: the person may not; SW-ATT-85, what it says now was not approved; 84 and 86 as `ask`.
        """
        may(person, Act.DISCLOSE)
        with self._records.database.write() as connection:
            publication = self._at(connection, publication_id, Stage.READY, Stage.ASKED)
            if not publication.approval_id or not self._records.approvals.granted(
                publication.approval_id, publication.digest, connection
            ):
                raise _refused(
                    "SW-ATT-85",
                    "what it says now was not approved",
                    publication_id,
                    "a reviewer and counsel approve it: stillwatch attribute publish approve",
                )
            self._change(connection, publication_id, {"published": written(self._now())})
            details = {"payload": publication.digest, "approval": publication.approval_id}
            self._enter(connection, "publication-released", publication_id, person, details)
        return self.get(publication_id)

    def withdraw(self, publication_id: str, why: str, person: Person) -> Publication:
        """Take it back, published or not; the page then says so, and why.

        Raises:
            StillwatchError: the person may not; SW-ATT-86, it is withdrawn already.
        """
        may(person, Act.ASK_APPROVALS)
        with self._records.database.write() as connection:
            self._at(connection, publication_id, *(each for each in Stage if each is not Stage.WITHDRAWN))
            self._change(
                connection, publication_id, {"withdrawn": written(self._now()), "withdrawn_why": why}
            )
            self._enter(connection, "publication-withdrawn", publication_id, person, {"why": why})
        return self.get(publication_id)

    def get(self, publication_id: str, connection: Connection | None = None) -> Publication:
        """A publication by its id.

        Raises:
            StillwatchError: SW-ATT-80, there is none; the nearest is named.
        """
        found = {each.publication_id: each for each in self.list(connection)}
        if publication_id not in found:
            near = difflib.get_close_matches(publication_id, found, n=1)
            hint = f"did you mean {near[0]}?" if near else "stillwatch attribute publish list"
            raise _refused("SW-ATT-80", "there is no such publication", publication_id[:100], hint)
        return found[publication_id]

    def list(self, connection: Connection | None = None) -> tuple[Publication, ...]:
        """All of them, oldest first."""
        if connection is None:
            with self._records.database.read() as reading:
                return self.list(reading)
        table = tables.publications
        rows = connection.execute(select(table).order_by(table.c.publication_id))
        return tuple(_publication(row) for row in rows)

    def stage(self, publication: Publication) -> Stage:
        """Where it stands now."""
        return publication.stage(written(self._now()))

    def _at(self, connection: Connection, publication_id: str, *stages: Stage) -> Publication:
        """The publication, if it stands where the act needs it."""
        publication = self.get(publication_id, connection)
        stage = self.stage(publication)
        if stage in stages:
            return publication
        if stage is Stage.NOTIFIED and Stage.READY in stages:
            raise _refused(
                "SW-ATT-84",
                f"{publication.party} may answer until {publication.waits_until}",
                publication_id,
                "wait; what they answer is printed: stillwatch attribute publish reply",
            )
        raise _refused(
            "SW-ATT-86",
            f"it is {stage}; this takes: {', '.join(stages)}",
            publication_id,
            "stillwatch attribute publish list",
        )

    def _change(self, connection: Connection, publication_id: str, values: dict[str, Any]) -> None:
        table = tables.publications
        connection.execute(update(table).where(table.c.publication_id == publication_id).values(**values))

    def _enter(
        self, connection: Connection, kind: str, subject: str, person: Person, details: dict[str, Any]
    ) -> None:
        entry = Entry(kind, subject, person.name, written(self._now()), details)
        self._records.ledger.append(connection, [entry])


def _publication(row: Any) -> Publication:
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(Publication)}
    return Publication(**fields | {"body": bytes(row.body)})


def _refused(code: str, message: str, where: str, hint: str = "") -> StillwatchError:
    return StillwatchError(message, code=code, where=where, hint=hint)
