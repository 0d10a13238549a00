"""Campaigns to open cases from, made by hand."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from stillwatch.core.verdict import Call, Reason
from stillwatch.detection.replay.recorded import AccountRecord, CampaignRecord, Pivot, Record

BEGIN = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
UNTIL = BEGIN + datetime.timedelta(days=2)


def iso(moment: datetime.datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def names(first: int, last: int) -> list[str]:
    """Account ids from one number up to, and with, another."""
    return [f"acct-{number:05d}" for number in range(first, last + 1)]


def campaign(
    name: str,
    accounts: Iterable[str],
    *,
    verdict: Call = Call.ATTACK,
    hourly: int = 50,
    pivots: Iterable[tuple[str, str]] = (),
    detectors: Iterable[str] = ("novelty", "coverage"),
) -> CampaignRecord:
    """A campaign of these accounts that asks as much an hour, for two days."""
    accounts = tuple(accounts)
    return CampaignRecord(
        campaign_id=name,
        verdict=verdict,
        score=0.99,
        exchanges=48 * hourly,
        leaked=12 * hourly,
        first_ts=iso(BEGIN),
        last_ts=iso(UNTIL),
        first_alarm_ts=iso(BEGIN + datetime.timedelta(hours=12)),
        reasons=tuple(Reason(each, 6.0, f"{each} speaks") for each in detectors),
        innocent_explanation="A new app; ask the owner of its keys.",
        missing=(),
        links=(),
        start=iso(BEGIN),
        step_seconds=3600,
        counts=(hourly,) * 48,
        accounts=tuple(
            AccountRecord(each, -1, verdict, 0.99, 100, 80, iso(BEGIN) if verdict is Call.ATTACK else None)
            for each in accounts
        ),
        pivots=tuple(Pivot(kind, value, 2) for kind, value in pivots),
    )


def run(*campaigns: CampaignRecord) -> Record:
    """A run that found these."""
    return Record(tuple(campaigns), b"", iso(UNTIL))
