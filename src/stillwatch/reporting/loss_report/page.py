"""The loss estimate as one file that loads nothing: what was taken, what it cost, what that rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.attribution.loss.estimate import COMPUTES, MARKING
from stillwatch.attribution.loss.leak_curve import REFERENCE_GPU_HOURS
from stillwatch.attribution.loss.parts.contract import Side
from stillwatch.reporting import tables, wording
from stillwatch.reporting.charts.share_curves import Band, Mark, share_curves
from stillwatch.reporting.charts.step_curve import Curve, legend
from stillwatch.reporting.charts.tornado import Bar, tornado
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.loss_report.assumption_table import assumption_list
from stillwatch.reporting.loss_report.figures import HANDLING, between, money, shares
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from stillwatch.attribution.loss.estimate import Estimate, PartEstimate, Swing

MOST_BARS: Final = 10
SMALLEST_BAR: Final = 0.01
"""Of the widest; what moves a total less than that is not worth a line."""
_READING: Final = (
    (
        "The lab's costs add up. The values to the copier do not: they say the same thing in different ways, "
        "and none of them is a cost of the lab. They are there because damages and policy are argued from them."
    ),
    (
        "An interval covers what the assumptions leave open, each drawn by itself. It does not cover what the "
        "model leaves out: harm by a copy without safeguards, loss of trust, and what others learn from the copy."
    ),
    (
        "How much of a capability leaks depends on the answers taken and on the copier's compute. No public "
        "measurement fixes either for a capability of yours; `make bench NAME=attribution` measures both, in small."
    ),
)


def render_loss(found: Estimate) -> str:
    """The page as text, to be written as UTF-8 without changing its line ends."""
    return document(f"{MARKING} · Loss estimate · Stillwatch", stylesheet("figures", "loss"), _body(found))


def _body(found: Estimate) -> Markup:
    return join(
        tag("a", "Skip to the figures", href="#findings", class_="skip"),
        tag(
            "header",
            tag("p", tag("span", MARKING, class_="chip attack"), " ", HANDLING, class_="internal"),
            tag("h1", "What was taken, and what it cost"),
            tag(
                "p",
                f"An estimate of {found.made_on}, from {wording.visible(found.taken.where, 80)}.",
                class_="period",
            ),
            class_="masthead",
        ),
        tag(
            "main",
            _glance(found),
            _parts(found),
            _swings(found),
            _curves(found),
            _section("Every assumption", "assumptions", assumption_list(found)),
            _reading(found),
            id="findings",
            tabindex=-1,
        ),
        tag("footer", tag("p", HANDLING, class_="note")),
    )


def _section(title: str, name: str, *children: Child) -> Markup:
    return tag("section", tag("h2", title, id=name), children, aria_labelledby=name)


def _glance(found: Estimate) -> Markup:
    taken = found.taken
    missing = [each for each in found.parts if each.missing]
    facts: list[tuple[str, Child, Child]] = [
        (
            "Cost to the lab",
            money(found.total.median),
            f"{money(found.total.low)} to {money(found.total.high)}",
        ),
        ("Capability leaked", shares(found.leaked), "of what was copied, 90 % interval"),
        ("Answers taken", wording.whole(taken.exchanges), _before(found)),
        ("Accounts", wording.whole(taken.accounts), wording.counted(taken.campaigns, "campaign")),
    ]
    if found.total_if_stopped is not None:
        stopped = found.total_if_stopped
        facts.append(("Had it ended at the first alarm", money(stopped.median), "cost to the lab"))
    return _section(
        "At a glance",
        "glance",
        tables.facts(facts),
        [
            tag(
                "p",
                f"Not in it: {each.title.lower()}, because nobody has set {_listed(each.missing)}.",
                class_="warning",
            )
            for each in missing
        ],
    )


def _parts(found: Estimate) -> Markup:
    heads = ("Part", "Amount", "Had it ended at the first alarm", "Worked out as")
    lab = [each for each in found.parts if each.side is Side.LAB]
    copier = [each for each in found.parts if each.side is Side.COPIER]
    total = (
        "All of these",
        between(found.total),
        "–" if found.total_if_stopped is None else between(found.total_if_stopped),
        "",
    )
    return _section(
        "Part by part",
        "parts",
        tag("p", "Middle, and the interval that 90 % of the draws lie in."),
        tables.scroller(
            "Cost to the lab", tables.table("What it cost the lab", heads, [*map(_row, lab), total])
        ),
        tables.scroller(
            "Worth to the copier",
            tables.table("What it was worth to the copier; not to be added up", heads, map(_row, copier)),
        ),
    )


def _row(each: PartEstimate) -> tuple[Child, Child, Child, Child]:
    amount = tables.muted("not estimated") if each.amount is None else between(each.amount)
    return each.title, amount, "–" if each.if_stopped is None else between(each.if_stopped), each.formula


def _swings(found: Estimate) -> Markup:
    return _section(
        "What moves it most",
        "swings",
        tag(
            "p",
            "Each assumption alone, all others at their medians: blue where it is at its 5 % value, brown at its 95 %.",
        ),
        tag("h3", "Cost to the lab"),
        _tornado(found.swings, found.middle, "the cost to the lab", "lab"),
        tag("h3", "Replacement cost of the capability"),
        _tornado(found.copier_swings, found.copier_middle, "the replacement cost", "copier"),
    )


def _tornado(swings: tuple[Swing, ...], middle: float, what: str, prefix: str) -> Markup:
    shown = [each for each in swings[:MOST_BARS] if each.width >= SMALLEST_BAR * swings[0].width]
    if not shown:
        return tag("p", "Nothing moves it.")
    bars = [Bar(_words(each.name), each.at_low, each.at_high) for each in shown]
    told = "; ".join(f"{each.name} {money(each.at_low)} to {money(each.at_high)}" for each in bars)
    drawing = tornado(
        bars,
        middle,
        written=money,
        title=f"How far {what} moves with each assumption",
        description=f"Around {money(middle)}: {told}.",
        prefix=prefix,
    )
    return tag("div", drawing, class_="scroll", tabindex=0, role="group", aria_label=f"Tornado of {what}")


def _curves(found: Estimate) -> Markup:
    bands = [
        Band(f"{hours:,.0f} H100 hours", each.points)
        for hours, each in zip(COMPUTES, found.curves, strict=True)
    ]
    marks = [Mark("taken", found.taken.exchanges)]
    before = found.taken.before_alarm
    if before is not None and before > 0:
        marks.insert(0, Mark("first alarm", before))
    drawing = share_curves(
        bands,
        marks if before != found.taken.exchanges else marks[-1:],
        shaded=COMPUTES.index(REFERENCE_GPU_HOURS),
        title="Capability leaked by answers taken and by the copier's compute",
        description=(
            "Middle of the draws for four amounts of training compute, each rising from nothing to what a copy "
            f"can reach; at {wording.whole(found.taken.exchanges)} answers the copy has {shares(found.leaked)}."
        ),
        axis="answers taken",
        prefix="leak",
    )
    return _section(
        "How much of the capability leaked",
        "leak",
        tag(
            "p",
            "A curve for each amount of the copier's training compute; the band is that of "
            f"{REFERENCE_GPU_HOURS:g} H100 hours.",
        ),
        tag("div", drawing, class_="scroll", tabindex=0, role="group", aria_label="Capability leaked"),
        legend([Curve(band.name, ()) for band in bands]),
    )


def _reading(found: Estimate) -> Markup:
    return _section(
        "How to read this",
        "reading",
        tag("ul", [tag("li", each) for each in _READING]),
        tag(
            "p",
            f"{wording.whole(found.draws)} draws, seed {found.seed}: the same input gives the same figures.",
            class_="note",
        ),
    )


def _before(found: Estimate) -> str:
    before = found.taken.before_alarm
    return "first alarm not known" if before is None else f"{wording.whole(before)} before the first alarm"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"“{_words(each)}”" for each in names)
