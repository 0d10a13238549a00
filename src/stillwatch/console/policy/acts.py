"""What is done to the policy from the console: kept as a draft, saved, put back, promoted by two, put into shadow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.console.conflicts import Conflict
from stillwatch.console.contract import Done, Undo
from stillwatch.console.policy.desk import policy_desk
from stillwatch.console.policy.tryouts import run
from stillwatch.enforcement.policy_files import digest_of

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form

HOME: Final = "/policy"
EDITOR: Final = "/policy/edit"


def keep(ask: Ask, form: Form) -> Done:
    """Keep what the person is writing, and check it; nothing is in force because of it."""
    policy_desk(ask.office).keep(form.text("text"), ask.person.name)
    return Done(EDITOR)


def drop(ask: Ask, form: Form) -> Done:  # noqa: ARG001 - every action takes one
    """Throw the draft away; it can be had back at once."""
    desk = policy_desk(ask.office)
    text = desk.draft(ask.person.name)
    desk.drop(ask.person.name)
    undo = None if text is None else Undo("/policy/draft", {"text": text}, "Get it back")
    return Done(HOME, "Your draft is gone.", undo)


def save(ask: Ask, form: Form) -> Done:
    """Put the person's draft in place of the policy."""
    desk = policy_desk(ask.office)
    text = form.text("text") or desk.draft(ask.person.name) or ""
    desk.keep(text, ask.person.name)
    before = desk.save(text, form.text("seen"), by=ask.person.name, reason=form.reason)
    return Done(HOME, "The policy was saved. Rules that changed are in shadow.", _back(desk.digest(), before))


def restore(ask: Ask, form: Form) -> Done:
    """Put back what the policy said before."""
    desk = policy_desk(ask.office)
    before = desk.restore(form.needed("digest"), form.text("seen"), by=ask.person.name, reason=form.reason)
    return Done(HOME, "The policy says what it said before.", _back(desk.digest(), before))


def try_out(ask: Ask, form: Form) -> Done:
    """Run a back-test; nothing of it takes effect."""
    of = "draft" if form.text("of") == "draft" else "current"
    run(ask, of)
    return Done(f"/policy/backtest?of={of}")


def ask_promotion(ask: Ask, form: Form) -> Done:
    """Ask a second person to let a rule act."""
    rule = form.needed("rule")
    approval = policy_desk(ask.office).ask(rule, by=ask.person.name, reason=form.reason)
    undo = Undo("/policy/refuse", {"approval": approval, "reason": "asked by mistake"}, "Take it back")
    return Done(HOME, f"“{rule}” acts as soon as a reviewer agrees.", undo)


def agree(ask: Ask, form: Form) -> Done:
    """Let a rule act, as the second person."""
    rule = policy_desk(ask.office).agree(form.needed("approval"), by=ask.person.name, reason=form.reason)
    undo = Undo("/policy/demote", {"rule": rule, "reason": "promoted by mistake"}, "Back into shadow")
    return Done(HOME, f"“{rule}” acts from the node's next look on.", undo)


def refuse(ask: Ask, form: Form) -> Done:
    """Turn a promotion down, or take one's own back."""
    policy_desk(ask.office).refuse(form.needed("approval"), by=ask.person.name, reason=form.reason)
    return Done(HOME, "The rule stays in shadow.")


def demote(ask: Ask, form: Form) -> Done:
    """Put a rule back into shadow."""
    rule = form.needed("rule")
    policy_desk(ask.office).demote(rule, by=ask.person.name, reason=form.reason)
    said = f"“{rule}” only simulates now. What it decided stays until it is lifted."
    return Done(HOME, said)


def conflict(ask: Ask, form: Form) -> Conflict:  # noqa: ARG001 - every action takes one
    """What the policy says now, for somebody whose draft was written from an earlier one."""
    desk = policy_desk(ask.office)
    entries = [each.entry for each in ask.office.ledger.about("policy")][-5:]
    since = tuple(
        {
            "ts": each.ts,
            "by": each.by,
            "kind": each.kind.removeprefix("policy-"),
            "text": str(each.details.get("reason", each.details.get("rule", ""))),
        }
        for each in entries
    )
    return Conflict("The policy", EDITOR, 1, 1, since, (("its text begins", desk.digest()[:12]),))


def _back(seen: str, before: str) -> Undo | None:
    """What puts the earlier text back; nothing where there was none."""
    if before == digest_of(""):
        return None
    return Undo("/policy/restore", {"digest": before, "seen": seen, "reason": "saved by mistake"})
