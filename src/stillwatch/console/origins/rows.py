"""Suspects, plans, results and publications as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.publication.desk import Publications
from stillwatch.attribution.suspects.register import SuspectRegister

if TYPE_CHECKING:
    from stillwatch.attribution.suspects.suspect import Suspect
    from stillwatch.console.office import Office


def suspects(office: Office) -> list[dict[str, Any]]:
    """Every suspect, those no longer watched last, with what is known of each."""
    register = SuspectRegister(office.records, now=office.now)
    due = {each.suspect.suspect_id: each for each in register.due()}
    rows = []
    for each in register.list(retired=True):
        results, versions = register.results(each.suspect_id), register.versions(each.suspect_id)
        waits = due.get(each.suspect_id)
        rows.append(
            _suspect(each)
            | {
                "version": versions[-1].label if versions else "",
                "versions": len(versions),
                "verdict": results[-1].verdict if results else "",
                "judged_ts": results[-1].judged if results else None,
                "results": len(results),
                "due": waits.why.value if waits else "",
                "due_ts": waits.since if waits else None,
            }
        )
    return sorted(rows, key=lambda row: row["retired_ts"] is not None)


def plans(office: Office) -> list[dict[str, Any]]:
    """Committed plans, the latest first."""
    return [
        {
            "plan": each.plan.plan_id,
            "digest": each.digest,
            "committed_ts": each.committed,
            "by": each.committed_by,
            "tests": list(each.plan.tests),
            "prompts": len(each.plan.prompts),
            "models": len(each.plan.models),
        }
        for each in reversed(PlanBook(office.records, now=office.now).list())
    ]


def results(office: Office) -> list[dict[str, Any]]:
    """What was judged about whom, the latest first."""
    register = SuspectRegister(office.records, now=office.now)
    found = [
        {
            "suspect": each.suspect_id,
            "model": each.model,
            "plan": result.plan_id,
            "version": result.version,
            "verdict": result.verdict,
            "judged_ts": result.judged,
            "by": result.judged_by,
            "findings": result.findings,
        }
        for each in register.list(retired=True)
        for result in register.results(each.suspect_id)
    ]
    return sorted(found, key=lambda row: str(row["judged_ts"]), reverse=True)


def publications(office: Office) -> list[dict[str, Any]]:
    """Publications, the latest first, each with where it stands."""
    desk = Publications(office.records, now=office.now)
    return [
        {
            "publication": each.publication_id,
            "plan": each.plan_id,
            "party": each.party,
            "stage": desk.stage(each).value,
            "summary": each.summary,
            "notified_ts": each.notified,
            "waits_until_ts": each.waits_until,
            "answered": bool(each.reply),
            "by": each.asked_by,
        }
        for each in reversed(desk.list())
    ]


def _suspect(each: Suspect) -> dict[str, Any]:
    return {
        "suspect": each.suspect_id,
        "url": each.url,
        "model": each.model,
        "owner_claimed": each.owner_claimed,
        "claimed_by": each.claimed_by,
        "note": each.note,
        "first_ts": each.first_seen,
        "by": each.added_by,
        "retest_days": each.retest_days,
        "retired_ts": each.retired,
    }
