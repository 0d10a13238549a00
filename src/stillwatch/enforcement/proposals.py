"""What waits for a second person: permanent blocks, and rules that would act on more than their share."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from stillwatch.core.names import new_id
from stillwatch.enforcement import entries
from stillwatch.enforcement.drafts import Draft, checked, is_person
from stillwatch.enforcement.moments import moment_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.core.decision import Decision, Scope
    from stillwatch.enforcement.store import DecisionStore

WAITING: Final = "waiting"
APPROVED: Final = "approved"
REFUSED: Final = "refused"

_DRAFTS: Final = msgspec.json.Decoder(tuple[Draft, ...])


@dataclasses.dataclass(frozen=True, slots=True)
class Proposal:
    """Decisions that are not taken until another person agrees.

    Attributes:
        why: what made a second person necessary, in a sentence.
        by: who answers for the first half: whoever proposed it, or whoever let the rule act.
        created: seconds since 1970.
        state: ``waiting``, ``approved`` or ``refused``.
        resolved_by: the second person; empty while it waits.
    """

    proposal_id: str
    why: str
    by: str
    created: float
    drafts: tuple[Draft, ...]
    state: str
    resolved_by: str = ""


class Proposals:
    """The proposals of a store of decisions."""

    def __init__(self, store: DecisionStore) -> None:
        self._store = store
        self._database = store.database

    def propose(self, drafts: Sequence[Draft], *, why: str, by: str) -> Proposal:
        """Keep drafts until a second person agrees.

        Raises:
            StillwatchError: a draft is wrong, or no person answers for a permanent block.
        """
        ready = tuple(checked(draft) for draft in drafts)
        if any(draft.ttl is None for draft in ready) and not is_person(by):
            raise StillwatchError(
                "only a person can propose a block without end",
                code="SW-DEC-40",
                hint="let the rule block for a time; persons make it permanent",
            )
        now = self._store.clock()
        proposal = Proposal(new_id("pro", now), why, by, now, ready, WAITING)
        with self._database.change() as connection:
            connection.execute(
                "INSERT INTO proposals VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, NULL)",
                (proposal.proposal_id, why, by, now, msgspec.json.encode(ready).decode(), WAITING),
            )
            entries.note(
                connection,
                moment_of(now),
                "propose",
                proposal.proposal_id,
                by,
                why,
                {"about": [draft.value for draft in ready]},
            )
        return proposal

    def waiting(self) -> list[Proposal]:
        """Proposals that nobody has decided on, the oldest first."""
        rows = self._database.rows(
            "SELECT * FROM proposals WHERE state = ? ORDER BY created, proposal_id", (WAITING,)
        )
        return [_proposal(row) for row in rows]

    def mentioned(self, rule: str, since: float) -> set[tuple[Scope, str]]:
        """Whom waiting proposals of a rule are about, and those that were refused since a time."""
        rows = self._database.rows(
            "SELECT * FROM proposals WHERE state = ? OR (state = ? AND resolved >= ?)",
            (WAITING, REFUSED, since),
        )
        drafts = [draft for row in rows for draft in _proposal(row).drafts]
        return {(draft.scope, draft.value) for draft in drafts if draft.rule == rule}

    def approve(self, proposal_id: str, *, by: str, reason: str) -> list[Decision]:
        """Take the proposed decisions.

        Raises:
            StillwatchError: it does not wait, or whoever approves is no person or the one who proposed.
        """
        with self._database.change() as connection:
            proposal = self._open(proposal_id)
            if not is_person(by) or by.strip() == proposal.by.strip():
                raise StillwatchError(
                    "a second person has to approve",
                    code="SW-DEC-41",
                    where=proposal_id,
                    hint=f"anybody but {proposal.by}",
                )
            self._resolve(connection, proposal_id, APPROVED, by, reason)
            return self._store.add_all(proposal.drafts, approved_by=by)

    def refuse(self, proposal_id: str, *, by: str, reason: str) -> None:
        """Drop the proposed decisions.

        Raises:
            StillwatchError: it does not wait, or no person answers for it.
        """
        with self._database.change() as connection:
            self._open(proposal_id)
            if not is_person(by):
                raise StillwatchError("a person has to refuse", code="SW-DEC-42", where=proposal_id)
            self._resolve(connection, proposal_id, REFUSED, by, reason)

    def _open(self, proposal_id: str) -> Proposal:
        rows = self._database.rows("SELECT * FROM proposals WHERE proposal_id = ?", (proposal_id,))
        if not rows or rows[0]["state"] != WAITING:
            state = rows[0]["state"] if rows else "unknown"
            raise StillwatchError(
                f"no proposal '{proposal_id}' waits: it is {state}",
                code="SW-DEC-43",
                hint="`stillwatch decisions proposals` shows those that wait",
            )
        return _proposal(rows[0])

    def _resolve(
        self, connection: sqlite3.Connection, proposal_id: str, state: str, by: str, reason: str
    ) -> None:
        if not reason.strip():
            raise StillwatchError("a reason is needed", code="SW-DEC-44", hint="say it with --reason")
        now = self._store.clock()
        connection.execute(
            "UPDATE proposals SET state = ?, resolved_by = ?, resolved = ?, reason = ? WHERE proposal_id = ?",
            (state, by, now, reason, proposal_id),
        )
        kind = "approve" if state == APPROVED else "refuse"
        entries.note(connection, moment_of(now), kind, proposal_id, by, reason)


def _proposal(row: sqlite3.Row) -> Proposal:
    return Proposal(
        row["proposal_id"],
        row["why"],
        row["by"],
        row["created"],
        _DRAFTS.decode(row["drafts"]),
        row["state"],
        row["resolved_by"] or "",
    )
