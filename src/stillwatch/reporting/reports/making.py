"""Makes a report, writes into the ledger that it was made, and puts it on the shelf with its proof."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blake3 import blake3

from stillwatch.casework.times import written
from stillwatch.reporting.case_export.package import pretty
from stillwatch.reporting.pdf import as_pdf
from stillwatch.reporting.reports.shelf import DATA, PAGE, PDF, PROOF, Kept
from stillwatch.reporting.sheets.provenance import entered

if TYPE_CHECKING:
    from stillwatch.reporting.reports.contract import Asked, Kind
    from stillwatch.reporting.reports.shelf import Shelf
    from stillwatch.reporting.reports.sources import Sources


def make(kind: Kind, sources: Sources, asked: Asked, shelf: Shelf, *, pdf: bool = False) -> Kept:
    """Make one and keep it.

    Args:
        kind: which.
        sources: what it is made from.
        asked: of what.
        shelf: where it is put.
        pdf: whether it is drawn as PDF, too.

    Raises:
        StillwatchError: it cannot be made, drawn or written.
    """
    report = kind.build(sources, asked)
    data, made_ts = pretty(dict(report.data)), written(sources.now())
    files = {PAGE: report.page.encode(), DATA: data, **report.others}
    if pdf:
        files[PDF] = as_pdf(report.page, report.day)
    by = sources.person.name
    proof = entered(sources.records, kind.name, report.about, data, by=by, made_ts=made_ts)
    if proof is not None:
        files[PROOF] = pretty(proof)
    kept = Kept(
        _folder(kind.name, report.about, made_ts),
        kind.name,
        report.title,
        kind.audience.value,
        report.about,
        made_ts,
        by,
        blake3(data).hexdigest(),
        tuple(files),
    )
    shelf.put(kept, files)
    return kept


def _folder(kind: str, about: str, made_ts: str) -> str:
    """``weekly-2026-W47-20261126T081500``."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "-", about).strip("-.")[:40]
    return f"{kind}-{plain}-{re.sub(r'[^0-9T]', '', made_ts)[:15]}"
