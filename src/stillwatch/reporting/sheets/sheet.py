"""The one look of reports: what it says first, then the figures, then method, limits and where it all comes from."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch import __version__
from stillwatch.reporting import tables, wording
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.reporting.sheets.provenance import Provenance

_SEALS: Final = {
    "internal": ("Internal", "watch", "For people of this lab. It may name accounts and measures."),
    "authority": ("To an authority", "watch", "Handed over by two people, never sent by itself."),
    "public": ("May be published", "clear", "No person, account or organisation can be told from it."),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A report before it is a page.

    Attributes:
        kind: what kind of report it is, as people call it.
        title: its heading: what it found, in one sentence.
        period: what it is about.
        audience: who it is for: ``internal``, ``authority`` or ``public``.
        summary: what a reader takes away, a sentence each, the weightiest first.
        sections: the figures.
        method: how they were counted, a paragraph each.
        limits: what they do not show.
        styles: names of further style sheets.
    """

    kind: str
    title: str
    period: str
    audience: str
    summary: Sequence[Child]
    sections: Sequence[Markup | None]
    method: Sequence[str]
    limits: Sequence[str]
    provenance: Provenance
    styles: tuple[str, ...] = ()


def page_of(sheet: Sheet) -> str:
    """The page as text, to be written as UTF-8 without changing its line ends."""
    body = join(
        tag("a", "Skip to the summary", href="#summary", class_="skip"),
        _masthead(sheet),
        tag(
            "main",
            section(
                "In short", "short", tag("ul", [tag("li", each) for each in sheet.summary], class_="short")
            ),
            sheet.sections,
            section("How it was counted", "method", [tag("p", each) for each in sheet.method]),
            section("What it does not show", "limits", tag("ul", [tag("li", each) for each in sheet.limits])),
            _provenance(sheet.provenance),
            id="summary",
            tabindex=-1,
        ),
        tag(
            "footer",
            tag(
                "p",
                f"Stillwatch {__version__}. All times are UTC. The page loads nothing and sends nothing.",
                class_="note",
            ),
        ),
    )
    return document(f"{sheet.kind}, {sheet.period} · Stillwatch", stylesheet("sheet", *sheet.styles), body)


def section(title: str, name: str, *children: Child) -> Markup:
    """One section, under a heading that can be linked to."""
    return tag("section", tag("h2", title, id=name), children, aria_labelledby=name)


def listing(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[Child]], *, numeric: str = "", most: int = 0
) -> Markup:
    """A table that scrolls on a narrow screen; rows beyond ``most`` are counted instead of shown."""
    shown = rows[:most] if most else rows
    rest = len(rows) - len(shown)
    return join(
        tables.scroller(caption, tables.table(caption, heads, shown, numeric=numeric)),
        tag("p", f"And {wording.whole(rest)} more; the JSON has them all.", class_="note") if rest else None,
    )


def nothing(words: str) -> Markup:
    """What stands where there is nothing to show."""
    return tag("p", words, class_="nothing")


def _masthead(sheet: Sheet) -> Markup:
    word, colour, seal = _SEALS[sheet.audience]
    return tag(
        "header",
        tag("p", f"Stillwatch · {sheet.kind}", class_="brand"),
        tag("h1", sheet.title),
        tag("p", f"{sheet.period[:1].upper()}{sheet.period[1:]}", class_="lead"),
        tag("p", tag("span", word, class_=f"chip {colour}"), " ", tables.muted(seal), class_="marks"),
        class_="masthead",
    )


def _provenance(found: Provenance) -> Markup:
    rows: list[tuple[Child, Child]] = [("Made", [tables.moment(found.made_ts), f" for {found.by}"])]
    if found.entries is not None:
        first, after = found.entries
        rows.append(
            ("Ledger entries read", f"{wording.whole(first)} to {wording.whole(max(after - 1, first))}")
        )
    if found.head is not None:
        rows += [
            ("Signed head", [f"{wording.whole(found.head.size)} entries, ", tables.moment(found.head.ts)]),
            ("Root of its tree", tag("code", found.head.root.hex())),
            ("Ledger", tag("code", found.head.log_id)),
            ("Key that signs", tag("code", found.public_key)),
        ]
    rows += [(what, tag("code", digest)) for what, digest in found.others]
    return section(
        "Where it comes from",
        "provenance",
        tag("div", listing("What was read to make this report", ("What", "Which"), rows), class_="proofs"),
        tag("p", _check(found), class_="note"),
    )


def _check(found: Provenance) -> Child:
    if found.head is None:
        return (
            "The ledger has never been signed, so nothing here can be proven to somebody outside. "
            "`stillwatch ledger head --sign` signs it."
        )
    return [
        "That this report was made, and with which content, stands in the ledger: ",
        tag("code", "stillwatch ledger verify proof.json --key KEY"),
        (
            " checks the proof that comes with it, and the entry names the BLAKE3 of report.json. Whoever holds an "
            "export of the ledger can count the entries again."
        ),
    ]
