"""Who committed to what and when, by the ledger, and the digests by which anybody can check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.reporting.attribution_report.contents import ReportFile

_WORDS: Final = {
    "attribution-plan-committed": "the plan was settled",
    "attribution-run-started": "asking began, or went on",
    "attribution-run-stopped": "asking ended, or paused",
    "attribution-judged": "the answers were judged",
    "watermark-epoch-begun": "keys of an epoch were committed to",
    "watermark-key-assigned": "a suspected cluster got a key of its own",
    "watermark-keys-opened": "keys were opened for this test",
}


def provenance(file: ReportFile) -> Markup:
    """The section."""
    digests = (
        ("Plan", file.plan.digest, "plan.json"),
        ("Run", file.manifest.digest, "manifest.json"),
        ("Findings", file.findings.digest, "findings.json"),
    )
    return tag(
        "section",
        tag("h2", "Who can check this, and how", id="provenance"),
        tag(
            "p",
            "The plan went into the lab's ledger before the first question. A second lab recomputes everything from "
            "the archive and the ledger's public key, without asking any model again: ",
            tag("code", "stillwatch attribute verify ARCHIVE --key PUBLIC-KEY"),
            class_="lead",
        ),
        tables.scroller(
            "Digests",
            tables.table(
                "SHA-256 of the archive's files, as the ledger has them",
                ("What", "SHA-256", "File"),
                [(name, tag("span", digest, class_="id"), path) for name, digest, path in digests],
            ),
        ),
        _entries(file),
        aria_labelledby="provenance",
    )


def _entries(file: ReportFile) -> Child:
    if not file.entries:
        return tag("p", "The archive holds no proof from the ledger.", class_="warning")
    rows = [
        (
            wording.whole(each.index),
            tables.moment(each.entry.ts),
            wording.visible(each.entry.by, 60),
            _WORDS.get(each.entry.kind, each.entry.kind),
            wording.visible(each.entry.subject, 80),
        )
        for each in sorted(file.entries, key=lambda each: each.index)
    ]
    return tables.scroller(
        "Ledger entries",
        tables.table(
            "Entries of the ledger, each with a proof in ledger-proof.json",
            ("Entry", "When", "Who", "What", "About"),
            rows,
            numeric="n....",
        ),
    )
