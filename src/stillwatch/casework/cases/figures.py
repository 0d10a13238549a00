"""What detection says about a campaign, as columns of its case."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.cases.rows import PRIORITIES
from stillwatch.core.case import priority_of

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import CampaignRecord

LATELY: Final = datetime.timedelta(hours=24)
_STRONG: Final = 3.0  # decibans from which on a detector's reason says what kind of campaign this is


def leak_rate(campaign: CampaignRecord, until: datetime.datetime) -> float:
    """Exchanges of the campaign's demand an hour within the last day before a moment.

    A campaign that is younger than a day is measured over its own time, at least an hour. What a bin of the timeline
    counted is spread evenly over it.
    """
    end = until.timestamp()
    since = max(end - LATELY.total_seconds(), min(_seconds(campaign.first_ts), end))
    start, step = _seconds(campaign.start), campaign.step_seconds
    found = 0.0
    for place in range(max(int((since - start) // step), 0), len(campaign.counts)):
        begin = start + place * step
        filled = min(begin + step, max(end, begin + 1.0))
        inside = (min(filled, end) - max(begin, since)) / (filled - begin)
        found += campaign.counts[place] * min(max(inside, 0.0), 1.0)
    return found / max((end - since) / 3600, 1.0)


def _seconds(ts: str) -> float:
    return datetime.datetime.fromisoformat(ts).timestamp()


def columns_of(campaign: CampaignRecord, until: datetime.datetime) -> dict[str, Any]:
    """The columns of a case that detection fills.

    Args:
        campaign: as it was concluded.
        until: moment of the last exchange that was judged.
    """
    rate = round(leak_rate(campaign, until), 3)
    return {
        "verdict": campaign.verdict.value,
        "score": campaign.score,
        "priority": PRIORITIES.index(priority_of(rate)),
        "leak_rate": rate,
        "accounts": len(campaign.accounts),
        "exchanges": campaign.exchanges,
        "leaked": campaign.leaked,
        "first_ts": campaign.first_ts,
        "last_ts": campaign.last_ts,
        "first_alarm_ts": campaign.first_alarm_ts,
    }


def marks_of(campaign: CampaignRecord) -> set[tuple[str, str]]:
    """Kind and value of what other cases may share: rare pivots, and which detectors speak strongly."""
    pivots = {(pivot.kind, pivot.value) for pivot in campaign.pivots}
    return pivots | {("detector", r.detector) for r in campaign.reasons if r.decibans >= _STRONG}
