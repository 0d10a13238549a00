"""Two people at one thing: what the second one is shown instead of losing either's work."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


@dataclasses.dataclass(frozen=True, slots=True)
class Conflict:
    """What has become of a thing since somebody looked at it.

    Attributes:
        what: the thing, such as ``case-7``.
        path: its page.
        seen: the version that was looked at.
        version: the present one; what was written can be sent again for it.
        since: what was done in between, oldest first: ``{"ts", "by", "kind", "text"}``.
        now: how it stands, as pairs of a name and a value.
    """

    what: str
    path: str
    seen: int
    version: int
    since: tuple[dict[str, str], ...] = ()
    now: tuple[tuple[str, str], ...] = ()


def case_conflict(ask: Ask, form: Form) -> Conflict:
    """What has become of the case that an action's path names as ``case_id``."""
    return conflict_about(ask, ask.parts["case_id"], form.version)


def conflict_about(ask: Ask, case_id: str, seen: int) -> Conflict:
    """What has become of a case since the version that somebody saw."""
    case = ask.office.cases.get(case_id)
    since = tuple(
        {"ts": step.ts, "by": step.by, "kind": step.kind.value, "text": step.text}
        for step in ask.office.cases.steps(case_id)
        if step.version > seen
    )
    now = (
        ("state", case.state.value),
        ("owner", case.owner or "nobody"),
        ("decision", case.decision.value if case.decision else "none"),
        ("accounts", f"{case.accounts:,}"),
        ("leaked", f"{case.leaked:,}"),
    )
    return Conflict(case.case_id, f"/cases/{case.case_id}", seen, case.version, since, now)
