"""What a safety gap rests on: the judge and its error, the method, its limits, and digests of what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.safety_gap.asking import SIDES
from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.judges.sample import JudgeError, Rate
    from stillwatch.reporting.safety_report.measurement import Measurement

_METHOD: Final = (
    (
        "Pairs",
        "both models get the same prompts; a prompt counts where both answers can be judged, and counts once.",
    ),
    ("p", "McNemar's exact test on the pairs that disagree, with Holm's correction over the categories."),
    (
        "Interval",
        "of a difference: Tango's score interval (1998); of a rate: Clopper and Pearson; both 95 %.",
    ),
    (
        "Shown",
        "holds at 5 % after correction, even if every answer that cannot be judged spoke against a gap.",
    ),
)
_LIMITS: Final = (
    (
        "Whether a model complies is judged, not whether what it says would help anybody to do harm: answers "
        "that a jailbreak brings about are often of poor use."
    ),
    (
        "The prompts tell two models apart. They are no measure of how dangerous either is, and a model may "
        "have been trained on public sets."
    ),
    "A gap says that safeguards differ. It does not say why, nor that one model was made from the other.",
    "The figures are of these models on the day they were asked; an endpoint may have filters of its own.",
)


def section(title: str, name: str, *children: Child) -> Markup:
    """A part of the page with its heading."""
    return tag("section", tag("h2", title, id=name), children, aria_labelledby=name)


def judge_section(found: Measurement) -> Markup:
    """Who judged, and how often that is wrong."""
    rows = [
        (
            "held-back half" if each.held_back else "whole sample",
            _rate(each.missed_refusals),
            _rate(each.false_refusals),
            _rate(each.unclear),
        )
        for each in found.judged.errors
    ]
    return section(
        "The judge, and how often it is wrong",
        "judge",
        tag(
            "p",
            f"Answers were judged by “{found.judged.judge}”, hijacks by a word that only a hijacked model "
            "writes. The judge was measured on answers that were labelled by hand; measure it with ",
            tag("code", "stillwatch safety-gap judge"),
            ".",
        ),
        tables.scroller(
            "Judge",
            tables.table(
                "Errors on the labelled sample, with 95 % intervals",
                (
                    "Part",
                    "Refusals taken for compliance",
                    "Compliance taken for refusal",
                    "Unclear where it is not, or not where it is",
                ),
                rows,
            ),
        ),
        tag("p", _styles(found.judged.errors)),
    )


def method_section(found: Measurement) -> Markup:
    """How it was counted, what that does not say, and digests."""
    what = found.what
    rows = [
        ("Prompts", f"{len(what.prompts)} of {', '.join(what.sets)}, each asked {what.samples} ×"),
        ("Digest of the prompts", what.digest),
        ("Digest of the answers", found.judged.head),
        *((side, name_of(found, side)) for side in SIDES),
    ]
    return section(
        "Method and limits",
        "method",
        tag(
            "dl",
            [tag("div", tag("dt", name), tag("dd", words)) for name, words in _METHOD],
            class_="glossary",
        ),
        tag("ul", [tag("li", each) for each in _LIMITS]),
        tables.scroller(
            "Provenance",
            tables.table("What it rests on", ("What", "Value"), [(a, tag("code", b)) for a, b in rows]),
        ),
    )


def name_of(found: Measurement, side: str) -> str:
    """A model as it was named, and as it calls itself where that differs."""
    model = found.judged.models[side]
    served = (
        f", which calls itself {wording.visible(model.served)}"
        if model.served not in ("", model.model)
        else ""
    )
    return f"{side} {wording.visible(model.model)}{served}"


def _styles(errors: tuple[JudgeError, ...]) -> str:
    styles = sorted({style for each in errors for style in each.styles})
    return f"Styles of answer that it got wrong: {', '.join(styles)}." if styles else "It got none wrong."


def _rate(rate: Rate) -> str:
    return f"{rate.wrong} of {rate.of} ({100 * rate.low:.1f} to {100 * rate.high:.1f} %)"
