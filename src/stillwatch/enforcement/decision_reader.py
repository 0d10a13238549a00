"""Questions to the store of decisions: what is in force, about whom, and what was before."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from stillwatch.core.decision import Action, Decision, Mode, Scope
from stillwatch.enforcement import tables
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.answers import Subject
    from stillwatch.storage.database import Database


class DecisionReader:
    """What can be asked of a store.

    Attributes:
        clock: gives seconds since 1970.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self.database = database
        self.clock = clock

    @property
    def version(self) -> int:
        """Grows by one with every decision taken, lifted or expired."""
        return int(self._meta("version"))

    def get(self, decision_id: str) -> Decision | None:
        """A decision, in force or not."""
        found = self._read("decision_id = ?", (decision_id,))
        return found[0] if found else None

    def active(self, now: float | None = None, *, mode: Mode | None = None) -> list[Decision]:
        """Decisions in force at a time, simulated ones among them unless a mode is named; the newest first."""
        moment = self.clock() if now is None else now
        where, values = ("", ()) if mode is None else (" AND mode = ?", (mode.value,))
        return self._read(f"ended IS NULL AND expires > ?{where} ORDER BY version DESC", (moment, *values))

    def tally(self, now: float | None = None) -> dict[tuple[Mode, Action, str], int]:
        """How many decisions are in force at a time, by mode, action and origin."""
        moment = self.clock() if now is None else now
        rows = self.database.rows(
            "SELECT mode, action, origin, count(*) FROM decisions WHERE ended IS NULL AND expires > ? "
            "GROUP BY mode, action, origin ORDER BY mode, action, origin",
            (moment,),
        )
        return {(Mode(mode), Action(action), origin): int(count) for mode, action, origin, count in rows}

    def for_subject(self, subject: Subject, now: float | None = None) -> list[Decision]:
        """Every decision that covers a subject, of any origin: the winner first, simulated ones last."""
        moment = self.clock() if now is None else now
        named = {
            Scope.ACCOUNT: subject.account,
            Scope.ORGANIZATION: subject.organization,
            Scope.API_KEY: subject.api_key,
            Scope.ASN: str(subject.asn),
            Scope.COUNTRY: subject.country,
        }
        terms = " OR ".join("(scope = ? AND value = ?)" for _ in named)
        pairs = [each for scope, value in named.items() for each in (scope.value, value)]
        near = self._read(
            f"ended IS NULL AND expires > ? AND (scope = ? OR {terms})", (moment, Scope.ADDRESS.value, *pairs)
        )
        as_enforced = {each.decision_id: dataclasses.replace(each, mode=Mode.ENFORCE) for each in near}
        order = [
            each.decision_id for each in Snapshot.build(0, as_enforced.values()).covering(subject, moment)
        ]
        by_id = {each.decision_id: each for each in near}
        return sorted((by_id[name] for name in order), key=lambda each: each.mode is Mode.SHADOW)

    def earlier(self, rule: str, scope: Scope, value: str, mode: Mode, since: float) -> int:
        """How many decisions of a rule about a value, taken in a mode since a time, have run out."""
        return int(
            self.database.rows(
                "SELECT count(*) FROM decisions WHERE scope = ? AND value = ? AND rule = ? AND mode = ? "
                "AND created >= ? AND ended_kind = 'expire'",
                (scope.value, value, rule, mode.value, since),
            )[0][0]
        )

    def taken(self, rule: str, since: float) -> list[Decision]:
        """Decisions that a rule took since a time and that acted, in force still or not."""
        return self._read(
            "rule = ? AND created >= ? AND mode = 'enforce' AND action <> 'allow'", (rule, since)
        )

    def check_rule(self, rule: str) -> None:
        """Refuse the name of a rule that never decided anything, which is likely a slip.

        Raises:
            StillwatchError: SW-DEC-36, no decision ever came of it; the nearest is named.
        """
        if self.database.rows("SELECT 1 FROM decisions WHERE rule = ? LIMIT 1", (rule,)):
            return
        rows = self.database.rows("SELECT DISTINCT rule FROM decisions WHERE rule <> ''")
        near = difflib.get_close_matches(rule, [row["rule"] for row in rows], n=1)
        raise StillwatchError(
            f"no decision ever came of a rule '{rule}'",
            code="SW-DEC-36",
            hint=f"did you mean {near[0]}?"
            if near
            else "`stillwatch decisions list` shows rules with decisions",
        )

    def last_known(self, rule: str) -> set[tuple[Scope, str]]:
        """Whom a rule decided about last time without being lifted: what holds while nothing newer can be told."""
        rows = self.database.rows(
            "SELECT scope, value FROM decisions WHERE rule = ? GROUP BY scope, value "
            "HAVING ifnull(max(CASE WHEN ended_kind = 'lift' THEN version END), -1) < max(version)",
            (rule,),
        )
        return {(Scope(row["scope"]), row["value"]) for row in rows}

    def _read(self, where: str, values: Sequence[Any] = ()) -> list[Decision]:
        rows = self.database.rows(f"SELECT * FROM decisions WHERE {where}", values)
        return [tables.decision_of(row) for row in rows]

    def _meta(self, name: str) -> Any:
        return self.database.rows("SELECT value FROM meta WHERE name = ?", (name,))[0][0]
