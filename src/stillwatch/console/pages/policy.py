"""Policy: the rules, what each does now beside what it would do, and what waits for a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Page, Section, View
from stillwatch.console.policy import acts
from stillwatch.console.policy.desk import policy_desk
from stillwatch.console.policy.rules import rules_of
from stillwatch.enforcement.policy_check import check

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.enforcement.policy_desk import PolicyDesk, Promotable


def show(ask: Ask) -> View:
    """The policy in force."""
    desk = policy_desk(ask.office)
    data: dict[str, Any] = {
        "there": desk.path.is_file(),
        "file": desk.path.name,
        "version": desk.digest(),
        "has_draft": desk.draft(ask.person.name) is not None,
        "may_change": ask.can(Act.DECIDE_CASES),
        "may_approve": ask.can(Act.ANSWER_APPROVALS),
        "person": ask.person.name,
        "rules": [],
        "mistakes": [],
        "asked": [],
        "allow_list": [],
        "restricted": [],
        "brakes": None,
    }
    return View(data=data | _read(ask, desk) if data["there"] else data)


def _read(ask: Ask, desk: PolicyDesk) -> dict[str, Any]:
    policy, mistakes = check(desk.path)
    waiting = desk.asked()
    return {
        "rules": rules_of(ask, policy, waiting),
        "mistakes": [
            {"line": m.line, "code": m.code, "message": m.message, "hint": m.hint, "fatal": m.fatal}
            for m in mistakes
            if m.fatal
        ],
        "asked": [_asked(ask, each) for each in waiting],
        "brakes": {"accounts": policy.brakes.accounts, "traffic": policy.brakes.traffic},
        "allow_list": [
            {"scope": e.scope.value, "value": e.value, "owner": e.owner, "reason": e.reason}
            for e in policy.essential
        ],
        "restricted": sorted(policy.restricted),
    }


def _asked(ask: Ask, each: Promotable) -> dict[str, Any]:
    approval = each.approval
    return {
        "approval": approval.approval_id,
        "rule": each.rule_id,
        "by": approval.asked_by,
        "asked_ts": approval.asked,
        "lapses_ts": approval.lapses,
        "as_it_stands": each.as_it_stands,
        "own": approval.asked_by == ask.person.name,
    }


def waiting(ask: Ask) -> int | None:
    """How many rules wait for a second person."""
    return len(policy_desk(ask.office).asked()) or None


PAGE: Final = Page(
    name="policy",
    path="/policy",
    title="Policy",
    handler=show,
    section=Section.ACT,
    order=10,
    letter="p",
    badge=waiting,
    actions=(
        Action(path="/policy/draft", act=Act.DECIDE_CASES, handler=acts.keep, reason=False),
        Action(path="/policy/drop", act=Act.DECIDE_CASES, handler=acts.drop, reason=False),
        Action(path="/policy/save", act=Act.DECIDE_CASES, handler=acts.save, conflict=acts.conflict),
        Action(path="/policy/restore", act=Act.DECIDE_CASES, handler=acts.restore, conflict=acts.conflict),
        Action(path="/policy/backtest", act=Act.READ_CASES, handler=acts.try_out, reason=False),
        Action(path="/policy/promote", act=Act.ASK_APPROVALS, handler=acts.ask_promotion),
        Action(path="/policy/agree", act=Act.ANSWER_APPROVALS, handler=acts.agree),
        Action(path="/policy/refuse", act=Act.ASK_APPROVALS, handler=acts.refuse),
        Action(path="/policy/demote", act=Act.DECIDE_CASES, handler=acts.demote),
    ),
)
