"""Closing an attribution: keys opened into the archive, judged, the findings beside the answers and in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.attribution.archive.folder import FINDINGS, ArchiveFolder
from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.procedure.judging import judge_archive, read_archive
from stillwatch.attribution.procedure.ledger import JUDGED, enter, write_proof
from stillwatch.attribution.querying.identity import Sign
from stillwatch.attribution.suspects.register import SuspectRegister
from stillwatch.casework.people import Act, may

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.attribution.plans.material import OpenedMaterial
    from stillwatch.attribution.procedure.findings import Findings
    from stillwatch.attribution.procedure.judging import Archived
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records


def close(
    records: Records,
    out: Path,
    opened: OpenedMaterial | None,
    person: Person,
    *,
    now: clock.Clock = clock.now,
) -> Findings:
    """Judge an archive whose plan this lab committed, and keep what came out.

    A suspect that the register knows gets the result, and a version that it changed to while it was asked.

    Args:
        records: the open casework database.
        out: the archive.
        opened: what the plan was made with; None where the archive has it already, or the plan has none.
        person: who judges; opening keys is their act.
        now: the clock.

    Raises:
        StillwatchError: the person may not; SW-ATT-77 the plan was never committed here; 60 to 68 and 75 the archive or
            the material cannot be used.
    """
    may(person, Act.WORK_CASES)
    folder = ArchiveFolder(out)
    archived = read_archive(folder)
    PlanBook(records, now=now).unaltered(archived.plan)
    for name, content in ({} if opened is None else opened.files).items():
        folder.write(name, content)
    findings = judge_archive(archived)
    folder.write(FINDINGS, findings.body())
    details = {
        "plan": findings.plan,
        "manifest": findings.manifest,
        "findings": findings.digest,
        "verdict": findings.conclusion.verdict.value,
    }
    enter(records, JUDGED, findings.plan_id, person.name, details, now)
    _register(records, archived, findings, person, now)
    write_proof(records, archived.plan, folder)
    return findings


def _register(
    records: Records, archived: Archived, findings: Findings, person: Person, now: clock.Clock
) -> None:
    register, planned = SuspectRegister(records, now=now), archived.plan.suspect
    suspect = register.at(planned.url, planned.model)
    line = next(each for each in findings.models if each.name == planned.name)
    if suspect is not None and not register.versions(suspect.suspect_id):
        register.seen(
            suspect.suspect_id, line.served or planned.model, "what it said while it was asked", person
        )
    verdict = findings.conclusion.verdict.value
    register.judged(
        suspect.suspect_id if suspect else None, findings.plan_id, findings.digest, verdict, person
    )
    if suspect is not None and line.changed:
        after = line.changed.rpartition("→")[2].strip()
        label = f"since {findings.plan_id}" if line.changed.startswith(Sign.ANSWERS.value) else after
        register.seen(suspect.suspect_id, label, f"it changed while it was asked: {line.changed}", person)
