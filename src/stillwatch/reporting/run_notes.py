"""The page's foot: what could not be judged, what could not be read, and how to read the figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.core.verdict import Summary, Unjudged

_DECIBANS: Final = (
    ("+3", "about twice as likely under attack as without one"),
    ("+10", "ten times as likely"),
    ("+20", "a hundred times"),
    ("0", "says nothing either way"),
    (f"{wording.MINUS}10", "ten times as likely without an attack"),
)

_GLOSSARY: Final = (
    (
        "Adversarial distillation",
        "querying a model through many accounts to collect training data for a copy of it.",
    ),
    ("Exchange", "one request to the model and its answer."),
    ("Campaign", "accounts that appear to serve one demand: their unusual requests belong together."),
    ("Attack", "the evidence suffices to accuse, at the false-positive rate the site was calibrated to."),
    ("Watch", "unusual, but short of that; look before acting."),
    ("Clear", "nothing that a site's honest traffic does not also show."),
    (
        "Likely",
        "the probability of an attack, all reasons and the site's calibration taken together.",
    ),
    (
        "First alarm",
        "when the verdict would first have been attack, had the log been read as it grew: no look-ahead.",
    ),
    ("Leaked", "exchanges of the campaign that were answered before its first alarm, or all if none came."),
    (
        "Link",
        "a sign that two accounts have one origin. Many honest accounts do; a link alone accuses nobody.",
    ),
    ("Background", "earlier traffic of the same site, against which something is new or unusual."),
)


def could_not_judge(unjudged: Sequence[Unjudged]) -> Markup:
    """Detectors that could not speak, and for lack of which field."""
    if unjudged:
        body: Child = [
            tag(
                "p",
                "A missing field is no evidence, neither for nor against. Log these to know more.",
                class_="lead",
            ),
            tables.scroller("Detectors that could not speak", _unjudged_table(unjudged)),
        ]
    else:
        body = tag("p", "Nothing: the log carried every field that the detectors ask for.")
    return tag(
        "section", tag("h2", "What could not be judged", id="unjudged"), body, aria_labelledby="unjudged"
    )


def reading(summary: Summary) -> Markup:
    """How much of the log was read, and what was left out."""
    rejected: Child = None
    if summary.rejected:
        rejected = tag(
            "p",
            f"{wording.counted(summary.rejected, 'record')} could not be read and took no part; ",
            tag("code", "rejects.jsonl"),
            " beside this page gives file, line and reason of each.",
        )
    figures = (
        ("Records read", wording.whole(summary.read), None),
        ("Exchanges judged", wording.whole(summary.exchanges), None),
        ("Rejected", wording.whole(summary.rejected), wording.share(summary.rejected, summary.read)),
        ("Duplicates", wording.whole(summary.duplicates), "counted once"),
    )
    return tag(
        "section",
        tag("h2", "What was read", id="reading"),
        tables.facts(figures),
        rejected,
        aria_labelledby="reading",
    )


def colophon(summary: Summary) -> Markup:
    """Version, configuration, time taken, and what the words mean."""
    return tag(
        "footer",
        tag("h2", "How to read this page"),
        tag(
            "div",
            tag("section", tag("h3", "Decibans"), tag("p", _decibans_words()), tag("div", _decibans_table())),
            tag("section", tag("h3", "Words"), tag("dl", _terms(), class_="glossary")),
            class_="columns",
        ),
        tag(
            "p",
            f"Stillwatch {summary.version}, configuration ",
            tag("code", wording.visible(summary.config_digest, 24), title=summary.config_digest),
            f".{_stages(summary)} All times are UTC. The page loads nothing and sends nothing.",
            class_="note",
        ),
    )


def _unjudged_table(unjudged: Sequence[Unjudged]) -> Markup:
    return tables.table(
        "Detectors that gave no evidence in this run",
        ("Detector", "Lacks", "What it would have told"),
        (
            (
                tag("span", silent.detector, class_="detector"),
                [[", " if place else None, tag("code", field)] for place, field in enumerate(silent.fields)],
                silent.sentence,
            )
            for silent in unjudged
        ),
    )


def _decibans_words() -> str:
    return (
        "Each reason carries its weight in decibans: ten times the decimal logarithm of how much "
        "likelier the sight is under attack than without one. Weights add up. The percentage also "
        "takes account of how rare attacks are and of reasons that repeat each other, so it can be "
        "more cautious than the plain sum."
    )


def _decibans_table() -> Markup:
    return tables.table("What a weight means", ("Decibans", "Meaning"), _DECIBANS, numeric="n.")


def _terms() -> list[Child]:
    return [tag("div", tag("dt", term), tag("dd", meaning)) for term, meaning in _GLOSSARY]


def _stages(summary: Summary) -> str:
    if not summary.seconds:
        return ""
    slowest = sorted(summary.seconds.items(), key=lambda stage: -stage[1])[:4]
    parts = ", ".join(f"{stage} {wording.duration(seconds)}" for stage, seconds in slowest)
    return f" Took {wording.duration(sum(summary.seconds.values()))} ({parts})."
