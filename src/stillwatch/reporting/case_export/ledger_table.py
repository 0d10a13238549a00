"""The ledger's part of the page: every entry about the case, and whether its words are here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.reporting.case_export.contents import CaseFile
    from stillwatch.reporting.case_export.proofs import Proofs

MOST_ENTRIES: Final = 500


def ledger_section(file: CaseFile, proofs: Proofs) -> Markup:
    """Entries with their place in the ledger."""
    sealed = {each["index"] for each in proofs.withheld}
    shown = file.entries[:MOST_ENTRIES]
    listing = tables.table(
        "Entries about the case and about what was approved for it, oldest first",
        ("Entry", "When", "Who", "What", "In this export"),
        (
            (
                wording.whole(each.index),
                tables.moment(each.entry.ts),
                wording.visible(each.entry.by),
                each.entry.kind,
                _how(each.index, sealed, proofs),
            )
            for each in shown
        ),
        numeric="n....",
    )
    rest = len(file.entries) - len(shown)
    return tag(
        "section",
        tag("h2", "Ledger", id="ledger"),
        tag(
            "p",
            f"{wording.counted(len(file.entries), 'entry', 'entries')} about this case. Each comes with a proof "
            "that it stands in the ledger, unchanged and in its place, under a head that the lab has signed.",
            class_="lead",
        ),
        tables.folded(
            wording.counted(len(file.entries), "entry", "entries"),
            tables.scroller("Ledger entries", listing),
            tag("p", f"And {wording.whole(rest)} more: ledger/proof.json has them all.") if rest else None,
            open_=len(shown) < tables.SHORTEST_FOLDED,
        ),
        aria_labelledby="ledger",
    )


def _how(index: int, sealed: set[int], proofs: Proofs) -> Child:
    if index in sealed:
        return "its hash, with proof; its words name an account"
    if index in proofs.pending:
        return "not under a signed head yet"
    return "its words, with proof"
