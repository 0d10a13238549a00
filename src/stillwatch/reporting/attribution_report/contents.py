"""What an attribution's report is made of, read from an archive alone, and the same as JSON."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch import __version__
from stillwatch.attribution.archive.folder import PROOF
from stillwatch.attribution.procedure.judging import read_archive
from stillwatch.storage.ledger.entry import Logged, read_leaf

if TYPE_CHECKING:
    from stillwatch.attribution.archive.folder import ArchiveFolder
    from stillwatch.attribution.archive.manifest import Manifest
    from stillwatch.attribution.plans.plan import Plan
    from stillwatch.attribution.procedure.findings import Findings

FORM: Final = "stillwatch attribution report v1"


@dataclasses.dataclass(frozen=True, slots=True)
class ReportFile:
    """Everything that a report says.

    Attributes:
        entries: of the ledger about the plan and its keys, as far as the archive has proofs of them.
        head: the signed head that the proofs lead to, as JSON; None without proofs.
    """

    plan: Plan
    manifest: Manifest
    findings: Findings
    entries: tuple[Logged, ...]
    head: dict[str, Any] | None


def collect(folder: ArchiveFolder, findings: Findings) -> ReportFile:
    """Read what a report takes.

    Args:
        folder: the archive.
        findings: what judging it gave.

    Raises:
        StillwatchError: SW-ATT-60, the archive cannot be read.
    """
    archived = read_archive(folder)
    entries: tuple[Logged, ...] = ()
    head = None
    if folder.has(PROOF):
        proof = orjson.loads(folder.read(PROOF))
        entries = tuple(
            read_leaf(int(each["index"]), str(each["leaf"]).encode()) for each in proof["entries"]
        )
        head = proof["head"]
    return ReportFile(archived.plan, archived.manifest, findings, entries, head)


def as_json(file: ReportFile) -> bytes:
    """The report for programs: the summary first, then everything that it rests on."""
    conclusion = file.findings.conclusion
    plain = file.findings.plain()
    document = {
        "form": FORM,
        "program": __version__,
        "summary": {
            "plan": file.plan.plan_id,
            "question": file.plan.question,
            "suspect": {"url": file.plan.suspect.url, "model": file.plan.suspect.model},
            "verdict": conclusion.verdict.value,
            "sentence": conclusion.sentence,
            "false_accusations": {
                name: plain["conclusion"][name]
                for name in ("rate", "rate_interval", "rate_upper", "controls", "alarms", "controls_needed")
            },
            "because": list(conclusion.because),
            "limits": list(conclusion.limits),
            "remarks": list(file.findings.remarks),
        },
        "provenance": {
            "plan": file.plan.digest,
            "manifest": file.manifest.digest,
            "findings": file.findings.digest,
            "head": file.head,
            "entries": [
                {
                    "index": each.index,
                    "ts": each.entry.ts,
                    "by": each.entry.by,
                    "kind": each.entry.kind,
                    "subject": each.entry.subject,
                }
                for each in file.entries
            ],
        },
        "findings": plain,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"
