"""Editing the policy: a draft of one's own, checked as it is written, beside what it would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Page, View
from stillwatch.console.policy.desk import policy_desk
from stillwatch.console.policy.tryouts import known
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.policy_diff import differences
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.enforcement.policy_desk import PolicyDesk

FIRST: Final = """\
version: 1
brakes: {accounts: 0.01, traffic: 0.05}
rules:
  - id: stop-attack
    when: verdict == 'attack' && score >= 0.95
    action: block
    ttl: 3d
    reason: Member of a campaign that detection is sure of.
"""


def show(ask: Ask) -> View:
    """The person's draft, or the policy to begin from."""
    desk = policy_desk(ask.office)
    draft = desk.draft(ask.person.name)
    mistakes, rules = _checked(ask, desk)
    usable = not any(each["fatal"] for each in mistakes)
    text = draft if draft is not None else desk.text() or FIRST
    tried = known(ask, "draft") if usable and (draft is not None or desk.path.is_file()) else None
    return View(
        data={
            "text": text,
            "lines": text.count("\n") + 1,
            "has_draft": draft is not None,
            "seen": desk.digest(),
            "mistakes": mistakes,
            "usable": usable,
            "rules": rules,
            "changes": _changes(desk, ask.person.name) if usable else [],
            "tried": None
            if tried is None
            else {
                "caught": len(tried.hits["caught"]),
                "innocent": len(tried.hits["innocent hit"]),
                "handled": len(tried.hits["already handled"]),
            },
        }
    )


def _checked(ask: Ask, desk: PolicyDesk) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is wrong with the draft, and its rules with the mode each would be in."""
    path = desk.draft_file(ask.person.name)
    if not path.is_file():
        return [], []
    try:
        policy, mistakes = desk.checked(ask.person.name)
    except StillwatchError as error:
        line = error.where.rpartition(":")[2]
        told = {"line": int(line) if line.isdecimal() else 1, "code": error.code, "message": error.message}
        return [told | {"hint": error.hint, "fatal": True}], []
    return (
        [
            {"line": m.line, "code": m.code, "message": m.message, "hint": m.hint, "fatal": m.fatal}
            for m in mistakes
        ],
        [
            {"rule": r.rule_id, "mode": r.mode.value, "action": r.action.value, "line": r.line}
            for r in policy.rules
        ],
    )


def _changes(desk: PolicyDesk, by: str) -> list[dict[str, Any]]:
    """What saving the draft would change."""
    path = desk.draft_file(by)
    if path == desk.path or not desk.path.is_file():
        return []
    try:
        found = differences(Policy.load(desk.path), Policy.load(path))
    except StillwatchError:
        return []
    return [
        {"where": each.where, "what": each.what, "before": each.before, "after": each.after} for each in found
    ]


PAGE: Final = Page(
    name="policy_edit",
    path="/policy/edit",
    title="Edit the policy",
    handler=show,
    under="/policy",
    act=Act.DECIDE_CASES,
)
