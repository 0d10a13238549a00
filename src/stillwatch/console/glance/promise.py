"""What calibration promises about accusing honest people, against what people found when they looked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from stillwatch.casework.cases import tallies
from stillwatch.casework.tables.appeals import APPEALS
from stillwatch.casework.tables.labels import LABELS
from stillwatch.core.appeal import Outcome
from stillwatch.core.case import CaseDecision
from stillwatch.reporting.intervals import Share

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask


def promise(ask: Ask) -> dict[str, Any]:
    """The level that was set, the share of concluded cases with an honest cause, and whether the one holds the other.

    Cases that people could not decide say nothing either way and are named apart.
    """
    with ask.office.records.database.read() as connection:
        found = tallies.concluded(connection)
        overturned = connection.scalar(
            sa.select(sa.func.count()).where(APPEALS.c.outcome == Outcome.OVERTURNED.value)
        )
        honest = connection.scalar(sa.select(sa.func.count(sa.distinct(LABELS.c.account_id))))
    innocent = found[CaseDecision.INNOCENT]
    share = Share(innocent, innocent + found[CaseDecision.CONFIRMED])
    return {
        "promised": ask.office.settings.fdr,
        "concluded": share.total,
        "innocent": innocent,
        "undecided": found[CaseDecision.UNDECIDED],
        "share": share.value,
        "low": share.low,
        "high": share.high,
        "standing": _standing(share, ask.office.settings.fdr),
        "overturned": int(overturned or 0),
        "honest_accounts": int(honest or 0),
    }


def _standing(share: Share, promised: float) -> str:
    """In a word, whether what was found agrees with what was promised."""
    if share.low is None or share.high is None:
        return "none"
    if share.low > promised:
        return "broken"
    return "kept" if share.high <= promised else "open"
