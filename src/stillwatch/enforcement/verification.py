"""Challenges that the action ``verify`` makes: asked here, resolved by the operator's own check of who somebody is.

Nothing of that check is kept but its outcome, its method, and the operator's own reference to it.
"""

from __future__ import annotations

import dataclasses
import enum
import sqlite3
from typing import TYPE_CHECKING, Final

from stillwatch.core.names import new_id
from stillwatch.enforcement import entries
from stillwatch.enforcement.moments import moment_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.store import DecisionStore

_VALID: Final = 365 * 86_400.0
_OPEN: Final = 30 * 86_400.0


class State(enum.StrEnum):
    """Where a challenge stands. ``asked`` leads to one of the others, and none of them leads anywhere."""

    ASKED = "asked"
    PASSED = "passed"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


_OUTCOMES: Final = (State.PASSED, State.FAILED, State.WITHDRAWN)


@dataclasses.dataclass(frozen=True, slots=True)
class Challenge:
    """One request to an account to prove who stands behind it.

    Attributes:
        decision_id: the decision that asked.
        asked, resolved, valid_until: seconds since 1970.
        by: who says how it ended.
        method: how it was checked, in the operator's words, such as ``government-id``.
        evidence: the operator's reference to the record of the check; never the record itself.
        valid_until: until when a passed challenge counts.
    """

    challenge_id: str
    account: str
    decision_id: str
    state: State
    asked: float
    resolved: float | None = None
    by: str = ""
    method: str = ""
    evidence: str = ""
    valid_until: float | None = None


class Verifications:
    """The challenges of a store of decisions."""

    def __init__(self, store: DecisionStore) -> None:
        self._store = store
        self._database = store.database

    def ask(self, account: str, decision_id: str) -> Challenge:
        """The challenge that waits for the account, made now if there is none."""
        with self._database.change() as connection:
            waiting = self._rows("account = ? AND state = 'asked'", account)
            if waiting:
                return waiting[0]
            now = self._store.clock()
            made = Challenge(new_id("ver", now), account, decision_id, State.ASKED, now)
            connection.execute(
                "INSERT INTO challenges (challenge_id, account, decision_id, state, asked) VALUES (?, ?, ?, ?, ?)",
                (made.challenge_id, account, decision_id, made.state.value, now),
            )
            entries.note(connection, moment_of(now), "ask", made.challenge_id, "node", f"by {decision_id}")
            return made

    def resolve(
        self,
        challenge_id: str,
        outcome: State,
        *,
        by: str,
        method: str = "",
        evidence: str = "",
        valid_for: float = _VALID,
    ) -> Challenge:
        """Say how a challenge ended; who passed is let through at once.

        Args:
            challenge_id: which one.
            outcome: passed, failed or withdrawn.
            by: who says so.
            method: how it was checked; needed where it was passed.
            evidence: the operator's reference to the record of the check; needed where it was passed.
            valid_for: seconds for which having passed counts.

        Raises:
            StillwatchError: it does not wait, is no outcome, or nothing shows that it was passed.
        """
        _check(outcome, by, method, evidence)
        now = self._store.clock()
        with self._database.change() as connection:
            found = self._rows("challenge_id = ?", challenge_id)
            if not found or found[0].state is not State.ASKED:
                raise StillwatchError(
                    f"no challenge '{challenge_id}' waits: it is {found[0].state if found else 'unknown'}",
                    code="SW-DEC-50",
                    hint="a challenge is resolved once; the next decision asks anew",
                )
            until = now + valid_for if outcome is State.PASSED else None
            connection.execute(
                "UPDATE challenges SET state = ?, resolved = ?, by = ?, method = ?, evidence = ?, valid_until = ? "
                "WHERE challenge_id = ?",
                (outcome.value, now, by, method, evidence, until, challenge_id),
            )
            entries.note(
                connection,
                moment_of(now),
                "resolve",
                challenge_id,
                by,
                outcome.value,
                {"account": found[0].account, "method": method, "evidence": evidence},
            )
            if outcome is not State.FAILED:
                self._let_through(found[0].account, by, outcome)
            return self._rows("challenge_id = ?", challenge_id)[0]

    def expire(self, now: float, after: float = _OPEN) -> list[Challenge]:
        """Close challenges that nobody answered for so many seconds; whoever asks again gets a new one."""
        with self._database.change() as connection:  # nobody answers between what is chosen and its end
            found = self._rows("state = 'asked' AND asked <= ?", now - after)
            for each in found:
                connection.execute(
                    "UPDATE challenges SET state = 'expired', resolved = ? "
                    "WHERE challenge_id = ? AND state = 'asked'",
                    (now, each.challenge_id),
                )
                entries.note(
                    connection, moment_of(now), "resolve", each.challenge_id, "node", State.EXPIRED.value
                )
            return found

    def waiting(self) -> list[Challenge]:
        """Challenges that wait for an answer, the oldest first."""
        return self._rows("state = 'asked' ORDER BY asked, challenge_id")

    def of(self, account: str) -> list[Challenge]:
        """All challenges of an account, the newest first: the evidence that is kept of them."""
        return self._rows("account = ? ORDER BY asked DESC, challenge_id DESC", account)

    def state(self, account: str, now: float) -> str:
        """Where an account stands: ``none`` if it was never asked or what it proved has run out."""
        latest = next(iter(self.of(account)), None)
        if latest is None or latest.state in (State.WITHDRAWN, State.EXPIRED):
            return "none"
        if latest.state is State.PASSED and latest.valid_until is not None and now >= latest.valid_until:
            return "none"
        return latest.state.value

    def states(self, now: float) -> dict[str, str]:
        """``state`` of every account that was ever asked."""
        accounts = self._database.rows("SELECT DISTINCT account FROM challenges")
        return {row["account"]: self.state(row["account"], now) for row in accounts}

    def _let_through(self, account: str, by: str, outcome: State) -> None:
        """Lift what asked the account to prove itself."""
        rows = self._database.rows(
            "SELECT decision_id FROM decisions WHERE ended IS NULL AND scope = 'account' AND value = ? "
            "AND action = 'verify'",
            (account,),
        )
        for row in rows:
            self._store.lift(row["decision_id"], by=by, reason=f"verification {outcome}")

    def _rows(self, where: str, *values: object) -> list[Challenge]:
        return [
            _challenge(row) for row in self._database.rows(f"SELECT * FROM challenges WHERE {where}", values)
        ]


def _check(outcome: State, by: str, method: str, evidence: str) -> None:
    if outcome not in _OUTCOMES:
        raise StillwatchError(
            f"'{outcome}' is no outcome of a challenge",
            code="SW-DEC-51",
            hint=f"known: {', '.join(_OUTCOMES)}",
        )
    if not by.strip():
        raise StillwatchError("somebody has to answer for the outcome", code="SW-DEC-52", hint="name them")
    if outcome is State.PASSED and not (method.strip() and evidence.strip()):
        raise StillwatchError(
            "what was passed needs a method and a reference to its record",
            code="SW-DEC-53",
            hint="the reference is yours, such as a case number; never send the record itself",
        )


def _challenge(row: sqlite3.Row) -> Challenge:
    values = {name: row[name] for name in Challenge.__dataclass_fields__ if row[name] is not None}
    return Challenge(**values | {"state": State(row["state"])})
