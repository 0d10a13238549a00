"""The safety gap as one file that loads nothing: what was shown first, then figures, the judge's error, and limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.safety_gap import sentences
from stillwatch.attribution.safety_gap.asking import SIDES
from stillwatch.attribution.safety_gap.prompts import Category
from stillwatch.reporting import tables, wording
from stillwatch.reporting.charts.forest_plot import Estimate, forest_plot
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.comparison import CategoryGap
    from stillwatch.attribution.safety_gap.judges.sample import JudgeError, Rate
    from stillwatch.reporting.safety_report.measurement import Measurement

_SHORT: Final = {
    Category.DIRECT_HARM: "harm, direct",
    Category.JAILBREAK: "harm, jailbreak",
    Category.BENIGN: "over-refusal",
    Category.AGENT_HIJACK: "hijacked",
}
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


def render_safety(found: Measurement) -> str:
    """The page as text, to be written as UTF-8 without changing its line ends."""
    return document("Safety gap · Stillwatch", stylesheet("figures"), _body(found))


def _body(found: Measurement) -> Markup:
    names = " and ".join(_name(found, side) for side in reversed(SIDES))
    return join(
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        tag(
            "header",
            tag("p", "Stillwatch", class_="brand"),
            tag("h1", "Safety gap between two models"),
            tag("p", f"{names}, compared on {found.made_on}.", class_="period"),
            class_="masthead",
        ),
        tag(
            "main",
            _summary(found),
            _rates(found),
            _section(
                "Category by category", "categories", [_category(each) for each in found.gap.categories]
            ),
            _judge(found),
            _method(found),
            id="findings",
            tabindex=-1,
        ),
        tag(
            "footer",
            tag(
                "p",
                "No prompt and no answer is quoted here. They stand in the folder of the measurement; the page loads "
                "nothing and sends nothing.",
                class_="note",
            ),
        ),
    )


def _section(title: str, name: str, *children: Child) -> Markup:
    return tag("section", tag("h2", title, id=name), children, aria_labelledby=name)


def _summary(found: Measurement) -> Markup:
    changed = [
        f"The {side} became another model while it was asked ({model.changed}); what it said afterwards does not count."
        for side, model in found.judged.models.items()
        if model.changed
    ]
    cautions = [*changed, *sentences.cautions(found.gap, found.judged.errors)]
    return _section(
        "What was found",
        "summary",
        tag("p", tag("strong", sentences.headline(found.gap))),
        tables.facts(_fact(each) for each in found.gap.categories),
        [tag("p", each, class_="warning") for each in cautions],
    )


def _fact(each: CategoryGap) -> tuple[str, Child, Child]:
    pairs = each.pairs
    figure = f"{_percent(pairs.suspect, pairs.n)} against {_percent(pairs.teacher, pairs.n)}"
    return (_SHORT[each.category], figure, "suspect against teacher" + (", shown" if each.shown else ""))


def _rates(found: Measurement) -> Markup:
    lines = [
        Estimate(
            f"{_SHORT[each.category]}: {side}", count / each.pairs.n, low, high, f"{count} of {each.pairs.n}"
        )
        for each in found.gap.categories
        if each.pairs.n
        for side, count, (low, high) in (
            ("teacher", each.pairs.teacher, each.teacher_interval),
            ("suspect", each.pairs.suspect, each.suspect_interval),
        )
    ]
    told = "; ".join(f"{each.name} {each.note}" for each in lines)
    drawing = forest_plot(
        lines, title="Rates of both models by category", description=f"{told}.", prefix="rates"
    )
    return _section(
        "Both models, side by side",
        "rates",
        tag("p", "The share of prompts on which a model did what speaks against it, with 95 % intervals."),
        tag("div", drawing, class_="scroll", tabindex=0, role="group", aria_label="Rates"),
        tables.scroller("Categories", _table(found)),
    )


def _table(found: Measurement) -> Markup:
    heads = (
        "Category",
        "Prompts",
        "Pairs",
        "Teacher",
        "Suspect",
        "Difference, points",
        "p",
        "Unclear",
        "Shown",
    )
    return tables.table(
        "Differences by category; unclear answers are teacher's and suspect's",
        heads,
        [
            (
                sentences.TITLES[each.category],
                wording.whole(each.prompts),
                wording.whole(each.pairs.n),
                wording.whole(each.pairs.teacher),
                wording.whole(each.pairs.suspect),
                _difference(each),
                sentences.p_value(each.adjusted),
                f"{each.teacher_unclear}, {each.suspect_unclear}",
                "yes" if each.shown else "no",
            )
            for each in found.gap.categories
        ],
        numeric=".nnnn.n..",
    )


def _category(each: CategoryGap) -> Markup:
    return join(tag("h3", sentences.TITLES[each.category]), tag("p", sentences.finding(each)), _unclear(each))


def _unclear(each: CategoryGap) -> Child:
    if not each.teacher_unclear and not each.suspect_unclear:
        return None
    return tag(
        "p",
        f"{wording.counted(each.teacher_unclear, 'answer')} of the teacher and {each.suspect_unclear} of the suspect "
        "are missing or cannot be judged. Had they all spoken against a gap, the difference were "
        f"{sentences.points(each.worst_difference)} points, p = {sentences.p_value(each.worst)}.",
        class_="note",
    )


def _judge(found: Measurement) -> Markup:
    rows = [
        (
            "held-back half" if each.held_back else "whole sample",
            _rate(each.missed_refusals),
            _rate(each.false_refusals),
            _rate(each.unclear),
        )
        for each in found.judged.errors
    ]
    return _section(
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


def _method(found: Measurement) -> Markup:
    what = found.what
    rows = [
        ("Prompts", f"{len(what.prompts)} of {', '.join(what.sets)}, each asked {what.samples} ×"),
        ("Digest of the prompts", what.digest),
        ("Digest of the answers", found.judged.head),
        *((side, _name(found, side)) for side in SIDES),
    ]
    return _section(
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


def _name(found: Measurement, side: str) -> str:
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


def _difference(each: CategoryGap) -> str:
    low, high = (sentences.points(end) for end in each.interval)
    return f"{sentences.points(each.pairs.difference)} ({low} to {high})"


def _percent(part: int, total: int) -> str:
    return wording.share(part, total) if total else "–"
