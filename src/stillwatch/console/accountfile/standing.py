"""How an account stands: its verdict from the node or from a run, what covers it, and its part in a case."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson

from stillwatch.console.casefile.links import whole_graph
from stillwatch.console.casefile.record import record_of
from stillwatch.core.verdict import Call, Reason
from stillwatch.enforcement.answers import Subject
from stillwatch.reporting import wording
from stillwatch.reporting.charts.marked_lanes import Lane, Mark, marked_lanes, span_of

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.office import Office
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import CampaignRecord
    from stillwatch.reporting.markup import Markup

_VERDICTS: Final = "verdicts.jsonl"
_NEIGHBOURS: Final = 20


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """A verdict, and who says so: the node, or a run of ``detect``."""

    verdict: Call
    score: float
    campaign_id: str | None
    first_alarm_ts: str | None
    reasons: tuple[Reason, ...]
    exchanges: int
    campaign_exchanges: int
    source: str


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """What part an account has in a case, with a drawing of when where that was recorded."""

    data: dict[str, Any]
    drawing: Markup | None


def verdict_of(office: Office, account: str) -> Found | None:
    """The verdict on an account; None where there is none."""
    verdicts = office.verdicts
    row = verdicts.of(account) if verdicts is not None else None
    if row is not None:
        reasons = tuple(Reason(**each) for each in row.reasons)
        return Found(
            row.verdict,
            row.score,
            row.campaign_id,
            row.first_alarm_ts,
            reasons,
            row.exchanges,
            row.campaign_exchanges,
            "node",
        )
    line = _line(office, account)
    if line is None:
        return None
    return Found(
        Call(line["verdict"]),
        line["score"],
        line["campaign_id"],
        line["first_alarm_ts"],
        tuple(Reason(each["detector"], each["decibans"], each["sentence"]) for each in line["reasons"]),
        line.get("exchanges", 0),
        line.get("campaign_exchanges", 0),
        "detect",
    )


def as_row(found: Found) -> dict[str, Any]:
    """A verdict in figures."""
    return {
        "verdict": found.verdict.value,
        "score": found.score,
        "campaign_id": found.campaign_id,
        "first_alarm_ts": found.first_alarm_ts,
        "exchanges": found.exchanges,
        "campaign_exchanges": found.campaign_exchanges,
        "source": found.source,
    }


def details(office: Office, account: str) -> dict[str, Any]:
    """What the node's traffic says about it beside the verdict."""
    verdicts = office.verdicts
    found = verdicts.details_of(account) if verdicts is not None else None
    return {} if found is None else dict(msgspec.to_builtins(found))


def covering(ask: Ask, account: str) -> list[dict[str, Any]]:
    """Every decision that covers it, of any origin: the winner first, simulated ones last."""
    store = ask.office.decisions
    if store is None:
        return []
    known = details(ask.office, account)
    organization = str(known.get("organization", {}).get("id", ""))
    place = known.get("place", {})
    subject = Subject(
        account, organization, asn=int(place.get("asn", 0) or 0), country=str(place.get("country", "") or "")
    )
    return [
        {
            "decision_id": each.decision_id,
            "action": each.action.value,
            "mode": each.mode.value,
            "scope": each.scope.value,
            "value": each.value,
            "origin": each.origin,
            "rule": each.rule,
            "by": each.by,
            "reason": each.reason,
            "created_ts": each.created_ts,
            "expires_ts": each.expires_ts,
        }
        for each in store.for_subject(subject)
    ]


def in_case(office: Office, case: Case, account: str) -> Part | None:
    """Its part in a case: how much of the demand, when, and whom it is tied to; None where nothing was kept."""
    record = record_of(office, case)
    if record is None:
        return None
    graph = whole_graph(office, case, record)
    at = graph.place.get(account)
    if at is None:
        return None
    kinds = frozenset(graph.kinds)
    tied: dict[str, set[str]] = {}
    for other, kind in graph.neighbours(at, kinds):
        tied.setdefault(graph.accounts[other].account_id, set()).add(kind)
    member = record.accounts[at]
    data = {
        "case_id": case.case_id,
        "rank": at + 1,
        "of": len(record.accounts),
        "exchanges": member.exchanges,
        "campaign_exchanges": member.campaign_exchanges,
        "first_alarm_ts": member.first_alarm_ts,
        "neighbours": [{"account_id": name, "kinds": sorted(found)} for name, found in sorted(tied.items())][
            :_NEIGHBOURS
        ],
        "more_neighbours": max(0, len(tied) - _NEIGHBOURS),
    }
    return Part(data, _lane(record, account))


def _lane(record: CampaignRecord, account: str) -> Markup | None:
    start = wording.parsed(record.start)
    lane = next((each for each in record.lanes if each.account_id == account), None)
    if start is None or lane is None or not record.step_seconds:
        return None
    alarm = next(each.first_alarm_ts for each in record.accounts if each.account_id == account)
    moment = wording.parsed(alarm)
    marks = [] if moment is None else [Mark(moment, "alarm", "its first alarm")]
    span = span_of(start, dt.timedelta(seconds=record.step_seconds), len(record.counts), marks)
    return marked_lanes(
        Lane("the campaign", record.counts),
        [Lane(account, lane.counts, moment)],
        span,
        marks,
        title="When it sent the campaign's requests",
        prefix="account",
    )


def _line(office: Office, account: str) -> dict[str, Any] | None:
    """The account's line of a run, read where it stands in the file."""
    if office.findings is None:
        return None
    path = office.findings / _VERDICTS
    try:
        at = path.stat()
    except OSError:
        return None
    index = office.remembered(f"lines {path}", (at.st_mtime_ns, at.st_size), lambda: _index(path))
    if account not in index:
        return None
    begin, length = index[account]
    with path.open("rb") as file:
        file.seek(begin)
        found: dict[str, Any] = orjson.loads(file.read(length))
    return found


def _index(path: Path) -> dict[str, tuple[int, int]]:
    """Where each account's line begins in ``verdicts.jsonl``, and how long it is."""
    found, begin = {}, 0
    with path.open("rb") as file:
        for line in file:
            found[orjson.loads(line)["account_id"]] = (begin, len(line))
            begin += len(line)
    return found
