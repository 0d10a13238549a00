"""Appeals for people: the queue with its clock, and one appeal on one screen."""

from __future__ import annotations

import dataclasses
import datetime
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch import clock
from stillwatch.casework.appeals.clock import standing
from stillwatch.cli.effects_view import progress_lines
from stillwatch.cli.output import table, terminal_width
from stillwatch.reporting import wording

if TYPE_CHECKING:
    from stillwatch.casework.effects.progress import Progress
    from stillwatch.core.appeal import Appeal

_HEAD: Final = ("appeal", "state", "clock", "due", "account", "case", "owner")
_NONE: Final = "–"


def appeals_table(appeals: Sequence[Appeal]) -> str:
    """Appeals as a table."""
    now = clock.now()
    rows = [
        (
            appeal.appeal_id,
            appeal.state.value if appeal.outcome is None else appeal.outcome.value,
            standing(appeal, now).value,
            due_words(appeal, now),
            wording.visible(appeal.account_id, 40),
            appeal.case_id or _NONE,
            appeal.owner or _NONE,
        )
        for appeal in appeals
    ]
    return table(_HEAD, rows) if rows else "no appeal is like that"


def due_words(appeal: Appeal, now: datetime.datetime) -> str:
    """How long somebody still has, or by how much it is late."""
    if not appeal.waiting:
        return _NONE
    left = (datetime.datetime.fromisoformat(appeal.due_ts) - now).total_seconds()
    words = wording.duration(abs(left))
    return f"in {words}" if left >= 0 else f"{words} late"


def appeal_lines(appeal: Appeal, involved: Mapping[str, str], found: Sequence[Progress]) -> str:
    """One appeal on one screen: what is asked, how long there is, who cannot answer, what came of it."""
    now = clock.now()
    head = f"{appeal.appeal_id}  version {appeal.version}  {appeal.state}"
    lines = [
        head + (f": {appeal.outcome}" if appeal.outcome else "") + f"  owner {appeal.owner or _NONE}",
        f"  account {wording.visible(appeal.account_id, 80)}; against {appeal.case_id or 'a measure without a case'}",
        f"  received {appeal.received_ts[:19]}Z from {appeal.filed_by}"
        + (f" as {wording.visible(appeal.reference, 60)}" if appeal.reference else ""),
        f"  due {appeal.due_ts[:19]}Z, {due_words(appeal, now)}; clock: {standing(appeal, now)}",
    ]
    if appeal.earlier:
        lines.append(f"  {wording.counted(appeal.earlier, 'appeal')} about the same before this one")
    if appeal.escalated_ts:
        lines.append(f"  before counsel since {appeal.escalated_ts[:19]}Z, sent by {appeal.escalated_by}")
    lines += ["", "what the account holder says"]
    for paragraph in appeal.words.splitlines():
        lines += [
            f"  {line}" for line in textwrap.wrap(wording.visible(paragraph, 8_000), terminal_width() - 2)
        ]
    if appeal.waiting and involved:
        lines += ["", "cannot answer it, because they had a part"]
        lines += [f"  {name} {did}" for name, did in sorted(involved.items())]
    if appeal.outcome is not None:
        reach = f", for the {appeal.reach}" if appeal.reach else ""
        lines += ["", f"{appeal.outcome}{reach} by {appeal.decided_by}, {(appeal.decided_ts or '')[:19]}Z"]
        lines.append(f"  {wording.visible(appeal.reason, 1_000)}")
    if found:
        lines += ["", "taken back", *progress_lines(found)]
    return "\n".join(lines)


def as_json(appeal: Appeal) -> dict[str, Any]:
    """An appeal for programs, with how it stands with its clock."""
    return dataclasses.asdict(appeal) | {"clock": standing(appeal, clock.now()).value}
