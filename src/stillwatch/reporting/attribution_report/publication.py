"""The page by which a finding is published: what is said, how sure it is, and the answer of the party named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch import __version__
from stillwatch.attribution.publication.notice import rate_in_words
from stillwatch.reporting import tables, wording
from stillwatch.reporting.attribution_report.figures import number
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.publication.publication import Publication


def render_publication(publication: Publication, roles: Sequence[str]) -> str:
    """The whole page as text.

    Args:
        publication: what it says; one that was withdrawn says nothing but that.
        roles: of those who approved it; empty marks the page as a preview.
    """
    title = f"Finding {publication.publication_id}"
    body = _withdrawn(publication) if publication.withdrawn else _body(publication, roles)
    return document(f"{title} · Stillwatch", stylesheet("notification", "attribution"), body)


def _body(publication: Publication, roles: Sequence[str]) -> Markup:
    conclusion = publication.document["conclusion"]
    return join(
        tag("a", "Skip to the finding", href="#finding", class_="skip"),
        _masthead(publication, conclusion, roles),
        tag(
            "main",
            _said(publication, conclusion),
            _answer(publication),
            _check(publication),
            id="finding",
            tabindex=-1,
        ),
        _footer(publication),
    )


def _masthead(publication: Publication, conclusion: dict[str, Any], roles: Sequence[str]) -> Markup:
    state = f"approved by {' and '.join(roles)}" if roles else "preview, not approved"
    return tag(
        "header",
        tag(
            "p",
            tag("span", conclusion["verdict"], class_="chip attack"),
            tag("span", state, class_="chip clear" if roles else "chip watch"),
            class_="marks",
        ),
        tag("h1", "A finding on the origin of a model"),
        tables.facts(
            [
                ("Party named", wording.visible(publication.party, 200), None),
                ("Published", tables.moment(publication.published, absent="not yet"), None),
                ("Told of it", tables.moment(publication.notified, absent="not yet"), "the party named"),
                ("Strength", number(_float(conclusion["e"])), "e-value, corrected"),
            ]
        ),
        class_="masthead",
    )


def _said(publication: Publication, conclusion: dict[str, Any]) -> Markup:
    return tag(
        "section",
        tag("h2", "What is said", id="said"),
        [tag("p", line) for line in publication.summary.strip().splitlines() if line.strip()],
        tag("p", conclusion["sentence"], class_="verdict"),
        tag("h3", "What was shown"),
        tag("ul", [tag("li", each) for each in conclusion["because"]]),
        tag("h3", "What was not shown"),
        tag("ul", [tag("li", each) for each in conclusion["limits"]]),
        tag("h3", "How often such a finding is wrong"),
        tag("p", rate_in_words(conclusion)),
        aria_labelledby="said",
    )


def _answer(publication: Publication) -> Markup:
    answer: Child
    if publication.reply:
        answer = [
            tag("p", "In their own words, received ", tables.moment(publication.reply_received), "."),
            tag("div", publication.reply, class_="reply"),
        ]
    else:
        answer = tag(
            "p",
            f"{wording.visible(publication.party, 200)} was told on ",
            tables.moment(publication.notified, absent="no day yet"),
            " and could answer until ",
            tables.moment(publication.waits_until, absent="a day to be named"),
            ". No answer was received.",
        )
    return tag(
        "section", tag("h2", "What the party named answered", id="answer"), answer, aria_labelledby="answer"
    )


def _check(publication: Publication) -> Markup:
    return tag(
        "section",
        tag("h2", "How to check it", id="check"),
        tag(
            "p",
            "The archive of all questions and answers is handed to whoever has a right to it. It is checked, and "
            "everything recomputed, with ",
            tag("code", "stillwatch attribute verify ARCHIVE --key PUBLIC-KEY"),
            ".",
        ),
        tag("p", "SHA-256 of its findings: ", tag("span", publication.findings, class_="id")),
        aria_labelledby="check",
    )


def _withdrawn(publication: Publication) -> Markup:
    return join(
        tag(
            "header",
            tag("p", tag("span", "withdrawn", class_="chip watch"), class_="marks"),
            tag("h1", "This finding was withdrawn"),
            class_="masthead",
        ),
        tag(
            "main",
            tag(
                "section",
                tag("p", "Withdrawn ", tables.moment(publication.withdrawn), "."),
                tag("p", publication.withdrawn_why),
                tag(
                    "p",
                    f"It concerned {wording.visible(publication.party, 200)}, and is not to be relied on.",
                ),
            ),
            id="finding",
            tabindex=-1,
        ),
        _footer(publication),
    )


def _footer(publication: Publication) -> Markup:
    return tag(
        "footer",
        tag(
            "p",
            f"{publication.publication_id}, Stillwatch {__version__}. All times are UTC. The page loads nothing and "
            "sends nothing.",
            class_="note",
        ),
    )


def _float(value: Any) -> float:
    return float(value)
