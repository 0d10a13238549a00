"""How often such a finding is wrong: the innocent models that the same rule judged, and what they can exclude."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.reporting import tables, wording
from stillwatch.reporting.attribution_report.figures import number, share
from stillwatch.reporting.charts.forest_plot import Estimate, forest_plot
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.attribution.combine.conclusion import Conclusion
    from stillwatch.reporting.attribution_report.contents import ReportFile


def error_rate(file: ReportFile) -> Markup:
    """The section."""
    conclusion = file.findings.conclusion
    return tag(
        "section",
        tag("h2", "How often such a finding is wrong", id="rate"),
        tag("p", _lead(conclusion), class_="lead"),
        _needed(conclusion, file.plan.options.rate),
        _drawing(conclusion) if conclusion.controls else None,
        _table(file) if file.findings.judgement.control_results else None,
        aria_labelledby="rate",
    )


def _lead(conclusion: Conclusion) -> str:
    if not conclusion.controls:
        return "No innocent model was judged by the same rule. How often the rule accuses one is not known."
    low, high = conclusion.rate_interval
    return (
        f"{wording.counted(conclusion.controls, 'model')} known to be innocent went through the same rule; "
        f"{wording.whole(conclusion.alarms)} of them would have been accused. The rate of wrong accusations lies "
        f"between {share(low)} and {share(high)} (exact, 95 % confidence), and is at most "
        f"{share(conclusion.rate_upper)} with the same confidence."
    )


def _needed(conclusion: Conclusion, rate: float) -> Child:
    if not conclusion.controls_needed:
        return None
    more = conclusion.controls_needed
    return tag(
        "p",
        f"That is too few: to exclude a rate above {share(rate)}, as the plan asks, "
        f"{wording.counted(more, 'further control')} without an alarm {'is' if more == 1 else 'are'} needed. "
        "Until then nothing is called supported.",
        class_="warning",
    )


def _drawing(conclusion: Conclusion) -> Markup:
    low, high = conclusion.rate_interval
    note = f"{conclusion.alarms} of {conclusion.controls}"
    estimate = Estimate("wrong accusations", conclusion.rate or 0.0, low, high, note)
    return tables.scroller(
        "Rate of wrong accusations",
        forest_plot(
            [estimate],
            title="Rate of wrong accusations",
            description=f"{note} innocent models accused; the interval goes from {share(low)} to {share(high)}.",
            prefix="controls",
        ),
    )


def _table(file: ReportFile) -> Child:
    hard = {each.name: each.hard for each in file.plan.controls}
    about = {each.name: each.about for each in file.plan.controls}
    rows = []
    for name, results in file.findings.judgement.control_results.items():
        strongest = max((each.e for each in results if each.e is not None), default=None)
        units = max((each.units for each in results), default=0)
        rows.append(
            (
                wording.visible(name, 40),
                "hard" if hard.get(name) else "unrelated",
                number(strongest),
                wording.whole(units),
                wording.visible(about.get(name, ""), 200) or "–",
            )
        )
    table = tables.table(
        "Innocent models, each in the suspect's place",
        ("Control", "Kind", "Strongest e-value of a test", "Keyed units", "What it is"),
        rows,
        numeric="..nn.",
    )
    return tables.folded(
        wording.counted(len(rows), "control"),
        tables.scroller("Controls", table),
        open_=len(rows) < tables.SHORTEST_FOLDED,
    )
