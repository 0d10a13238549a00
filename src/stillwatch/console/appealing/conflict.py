"""What has become of an appeal since somebody looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.console.conflicts import Conflict

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def appeal_conflict(ask: Ask, form: Form) -> Conflict:
    """The appeal that an action's path names as ``appeal_id``, now and as it was seen."""
    appeal = AppealReader(ask.office.records.database).get(ask.parts["appeal_id"])
    now = (
        ("state", appeal.state.value),
        ("owner", appeal.owner or "nobody"),
        ("outcome", appeal.outcome.value if appeal.outcome else "none"),
        ("before counsel", "yes" if appeal.escalated_ts else "no"),
    )
    return Conflict(appeal.appeal_id, f"/appeals/{appeal.appeal_id}", form.version, appeal.version, (), now)
