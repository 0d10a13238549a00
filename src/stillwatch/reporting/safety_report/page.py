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
from stillwatch.reporting.safety_report.grounds import judge_section, method_section, name_of, section

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.comparison import CategoryGap
    from stillwatch.reporting.safety_report.measurement import Measurement

_SHORT: Final = {
    Category.DIRECT_HARM: "harm, direct",
    Category.JAILBREAK: "harm, jailbreak",
    Category.BENIGN: "over-refusal",
    Category.AGENT_HIJACK: "hijacked",
}


def render_safety(found: Measurement) -> str:
    """The page as text, to be written as UTF-8 without changing its line ends."""
    return document("Safety gap · Stillwatch", stylesheet("figures"), _body(found))


def _body(found: Measurement) -> Markup:
    names = " and ".join(name_of(found, side) for side in reversed(SIDES))
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
            section("Category by category", "categories", [_category(each) for each in found.gap.categories]),
            judge_section(found),
            method_section(found),
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


def _summary(found: Measurement) -> Markup:
    changed = [
        f"The {side} became another model while it was asked ({model.changed}); what it said afterwards does not count."
        for side, model in found.judged.models.items()
        if model.changed
    ]
    cautions = [*changed, *sentences.cautions(found.gap, found.judged.errors)]
    return section(
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
    return section(
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


def _difference(each: CategoryGap) -> str:
    low, high = (sentences.points(end) for end in each.interval)
    return f"{sentences.points(each.pairs.difference)} ({low} to {high})"


def _percent(part: int, total: int) -> str:
    return wording.share(part, total) if total else "–"
