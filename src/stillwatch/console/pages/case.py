"""One case on one screen: who, since when, how sure, why, what else it could be, and what happens if one decides."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import QueryParams

from stillwatch.casework.cases.triage import left
from stillwatch.casework.people import Act
from stillwatch.console.caseacts import decisions, measures, notes
from stillwatch.console.casefile import accounts as account_part
from stillwatch.console.casefile import disclosures, effects, history, links, timeline, why
from stillwatch.console.casefile import measures as measure_part
from stillwatch.console.casefile.record import record_of, site_of, taken
from stillwatch.console.contract import Page, View
from stillwatch.console.desk import desk_of, unseen
from stillwatch.console.queues import filter_of, queue_of, shown_of
from stillwatch.core.case import CaseDecision, CaseState
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import CampaignRecord

_ROWS: Final = 12
_LANES: Final = 40


def show(ask: Ask) -> View:
    """Everything about a case that somebody needs to decide it."""
    cases = ask.office.cases
    case = cases.get(ask.parts["case_id"])
    record, trouble = _evidence(ask, case)
    site = site_of(ask.office, record.site) if record is not None else None
    desk = desk_of(ask.office)
    casework = desk.office
    query = QueryParams(ask.query.get("queue", "")[:2000])
    queue = queue_of(query)
    steps, ordered = cases.steps(case.case_id), casework.orders.of_case(case.case_id)
    most = ask.rows if ask.whole or "rows" in ask.query else _ROWS
    found = account_part.accounts(ask, case, most, ask.skip)
    when = timeline.timeline(record, steps, ordered, _LANES if ask.flag("lanes") else timeline.LANES)
    tied = links.links(ask.office, case, record)
    data: dict[str, Any] = {
        "case": head(ask, case),
        "trouble": trouble,
        "why": why.why(record),
        "judged": why.judged(record, site),
        "accounts": found["listed"],
        "account_counts": found["counts"],
        "timeline": when,
        "links": tied.data,
        "effects": effects.of_decisions(ask, case, desk, found["counts"]),
        "measure": measure_part.preview(ask, casework, case.case_id),
        "orders": measure_part.orders(ask, casework, ordered),
        "disclosures": disclosures.of_case(ask, case),
        "tasks": history.tasks(ask, case),
        "history": history.history(steps, whole=ask.whole or ask.flag("history")),
        "related": history.related(ask, case),
        "snapshots": [
            {
                "digest": each.digest,
                "taken_ts": each.taken_ts,
                "version": each.version,
                "accounts": each.accounts,
            }
            for each in taken(ask.office, case)
        ],
        "exemplars": 0 if record is None else len(record.exemplars),
        "queue": queue,
        "left": dataclasses.asdict(left(cases, ask.person.name, filter_of(query, shown_of(query), ask))),
        "may": may(ask, case),
        "unseen": unseen(ask.office),
        "choices": {"actions": measure_part.ACTIONS, "lasts": measure_part.LASTS},
    }
    drawings = dict(tied.drawings)
    if record is not None:
        drawings |= why.bars(record.reasons)
        if when is not None and (
            drawn := timeline.drawing(when, record, f"When {case.case_id} was asked for")
        ):
            drawings["when"] = drawn
    return View(data=data, title=title_of(case), drawings=drawings, subject=case.case_id)


def _evidence(ask: Ask, case: Case) -> tuple[CampaignRecord | None, dict[str, str] | None]:
    """The evidence, or what is wrong with it: a case whose evidence is gone can still be worked on."""
    try:
        return record_of(ask.office, case), None
    except StillwatchError as error:
        return None, {"message": error.message, "hint": error.hint, "code": error.code}


def head(ask: Ask, case: Case) -> dict[str, Any]:
    """The case in figures."""
    return {
        "case_id": case.case_id,
        "version": case.version,
        "state": case.state.value,
        "decision": None if case.decision is None else case.decision.value,
        "decided_by": case.decided_by,
        "decided_ts": case.decided_ts,
        "reason": case.reason,
        "verdict": case.verdict.value,
        "score": case.score,
        "priority": case.priority.value,
        "leak_rate": case.leak_rate,
        "accounts": case.accounts,
        "exchanges": case.exchanges,
        "leaked": case.leaked,
        "first_ts": case.first_ts,
        "last_ts": case.last_ts,
        "first_alarm_ts": case.first_alarm_ts,
        "opened_ts": case.opened_ts,
        "changed_ts": case.changed_ts,
        "seen_ts": case.seen_ts,
        "due_ts": case.due_ts,
        "overdue": case.overdue(ask.now_ts),
        "waiting": case.waiting,
        "owner": case.owner,
        "mine": case.owner == ask.person.name,
        "campaigns": list(case.campaigns),
        "spared": list(case.spared),
        "merged_into": case.merged_into,
        "split_from": case.split_from,
        "evidence": case.evidence,
        "now": ask.now_ts,
    }


def title_of(case: Case) -> str:
    """What a case is called."""
    return f"{case.case_id}: {case.accounts:,} account{'' if case.accounts == 1 else 's'}, one demand"


def may(ask: Ask, case: Case) -> dict[str, bool]:
    """What the person may do with the case as it stands: nothing else is offered."""
    works, mine = ask.can(Act.WORK_CASES), case.owner == ask.person.name
    claimed = case.state is CaseState.CLAIMED
    decided = case.state in (CaseState.DECIDED, CaseState.CLOSED)
    settles = ask.can(Act.DECIDE_CASES)
    return {
        "claim": works and case.state is CaseState.OPEN,
        "release": works and claimed,
        "decide": settles and claimed and mine,
        "close": works and case.state is CaseState.DECIDED,
        "reopen": works and decided,
        "note": works,
        "measure": settles
        and case.state is not CaseState.MERGED
        and case.decision is not CaseDecision.INNOCENT,
        "act": decided and case.decision is CaseDecision.CONFIRMED,
        "lift": settles,
        "skip": works and case.waiting and (case.state is CaseState.OPEN or mine),
        "merge": works and case.waiting,
        "disclose": ask.can(Act.DISCLOSE) and decided and case.decision is CaseDecision.CONFIRMED,
        "evidence": ask.can(Act.READ_EVIDENCE),
    }


PAGE: Final = Page(
    name="case",
    path="/cases/{case_id}",
    title="Case",
    handler=show,
    under="/queue",
    actions=(*decisions.ACTIONS, *notes.ACTIONS, *measures.ACTIONS),
)
