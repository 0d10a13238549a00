"""The parts of ``score.html``: each takes a score and gives one section of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stillwatch.range.score import words
from stillwatch.range.score.alarms import curve, together
from stillwatch.range.score.breakdown import UNKNOWN, Row, dilution_names, size_names
from stillwatch.reporting import tables, wording
from stillwatch.reporting.charts.forest_plot import Estimate, forest_plot
from stillwatch.reporting.charts.heat_map import Heat, heat_map
from stillwatch.reporting.charts.step_curve import Curve, legend, step_curve
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.range.score.figures import Score


def warnings(score: Score) -> list[Markup]:
    """What was taken for something else, before any figure."""
    return [tag("p", tag("strong", "Note. "), f"{each}.", class_="warning") for each in score.warnings]


def figures(score: Score, prefix: str) -> Markup:
    """The figures of the run with their exact intervals."""
    shares = (
        ("Precision", "accounts called attack that are", score.precision),
        ("Recall", "attack accounts that were called attack", score.recall),
        ("False positive rate", "honest accounts called attack", score.fpr),
        ("On watch", "honest accounts on watch", score.watched),
        ("Campaigns found, half", "at least half of the members called attack", score.detected.half),
        ("Campaigns found, any", "at least one member", score.detected.any),
        ("Campaigns found, five", "at least five members", score.detected.five),
        ("Large campaigns, half", "campaigns of 20 accounts or more", score.detected.half_of_large),
    )
    listing = tables.table(
        "With exact 95 % intervals",
        ("Figure", "Value", "Count", "Interval", "At most", "Of what"),
        (
            (
                name,
                words.rate(share.value),
                words.of(share),
                words.interval(share),
                words.rate(share.upper),
                what,
            )
            for name, what, share in shares
        ),
        numeric=".nnnn.",
    )
    return _section(prefix, "figures", "Figures", tables.facts(_facts(score)), _scroll("Figures", listing))


def leaked(score: Score, prefix: str) -> Markup:
    """How far campaigns had come when they were first alarmed."""
    if score.leaks is None:
        return _section(
            prefix, "leaked", "Leaked before the first alarm", tag("p", "Times of exchanges were not given.")
        )
    if not score.leaks:
        return _section(
            prefix, "leaked", "Leaked before the first alarm", tag("p", "This world has no campaign.")
        )
    classes = (together(score.leaks), *score.leaked_by_dilution())
    by_class = tables.table(
        "Harvest exchanges up to the first alarm; without an alarm, all of them",
        ("Campaigns", "Number", "Median", "95th percentile", "Never alarmed"),
        (
            (
                each.name,
                wording.whole(each.campaigns),
                words.number(each.median),
                words.number(each.p95),
                wording.whole(each.never),
            )
            for each in classes
        ),
        numeric=".nnnn",
    )
    return _section(
        prefix,
        "leaked",
        "Leaked before the first alarm",
        _beside(
            tag("div", alarm_curves({"this run": score}, prefix)),
            _scroll("Leaked exchanges by dilution", by_class),
        ),
        tables.folded("Each campaign", _scroll("Leaked exchanges by campaign", _campaign_table(score))),
    )


def alarm_curves(scores: Mapping[str, Score], prefix: str) -> Child:
    """The share of campaigns alarmed by their n-th leaked exchange, a curve a run."""
    curves = [Curve(name, curve(score.leaks)) for name, score in scores.items() if score.leaks]
    if not curves:
        return None
    ends = ", ".join(
        f"{each.name}: {words.rate(each.steps[-1][1] if each.steps else 0.0)}" for each in curves[:6]
    )
    drawing = step_curve(
        curves,
        title="Campaigns alarmed by the number of leaked exchanges",
        description=f"Share of all campaigns with an alarm in the end: {ends}. The table has the figures.",
        axis="harvest exchanges leaked before the first alarm",
        prefix=prefix,
    )
    more = len(curves) - 6
    return [
        tag("h3", "Share of campaigns alarmed"),
        legend(curves),
        _scroll("Alarm curves", drawing),
        tag("p", f"{more} further runs are in the table only.", class_="note") if more > 0 else None,
    ]


def recall_map(score: Score, prefix: str) -> Markup | None:
    """Recall against dilution and size of the campaign."""
    if not score.grid:
        return None
    cells = {
        (cell.dilution, cell.size): Heat(
            cell.share.value or 0.0, words.rate(cell.share.value), words.of(cell.share)
        )
        for cell in score.grid
    }
    rows = [*dilution_names(), UNKNOWN]
    used = {row for row, _ in cells}
    drawing = heat_map(
        "Share of the members that were called attack; – where there is no such campaign",
        "Dilution",
        [row for row in rows if row in used],
        size_names(),
        cells,
    )
    return _section(
        prefix,
        "map",
        "Recall against dilution and size",
        tag(
            "p",
            "Down: the share of honest traffic that members mix in. Across: accounts of the campaign.",
            class_="lead",
        ),
        _scroll("Recall by dilution and size", drawing),
    )


def false_accusations(score: Score, prefix: str) -> Markup | None:
    """False positive rate of each archetype as a forest plot, and the same as a table."""
    if not score.archetypes:
        return None
    estimates = [
        Estimate(
            row.name, row.share.value or 0.0, row.share.low or 0.0, row.share.high or 0.0, words.of(row.share)
        )
        for row in score.archetypes
    ]
    accused = [row for row in score.archetypes if row.share.part]
    named = ", ".join(f"{row.name} {words.of(row.share)}" for row in accused) or "none"
    drawing = forest_plot(
        estimates,
        title="False positive rate by archetype",
        description=f"Archetypes with accused accounts: {named}. The table below gives the figures.",
        prefix=prefix,
    )
    return _section(
        prefix,
        "honest",
        "False accusations by archetype",
        tag(
            "p",
            "Honest accounts called attack. A ring is a rate of zero; the line is the exact 95 % interval, "
            "long where the archetype has few accounts. The axis is that of the square root.",
            class_="lead",
        ),
        _scroll("False positive rate by archetype", drawing),
        tables.folded(
            "The same as a table", _scroll("By archetype", _share_table("Archetype", score.archetypes))
        ),
    )


def recall_tables(score: Score, prefix: str) -> Markup | None:
    """Recall by family, tactic, size and dilution."""
    if not score.families:
        return None
    parts = (
        ("Family", score.families),
        ("Tactic", score.tactics),
        ("Accounts of the campaign", score.sizes),
        ("Dilution", score.dilutions),
    )
    return _section(
        prefix,
        "recall",
        "Recall by kind of campaign",
        _beside(*(_scroll(f"Recall by {name.lower()}", _share_table(name, rows)) for name, rows in parts)),
    )


def _facts(score: Score) -> list[tuple[str, Child, Child]]:
    leaks = None if score.leaks is None else together(score.leaks)
    median = words.number(leaks.median if leaks else None)
    p95 = words.number(leaks.p95 if leaks else None)
    return [
        ("Precision", words.rate(score.precision.value), words.of(score.precision)),
        ("Recall", words.rate(score.recall.value), words.of(score.recall)),
        ("False positives", words.rate(score.fpr.value), f"at most {words.rate(score.fpr.upper)}"),
        ("Campaigns found", words.of(score.detected.half), "half of their members"),
        ("Leaked, median", median, f"95th percentile {p95}"),
        (
            "Grouping",
            words.figure(score.agreement.f1),
            f"pairwise F1; adjusted Rand {words.figure(score.agreement.rand)}",
        ),
        ("Ranking", words.figure(score.average_precision), f"AP; AUROC {words.figure(score.area)}"),
        (
            "Wall time",
            words.NONE if score.seconds is None else wording.duration(score.seconds),
            "as the run says",
        ),
    ]


def _campaign_table(score: Score) -> Markup:
    return tables.table(
        "Each campaign",
        ("Campaign", "Dilution", "Leaked", "Of", "First alarm"),
        (
            (
                tables.account(leak.campaign_id),
                words.rate(leak.dilution),
                wording.whole(leak.leaked),
                wording.whole(leak.harvest),
                _alarm(leak.alarm_ms),
            )
            for leak in score.leaks or ()
        ),
        numeric=".nnn.",
    )


def _alarm(milliseconds: int | None) -> Markup:
    if milliseconds is None:
        return tables.muted("none")
    import datetime as dt

    return tables.moment(dt.datetime.fromtimestamp(milliseconds / 1000, dt.UTC).isoformat())


def _share_table(head: str, rows: Sequence[Row]) -> Markup:
    return tables.table(
        f"By {head.lower()}",
        (head, "Share", "Count", "95 % interval"),
        (
            (
                wording.visible(row.name),
                words.rate(row.share.value),
                words.of(row.share),
                words.interval(row.share),
            )
            for row in rows
        ),
        numeric=".nnn",
    )


def _beside(*children: Child) -> Markup:
    """Children side by side where there is room."""
    return tag("div", children, class_="beside")


def _scroll(label: str, *children: Child) -> Markup:
    return tables.scroller(label, *children)


def _section(prefix: str, name: str, title: str, *children: Child) -> Markup:
    place = f"{prefix}-{name}"
    return tag("section", tag("h2", title, id=place), children, aria_labelledby=place, class_="figures")
