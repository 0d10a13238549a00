"""Policy back-test: what a policy would have done, had it been in force."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from blake3 import blake3

from stillwatch.enforcement.backtest_counts import as_json
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.policy import Policy
from stillwatch.reporting import wording
from stillwatch.reporting.backtest_report.figures import backtest_of
from stillwatch.reporting.backtest_report.page import sheet_of
from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.reports.missing import lacking
from stillwatch.reporting.sheets.plain import plain
from stillwatch.reporting.sheets.provenance import provenance_of
from stillwatch.reporting.sheets.sheet import page_of

if TYPE_CHECKING:
    from stillwatch.enforcement.past import Past
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources


def build(sources: Sources, asked: Asked) -> Report:
    """Make one, of the policy that is named or of the one in force.

    Raises:
        StillwatchError: SW-REP-01, there is no policy or no past; the policy cannot be used.
    """
    path = Path(asked.subject) if asked.subject else sources.policy
    if path is None:
        raise lacking("there is no policy to try", "name the policy's file")
    if sources.past is None:
        raise lacking("there is no past to try a policy on", "name a folder of findings with --findings")
    policy, past = Policy.load(path), sources.past()
    current = Policy.load(sources.policy) if sources.policy and sources.policy != path else None
    test = backtest_of(policy, past.under(policy, current), current)
    read = (("Policy", blake3(path.read_bytes()).hexdigest()), *past.read)
    found = provenance_of(sources.records.ledger, sources.person.name, sources.now, None, read)
    sheet = sheet_of(test, _period(past), found)
    data = {
        "report": KIND.name,
        "policy": {"file": path.name, "rules": [plain(rule) for rule in test.rules]},
        "innocent_of_known": plain(test.wrong),
        "attackers_acted_on": plain(test.found),
        "labelled": test.by_label,
        "days": [{"day": day, "caught": caught, "innocent": hit} for day, caught, hit in test.days],
        "overlap": [
            {"rules": [one, other], "both": both, "first": first, "second": second}
            for one, other, both, first, second in test.overlaps
        ],
        "changes": None if test.changes is None else [dataclasses.asdict(each) for each in test.changes],
        "outcome": as_json(test.outcome),
        "provenance": found.as_json(),
    }
    day = sources.now().date().isoformat()
    return Report(KIND.name, path.stem, sheet.title, day, page_of(sheet), data)


def _period(past: Past) -> str:
    """What was replayed, in words."""
    first, last = past.checkpoints[0].moment, past.checkpoints[-1].moment
    looks = wording.counted(len(past.checkpoints), "look")
    return (
        f"{wording.date_time(moment_of(first))} to {wording.date_time(moment_of(last))}, {looks} at the past"
    )


KIND = Kind(
    "backtest",
    "Policy back-test",
    Audience.INTERNAL,
    Subject.POLICY,
    "Who a policy would have caught, whom it would have hit by mistake, and how sure that is, before it is saved.",
    build,
)
