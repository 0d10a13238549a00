"""What is done to decisions from the console: taken, lifted, taken again, approved, refused; all by their desk."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.console.contract import Done, Undo
from stillwatch.console.desks import decisions_desk
from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.enforcement.desk import Selection
from stillwatch.enforcement.drafts import Draft, broad
from stillwatch.enforcement.entries import entries
from stillwatch.enforcement.moments import duration_of, seconds_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form
    from stillwatch.enforcement.desk import Desk
    from stillwatch.enforcement.store import DecisionStore

HOME: Final = "/decisions"
MOST_UNDONE: Final = 200
"""More lifted at once are taken again by the rule that took them, or one by one."""


def add(ask: Ask, form: Form) -> Done:
    """Take a decision by hand; a block without end is proposed to a second person."""
    draft = draft_of(ask, form)
    with decisions_desk(ask.office) as desk:
        made = desk.add(draft)
    if not isinstance(made, Decision):
        return Done(
            f"{HOME}?show=proposed", f"A block without end of {draft.value} waits for a second person."
        )
    undo = Undo("/decisions/lift", {"id": made.decision_id, "seen": "1", "reason": "taken by mistake"})
    where = "simulated" if draft.mode is Mode.SHADOW else "acting"
    return Done(f"{HOME}?show={where}", f"{made.action} of {made.value} was decided.", undo)


def lift(ask: Ask, form: Form) -> Done:
    """Lift what was chosen; as many as the person saw, or nothing."""
    with decisions_desk(ask.office) as desk:
        chosen = selections(form)
        found = {each.decision_id: each for one in chosen for each in desk.liftable(one)}
        seen = form.text("seen")
        if not found:
            raise StillwatchError(
                "nothing of it is in force any more",
                code="SW-CON-80",
                hint="somebody lifted it, or its time is over; look at the list again",
            )
        if seen != str(len(found)):
            raise StillwatchError(
                f"it is about {len(found):,} decisions now, and was about {seen or 'an unknown number'} when you "
                "looked",
                code="SW-CON-81",
                hint="go back, look at them again, and confirm that number",
            )
        lifted = [name for one in chosen for name in desk.lift(one, by=ask.person.name, reason=form.reason)]
    undo = None
    if len(lifted) <= MOST_UNDONE:
        fields = {"ids": " ".join(lifted), "reason": "lifted by mistake"}
        undo = Undo("/decisions/retake", fields, "Take them again" if len(lifted) > 1 else "Take it again")
    said = f"{len(lifted):,} decisions were lifted." if len(lifted) != 1 else "The decision was lifted."
    return Done(HOME, said, undo)


def retake(ask: Ask, form: Form) -> Done:
    """Take decisions again that were lifted, for what is left of their time; they are the person's own then."""
    store = ask.office.decisions
    wanted = form.needed("ids", "what is to be taken again").split()[:MOST_UNDONE]
    lifted = [found for name in wanted if store is not None and (found := store.get(name)) is not None]
    drafts = [d for each in lifted if store is not None and (d := _again(ask, store, each)) is not None]
    if not drafts:
        raise StillwatchError(
            "nothing of it has any time left", code="SW-CON-82", hint="decide anew, for a longer time"
        )
    with decisions_desk(ask.office) as desk:
        taken = _take(desk, drafts)
    waits = len(drafts) - taken
    more = f" {waits:,} of them wait for a second person." if waits else ""
    return Done(HOME, f"{taken:,} decided again.{more}")


def approve(ask: Ask, form: Form) -> Done:
    """Agree, as a second person, to what waits."""
    name = form.needed("proposal")
    with decisions_desk(ask.office) as desk:
        taken = desk.approve(name, by=ask.person.name, reason=form.reason)
    undo = None
    if len(taken) == 1:
        fields = {"id": taken[0].decision_id, "seen": "1", "reason": "approved by mistake"}
        undo = Undo("/decisions/lift", fields, "Lift it")
    return Done(f"{HOME}?show=proposed", f"{len(taken):,} decided, with you as the second person.", undo)


def refuse(ask: Ask, form: Form) -> Done:
    """Turn down what waits for a second person."""
    with decisions_desk(ask.office) as desk:
        desk.refuse(form.needed("proposal"), by=ask.person.name, reason=form.reason)
    return Done(f"{HOME}?show=proposed", "It was turned down; nothing was decided.")


def selections(form: Form) -> list[Selection]:
    """What a form about lifting names: single decisions, or a rule, or a time.

    Raises:
        StillwatchError: SW-DEC-37, nothing.
    """
    ids = form.all("id")
    if ids:
        return [Selection(decision_id=name) for name in dict.fromkeys(ids)]
    return [chosen(form.text("rule"), form.text("since"))]


def chosen(rule: str, since: str) -> Selection:
    """A rule's decisions, those since a time, or both.

    Raises:
        StillwatchError: the time is none.
    """
    return Selection(rule=rule or None, since=seconds_of(since) if since else None)


def draft_of(ask: Ask, form: Form) -> Draft:
    """What a form asks to be decided.

    Raises:
        StillwatchError: a field is missing or is no word of its kind.
    """
    action, permanent = form.word("action", Action), form.flag("permanent")
    rate, tokens = form.text("rate").strip(), form.text("max_tokens").strip()
    return Draft(
        form.word("scope", Scope),
        form.needed("value", "whom it is about"),
        action,
        form.reason,
        ask.person.name,
        None if permanent else duration_of(form.needed("lasts", "how long it lasts")),
        mode=Mode.SHADOW if form.flag("shadow") else Mode.ENFORCE,
        limits=Limits(
            rate_per_minute=_number(rate) if rate and action is Action.THROTTLE else None,
            max_tokens=int(_number(tokens)) if tokens and action is Action.DEGRADE else None,
            hide_reasoning=form.flag("hide_reasoning") and action is Action.DEGRADE,
            hide_logprobs=form.flag("hide_logprobs") and action is Action.DEGRADE,
        ),
        grounds=(form.text("ground").strip() or "conduct",),
        however_broad=form.flag("however_broad"),
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise StillwatchError(f"'{text[:20]}' is no number", code="SW-CON-83", hint="write it as 6") from None


def _take(desk: Desk, drafts: list[Draft]) -> int:
    """How many were taken; others wait for a second person."""
    return sum(isinstance(desk.add(draft), Decision) for draft in drafts)


def _again(ask: Ask, store: DecisionStore, lifted: Decision) -> Draft | None:
    """A decision as a draft for the time it has left; None where it has none."""
    ttl = None
    if lifted.expires_ts is not None:
        ttl = float(int(seconds_of(lifted.expires_ts) - ask.now.timestamp()))
        if ttl <= 0:
            return None
    fields = {
        field.name: getattr(lifted, field.name)
        for field in dataclasses.fields(Draft)
        if field.name in Decision.__dataclass_fields__ and field.name not in ("origin", "rule", "by")
    }
    grounds = _grounds(store, lifted.decision_id)
    meant = broad(lifted.scope, lifted.value)  # it stood so before
    return Draft(**fields, by=ask.person.name, ttl=ttl, grounds=grounds, however_broad=meant)


def _grounds(store: DecisionStore, decision_id: str) -> tuple[str, ...]:
    """What a decision rested on when it was taken."""
    first = next((each for each in entries(store.database, decision_id) if each.kind == "add"), None)
    return tuple(orjson.loads(first.details).get("grounds", ())) if first is not None else ()
