"""``score.html``: what a run, or several side by side, are worth on a world; one file that loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.range.score import sections, words
from stillwatch.reporting import tables, wording
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from stillwatch.range.score.figures import Comparison, Score

_TERMS: Final = (
    ("Precision", "of the accounts called attack, the share that belong to a campaign."),
    ("Recall", "of the accounts that belong to a campaign, the share called attack."),
    ("False positive rate", "of the honest accounts, the share called attack; watch does not count."),
    (
        "Interval",
        "exact (Clopper and Pearson 1934), two-sided 95 %; the bound at most is one-sided 95 %.",
    ),
    (
        "Pairwise F1",
        "of pairs of accounts put into one campaign and pairs truly of one; accounts outside stand alone.",
    ),
    ("Adjusted Rand", "agreement of the campaigns, corrected for chance (Hubert and Arabie 1985)."),
    (
        "Leaked",
        "harvest exchanges up to the first alarm of a member called attack; all of them if none came.",
    ),
    ("AP, AUROC", "how the score ranks attack accounts above honest ones, whatever the threshold."),
)


def render_score(comparison: Comparison) -> str:
    """The page as text, to be written as UTF-8 without changing its line ends."""
    title = f"{_headline(comparison)} · Stillwatch range"
    return document(title, stylesheet("figures"), _body(comparison))


def _body(comparison: Comparison) -> Markup:
    scores = comparison.scores
    first = next(iter(scores.values()))
    world = f"World {wording.visible(first.world)}" if first.world else "A world without a name"
    return join(
        tag("a", "Skip to the figures", href="#findings", class_="skip"),
        tag(
            "header",
            tag("p", "Stillwatch range", class_="brand"),
            tag("h1", _headline(comparison)),
            tag("p", f"{world}, {wording.counted(first.accounts, 'account')}.", class_="period"),
            class_="masthead",
        ),
        tag("main", _runs(comparison), id="findings", tabindex=-1),
        _foot(),
    )


def _headline(comparison: Comparison) -> str:
    scores = list(comparison.scores.values())
    if len(scores) == 1:
        return words.headline(scores[0])
    return f"{wording.counted(len(scores), 'run')} side by side"


def _runs(comparison: Comparison) -> Child:
    scores = comparison.scores
    if len(scores) == 1:
        return _one(next(iter(scores.values())), "run")
    return [
        _side_by_side(comparison),
        [
            tag(
                "section",
                tag("h2", wording.visible(name), id=f"run-{place}"),
                tag("p", words.headline(score), class_="lead"),
                tables.folded("All figures of this run", _one(score, f"run-{place}")),
                aria_labelledby=f"run-{place}",
            )
            for place, (name, score) in enumerate(scores.items(), 1)
        ],
    ]


def _side_by_side(comparison: Comparison) -> Markup:
    heads, rows = words.table_rows(comparison)
    linked = [
        (tag("a", wording.visible(row[0]), href=f"#run-{place}"), *row[1:])
        for place, row in enumerate(rows, 1)
    ]
    listing = tables.table("One row a run", heads, linked, numeric="." + "n" * (len(heads) - 1))
    return tag(
        "section",
        tag("h2", "Side by side", id="side-by-side"),
        tables.scroller("Runs side by side", listing),
        sections.alarm_curves(comparison.scores, "all"),
        aria_labelledby="side-by-side",
        class_="figures",
    )


def _one(score: Score, prefix: str) -> Child:
    return [
        sections.warnings(score),
        sections.figures(score, prefix),
        sections.leaked(score, prefix),
        sections.recall_map(score, prefix),
        sections.false_accusations(score, prefix),
        sections.recall_tables(score, prefix),
    ]


def _foot() -> Markup:
    terms = [tag("div", tag("dt", term), tag("dd", meaning)) for term, meaning in _TERMS]
    return tag(
        "footer",
        tag("h2", "How to read this page"),
        tag("dl", terms, class_="glossary"),
        tag(
            "p",
            "Intervals take accounts as drawn independently; members of one campaign are not, so that the "
            "figures over campaigns are the more cautious ones. The page loads nothing and sends nothing.",
            class_="note",
        ),
    )
