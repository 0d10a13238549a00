"""Case file: everything about one case, with the ledger's proofs, for whoever has to stand up for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from blake3 import blake3

from stillwatch.reporting.case_export.export import parts_of
from stillwatch.reporting.reports.contract import Audience, Kind, Report, Subject
from stillwatch.reporting.reports.missing import lacking

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked
    from stillwatch.reporting.reports.sources import Sources


def build(sources: Sources, asked: Asked) -> Report:
    """Make one; accounts have names that hold within the case only, unless their ids are asked for.

    Raises:
        StillwatchError: SW-REP-01, no case is named; SW-CASE-01, there is none; the person may not read evidence.
    """
    if not asked.subject:
        raise lacking("no case is named", "name one, such as case-7")
    secret = None
    if sources.secret is not None and not asked.with_ids:
        secret = blake3(
            asked.subject.encode(), key=sources.secret
        ).digest()  # names hold within one case only
    parts = parts_of(sources.records, sources.cases, asked.subject, sources.person, secret, now=sources.now)
    others = {name: body for name, body in parts.files.items() if name not in ("case.html", "case.json")}
    return Report(
        KIND.name,
        parts.case_id,
        f"Case file of {parts.case_id}",
        parts.made_ts[:10],
        parts.files["case.html"].decode(),
        orjson.loads(parts.files["case.json"]),
        others,
    )


KIND = Kind(
    "case-file",
    "Case file",
    Audience.INTERNAL,
    Subject.CASE,
    "One case with its evidence, its history and the proof that the ledger holds it.",
    build,
)
