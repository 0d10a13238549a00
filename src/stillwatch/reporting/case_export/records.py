"""``case.json``: the case for programs, keys as in the code, without anything that only the database needs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import msgspec

from stillwatch import __version__

if TYPE_CHECKING:
    from stillwatch.reporting.case_export.contents import CaseFile

FORMAT = "stillwatch-case-1"


def record_of(file: CaseFile, made_ts: str) -> dict[str, Any]:
    """The case as JSON."""
    return {
        "format": FORMAT,
        "made_ts": made_ts,
        "made_with": f"stillwatch {__version__}",
        "account_ids": file.with_ids,
        "case": dataclasses.asdict(file.case),
        "campaign": None if file.campaign is None else _campaign(file),
        "accounts": [dataclasses.asdict(each) for each in file.accounts],
        "steps": [dataclasses.asdict(each) for each in file.steps],
        "tasks": [dataclasses.asdict(each) for each in file.tasks],
        "related": [dataclasses.asdict(each) for each in file.related],
        "disclosures": [
            {
                "disclosure_id": each.disclosure_id,
                "destination": each.destination,
                "marking": each.marking.value,
                "stage": each.stage.value,
                "digest": each.digest,
                "requested_ts": each.requested_ts,
                "requested_by": each.requested_by,
                "released_ts": each.released_ts,
                "indicators": msgspec.to_builtins(each.indicators),
            }
            for each in file.disclosures
        ],
        "ledger_entries": [each.index for each in file.entries],
    }


def _campaign(file: CaseFile) -> dict[str, Any]:
    assert file.campaign is not None
    found: dict[str, Any] = msgspec.to_builtins(file.campaign)
    for name in (
        "tracks",
        "pivots",
        "site",
    ):  # numbers within one run, pseudonyms, and what only replay reads
        found.pop(name)
    if not file.with_ids:
        found.pop("exemplars")
    return found
