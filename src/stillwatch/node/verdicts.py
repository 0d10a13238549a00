"""What was last concluded about every account: written by the worker, read by the endpoints and by the policy.

A row changes only when what it says changes, and then carries the number of the look that changed it, so that a reader
can ask for what is new. An account that was called ``attack`` keeps that call for a while after the evidence has left
the window.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.core.verdict import Call
from stillwatch.detection.weighing.scales import GIVEN
from stillwatch.enforcement.facts import Details
from stillwatch.storage.database import Database

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.core.verdict import Campaign, Reason, Verdict

_VERDICTS: Final = """
    CREATE TABLE verdicts (
        account_id TEXT PRIMARY KEY, verdict TEXT NOT NULL, score REAL NOT NULL, campaign_id TEXT, first_alarm_ts TEXT,
        reasons TEXT NOT NULL, exchanges INTEGER NOT NULL, campaign_exchanges INTEGER NOT NULL,
        look INTEGER NOT NULL, judged REAL NOT NULL, confirmed REAL
    ) WITHOUT ROWID"""
_CAMPAIGNS: Final = """
    CREATE TABLE campaigns (
        campaign_id TEXT PRIMARY KEY, verdict TEXT NOT NULL, score REAL NOT NULL, body TEXT NOT NULL,
        look INTEGER NOT NULL, judged REAL NOT NULL
    ) WITHOUT ROWID"""
_SCHEMA: Final = (
    (
        _VERDICTS,
        "CREATE INDEX verdicts_by_look ON verdicts (look)",
        "CREATE INDEX verdicts_by_verdict ON verdicts (verdict, score)",
        _CAMPAIGNS,
        "CREATE TABLE details (account_id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE looks (look INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    ),
)
_DETAILS: Final = msgspec.json.Decoder(Details)
_KEPT_LOOKS: Final = 1000
_WORTH_WRITING: Final = 1.25  # growth of a clear account's count that is worth a write
HOLD_S: Final = 24 * 3600.0
"""How long an ``attack`` stands after it was last confirmed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A verdict as it is kept.

    Attributes:
        look: the number of the look that last changed what it says.
        judged: when the row was last written, seconds since 1970.
    """

    account_id: str
    verdict: Call
    score: float
    campaign_id: str | None
    first_alarm_ts: str | None
    reasons: list[dict[str, Any]]
    exchanges: int
    campaign_exchanges: int
    look: int
    judged: float


class VerdictStore:
    """Verdicts and campaigns in an SQLite file.

    Args:
        path: the file.
        writer: whether this process judges; one at a time may.

    Raises:
        StillwatchError: another process writes, or the file cannot be used.
    """

    def __init__(self, path: Path, *, writer: bool) -> None:
        self._database = Database(path, _SCHEMA, writer=writer, title="store of verdicts")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @property
    def look(self) -> int:
        """Number of the last look; 0 before the first."""
        return int(self._database.rows("SELECT coalesce(max(look), 0) FROM looks")[0][0])

    def last_look(self) -> dict[str, Any]:
        """What the worker said of its last look; empty before the first."""
        rows = self._database.rows("SELECT body FROM looks ORDER BY look DESC LIMIT 1")
        return json.loads(rows[0][0]) if rows else {}

    def record(
        self,
        verdicts: Sequence[Verdict],
        campaigns: Iterable[Campaign],
        about: dict[str, Any],
        now: float,
        *,
        alarm: str,
        keep_s: float = math.inf,
    ) -> int:
        """Keep what a look concluded.

        Args:
            verdicts: on every account of the window.
            campaigns: those of the window.
            about: how the look went.
            now: seconds since 1970.
            keep_s: what was not judged for so long is dropped.
            alarm: the look's moment (RFC 3339), for accounts that it calls ``attack`` for the first time.

        Returns:
            The look's number.
        """
        look = self.look + 1
        known = {
            row["account_id"]: row
            for row in self._database.rows("SELECT * FROM verdicts WHERE verdict <> 'clear'")
        }
        clear = {
            row[0]: (row[1], row[2], row[3])
            for row in self._database.rows(
                "SELECT account_id, score, exchanges, look FROM verdicts WHERE verdict = 'clear'"
            )
        }
        changed = [
            row
            for verdict in verdicts
            if (row := _merged(verdict, known.get(verdict.account_id), clear, look, now, alarm)) is not None
        ]
        with self._database.change() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", changed
            )
            connection.executemany(
                "INSERT OR REPLACE INTO campaigns VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (c.campaign_id, c.verdict.value, c.score, json.dumps(campaign_line(c)), look, now)
                    for c in campaigns
                ],
            )
            connection.execute("INSERT INTO looks VALUES (?, ?)", (look, json.dumps(about | {"look": look})))
            connection.execute("DELETE FROM looks WHERE look <= ?", (look - _KEPT_LOOKS,))
            for table in ("verdicts", "campaigns"):
                connection.execute(f"DELETE FROM {table} WHERE judged < ?", (now - keep_s,))
            connection.execute(
                "DELETE FROM details WHERE account_id NOT IN (SELECT account_id FROM verdicts)"
            )
        return look

    def describe(self, details: Mapping[str, Details]) -> None:
        """Keep what else the window says about its accounts; what is known about others stays."""
        with self._database.change() as connection:
            connection.executemany(
                "INSERT INTO details VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body "
                "WHERE body <> excluded.body",
                [(account, msgspec.json.encode(each).decode()) for account, each in details.items()],
            )

    def details(self) -> dict[str, Details]:
        """What else is known about accounts."""
        rows = self._database.rows("SELECT account_id, body FROM details")
        return {row[0]: _DETAILS.decode(row[1]) for row in rows}

    def details_of(self, account_id: str) -> Details | None:
        """What else is known about one account."""
        rows = self._database.rows("SELECT body FROM details WHERE account_id = ?", (account_id,))
        return _DETAILS.decode(rows[0][0]) if rows else None

    def of(self, account_id: str) -> Row | None:
        """The verdict on one account."""
        rows = self._database.rows("SELECT * FROM verdicts WHERE account_id = ?", (account_id,))
        return _row(rows[0]) if rows else None

    def changed_since(self, look: int) -> list[Row]:
        """Verdicts that say something else than at that look."""
        return [_row(r) for r in self._database.rows("SELECT * FROM verdicts WHERE look > ?", (look,))]

    def standing(self, verdict: Call | None, most: int, after: str = "") -> list[Row]:
        """Verdicts in the order of account ids, of one kind or of all."""
        kind = "" if verdict is None else " AND verdict = ?"
        values: tuple[Any, ...] = (after,) if verdict is None else (after, verdict.value)
        rows = self._database.rows(
            f"SELECT * FROM verdicts WHERE account_id > ?{kind} ORDER BY account_id LIMIT ?", (*values, most)
        )
        return [_row(row) for row in rows]

    def beginning(self, prefix: str, most: int) -> list[Row]:
        """Verdicts on accounts whose id begins so, in the order of ids."""
        rows = self._database.rows(
            "SELECT * FROM verdicts WHERE account_id >= ? AND account_id < ? ORDER BY account_id LIMIT ?",
            (prefix, f"{prefix}\U0010ffff", most),
        )
        return [_row(row) for row in rows]

    def counts(self) -> dict[str, int]:
        """How many accounts each verdict stands on."""
        found = self._database.rows("SELECT verdict, count(*) FROM verdicts GROUP BY verdict")
        return {call.value: 0 for call in Call} | {row[0]: int(row[1]) for row in found}

    def campaign_counts(self) -> dict[str, int]:
        """How many campaigns the last look called what."""
        found = self._database.rows(
            "SELECT verdict, count(*) FROM campaigns WHERE look = ? GROUP BY verdict", (self.look,)
        )
        return {call.value: 0 for call in Call} | {row[0]: int(row[1]) for row in found}

    def campaigns(self, since: int = 0) -> list[dict[str, Any]]:
        """Campaigns that a look since that one saw, the surest first."""
        rows = self._database.rows("SELECT body FROM campaigns WHERE look > ? ORDER BY score DESC", (since,))
        return [json.loads(row[0]) for row in rows]


def campaign_line(campaign: Campaign) -> dict[str, Any]:
    """A campaign as a line of ``campaigns.jsonl``."""
    return {
        "campaign_id": campaign.campaign_id,
        "accounts": list(campaign.accounts),
        "score": campaign.score,
        "exchanges": campaign.exchanges,
        "first_ts": campaign.first_ts,
        "last_ts": campaign.last_ts,
        "first_alarm_ts": campaign.first_alarm_ts,
        "reasons": _plain(campaign.reasons),
        "verdict": campaign.verdict.value,
        "leaked": campaign.leaked,
        "innocent_explanation": campaign.innocent_explanation,
        "missing": list(campaign.missing),
    }


def _plain(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(reason) for reason in reasons]


def _merged(
    verdict: Verdict,
    before: sqlite3.Row | None,
    clear: dict[str, tuple[float, int, int]],
    look: int,
    now: float,
    alarm: str,
) -> tuple[Any, ...] | None:
    """The row to write, or None where nothing worth a write has changed."""
    attack = verdict.verdict is Call.ATTACK
    changed_at = look
    if before is None:
        score, exchanges, at = clear.get(verdict.account_id, (-1.0, 0, 0))
        if verdict.verdict is Call.CLEAR and score == verdict.score:
            if verdict.exchanges <= _WORTH_WRITING * exchanges:
                return None
            changed_at = at
    elif before["verdict"] == Call.ATTACK.value and not attack and _held(before, now):
        return None
    first = before["first_alarm_ts"] if before is not None else None
    row = (
        verdict.account_id,
        verdict.verdict.value,
        verdict.score,
        verdict.campaign_id,
        first or (verdict.first_alarm_ts or alarm if attack else None),
        json.dumps(_plain(verdict.reasons)),
        verdict.exchanges,
        verdict.campaign_exchanges,
    )
    if before is not None and tuple(before)[:6] == row[:6]:
        changed_at = before["look"]
    return (*row, changed_at, now, now if attack else None)


def _held(before: sqlite3.Row, now: float) -> bool:
    """Whether an ``attack`` still stands though it was not confirmed: not if it rested on what others reported.

    They may have taken it back; what this site saw itself would confirm it.
    """
    heard = any(r["detector"] in GIVEN and r["decibans"] > 0 for r in json.loads(before["reasons"]))
    return not heard and bool(now - before["confirmed"] < HOLD_S)


def _row(row: sqlite3.Row) -> Row:
    values = {name: row[name] for name in Row.__dataclass_fields__}
    return Row(**values | {"verdict": Call(row["verdict"]), "reasons": json.loads(row["reasons"])})
