"""What was asked of whom, what came back, and by which rules it would have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.reporting import tables, wording
from stillwatch.reporting.attribution_report.figures import share
from stillwatch.reporting.markup import Markup, tag

if TYPE_CHECKING:
    from stillwatch.attribution.archive.standing import ModelLine
    from stillwatch.reporting.attribution_report.contents import ReportFile


def questioning(file: ReportFile) -> Markup:
    """The section."""
    plan = file.plan
    hard = {each.name: each.hard for each in plan.models}
    rows = [
        (
            wording.visible(line.name, 40),
            f"{line.side}, hard" if hard.get(line.name) else line.side,
            f"{wording.whole(line.answered)} of {wording.whole(line.asked)}",
            wording.whole(line.cut_off),
            wording.whole(line.declined),
            wording.whole(line.set_aside),
            wording.visible(line.served, 80) or "–",
            _state(line),
        )
        for line in file.findings.models
    ]
    table = tables.table(
        "Answers, model by model",
        ("Model", "Side", "Answers", "Cut off", "Declined", "Set aside", "Calls itself", "Still the same"),
        rows,
        numeric="..nnnn..",
    )
    return tag(
        "section",
        tag("h2", "What was asked", id="asked"),
        tag("p", _rules(file), class_="lead"),
        tables.folded(
            wording.counted(len(rows), "model"),
            tables.scroller("Models", table),
            open_=len(rows) < tables.SHORTEST_FOLDED,
        ),
        aria_labelledby="asked",
    )


def _rules(file: ReportFile) -> str:
    plan, stopping = file.plan, file.plan.stopping
    return (
        f"{wording.counted(len(plan.prompts), 'prompt')}, chosen without a look at any key, put to every model in one "
        "order by lot. Everything planned was asked and judged once; nothing was stopped early for what it showed. "
        f"Whether a model stayed the same was seen by {wording.counted(len(plan.sentinels), 'prompt')} asked again "
        f"every {wording.whole(stopping.sentinel_every)} answers; one that did not change is taken for changed with a "
        f"chance of at most {share(stopping.drift)}. Where the suspect gives less than {share(stopping.least_usable)} "
        "of its answers there is no verdict."
    )


def _state(line: ModelLine) -> str:
    if line.changed:
        return f"no: {wording.visible(line.changed, 200)}"
    return "as far as seen" if line.complete else "run not ended"
