"""What people did about the case, as sections of ``case.html``: history, tasks, related cases, what left the lab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from stillwatch.reporting.case_export.contents import CaseFile

_LONGEST_TEXT: Final = 2000


def history_section(file: CaseFile) -> Markup:
    """Every step, the tasks, and cases that share evidence with it."""
    steps = tables.table(
        "Everything that was done about the case, oldest first",
        ("When", "Who", "What", "In words"),
        (
            (
                tables.moment(step.ts),
                wording.visible(step.by),
                step.kind.value,
                wording.visible(step.text, _LONGEST_TEXT) if step.text else tables.muted("–"),
            )
            for step in file.steps
        ),
    )
    return tag(
        "section",
        tag("h2", "History", id="history"),
        tag("div", tables.scroller("History", steps), class_="steps"),
        _tasks(file),
        _related(file),
        aria_labelledby="history",
    )


def _tasks(file: CaseFile) -> Child:
    if not file.tasks:
        return None
    rows = [
        (
            wording.visible(task.text, 300),
            wording.visible(task.assignee) if task.assignee else tables.muted("the case's owner"),
            tables.moment(task.due_ts, absent="no date"),
            tables.moment(task.done_ts, absent="not yet"),
        )
        for task in file.tasks
    ]
    return tables.scroller("Tasks", tables.table("Tasks", ("Task", "Whose", "Due", "Done"), rows))


def _related(file: CaseFile) -> Child:
    if not file.related:
        return None
    items: Sequence[Child] = [
        tag("li", tag("strong", each.case_id), ": ", "; ".join(wording.visible(s, 200) for s in each.shared))
        for each in file.related
    ]
    return [tag("h3", "Cases that share evidence with it"), tag("ul", items)]


def disclosures_section(file: CaseFile) -> Markup | None:
    """What was asked to leave the lab because of the case; None where nothing was."""
    if not file.disclosures:
        return None
    listing = tables.table(
        "What was asked to leave the lab because of this case",
        ("Disclosure", "To", "Marking", "Stands", "Indicators", "Asked by", "Released"),
        (
            (
                tag("code", each.disclosure_id),
                wording.visible(each.destination),
                f"TLP:{each.marking.value.upper()}",
                each.stage.value,
                wording.whole(len(each.indicators)),
                wording.visible(each.requested_by),
                tables.moment(each.released_ts, absent="no"),
            )
            for each in file.disclosures
        ),
        numeric="....n..",
    )
    return tag(
        "section",
        tag("h2", "Disclosures", id="disclosures"),
        tables.scroller("Disclosures", listing),
        aria_labelledby="disclosures",
    )
