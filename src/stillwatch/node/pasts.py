"""The past that policies are tried on: what the node or ``detect`` concluded, and what people said of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa
from blake3 import blake3

from stillwatch.casework.labels.store import Labels
from stillwatch.casework.tables import cases as tables
from stillwatch.core.verdict import Call
from stillwatch.enforcement.backtest import Checkpoint, checkpoints_of
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.past import Past, known_to
from stillwatch.node.policing import verdict_of
from stillwatch.reporting import findings as files

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.casework.records import Records
    from stillwatch.clock import Clock
    from stillwatch.enforcement.decision_reader import DecisionReader
    from stillwatch.node.verdicts import VerdictStore

_EVERYBODY: Final = 2**31


def past_of(
    records: Records,
    decisions: DecisionReader | None,
    verdicts: VerdictStore | None,
    findings: Path | None,
    now: Clock,
) -> Past | None:
    """What can be replayed; None where nothing was ever concluded.

    Args:
        records: what people decided about cases and appeals, for labels.
        decisions: whom they cover counts as handled, whom people lifted as innocent.
        verdicts: of the node; what it concluded is replayed.
        findings: what ``detect`` wrote, for where no node judged.
        now: the clock.
    """
    labels = {label.account_id: False for label in Labels(records.database).all()}
    covered: set[str] = set()
    if decisions is not None:
        covered, innocent = known_to(decisions)
        labels |= dict.fromkeys(innocent, False)
    labels |= _confirmed(records, labels)
    checkpoints, read, details = _concluded(verdicts, findings, now)
    if not checkpoints:
        return None
    return Past(tuple(checkpoints), labels, frozenset(covered), details, read)


def _concluded(
    verdicts: VerdictStore | None, findings: Path | None, now: Clock
) -> tuple[list[Checkpoint], tuple[tuple[str, str], ...], dict[str, Any]]:
    """Checkpoints of what the node, or else ``detect``, concluded last."""
    if verdicts is not None and verdicts.look:
        rows = [verdict_of(row) for row in verdicts.standing(None, _EVERYBODY)]
        last = max(now().timestamp(), *(seconds_of(r.first_alarm_ts) for r in rows if r.first_alarm_ts), 0.0)
        read = ((f"Verdicts of the node, look {verdicts.look}", _digest(rows)),)
        return checkpoints_of(rows, verdicts.campaigns(), last), read, dict(verdicts.details())
    if findings is not None:
        found = files.load(findings)
        ended = found.summary.get("last_ts")
        if isinstance(ended, str):
            path = findings / files.VERDICTS
            read = ((files.VERDICTS, blake3(path.read_bytes()).hexdigest()),)
            values = found.verdicts.values()
            return checkpoints_of(values, found.campaigns.values(), seconds_of(ended)), read, {}
    return [], (), {}


def _digest(rows: list[Any]) -> str:
    """A name for what the verdicts say."""
    said = "\n".join(f"{row.account_id}\t{row.verdict}\t{row.score!r}\t{row.first_alarm_ts}" for row in rows)
    return blake3(said.encode()).hexdigest()


def _confirmed(records: Records, honest: dict[str, bool]) -> dict[str, bool]:
    """Accounts that people confirmed as attackers: of confirmed cases, not spared, not found honest since."""
    held, cases = tables.accounts, tables.cases
    query = (
        sa.select(held.c.account_id, cases.c.spared)
        .join(cases, cases.c.number == held.c.number)
        .where(cases.c.decision == "confirmed", held.c.covered, held.c.verdict == Call.ATTACK.value)
    )
    with records.database.read() as connection:
        rows = connection.execute(query).all()
    return {
        row.account_id: True
        for row in rows
        if row.account_id not in honest and f'"{row.account_id}"' not in row.spared
    }
