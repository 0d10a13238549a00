"""Order a measure about a case's accounts, lift one, and answer one that asks for a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.effects.model import OrderState
from stillwatch.casework.people import Act
from stillwatch.console.casefile.measures import wanted_of
from stillwatch.console.casefile.timeline import order_words
from stillwatch.console.conflicts import case_conflict
from stillwatch.console.contract import Action, Done, Undo
from stillwatch.console.desk import desk_of

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form


def order(ask: Ask, form: Form) -> Done:
    """Order exactly what was counted before."""
    case_id, desk = ask.parts["case_id"], desk_of(ask.office)
    wanted = wanted_of(form.text, form.reason)
    given = desk.office.measures.order(case_id, wanted, ask.person.name, form.version)
    went = desk.go_round()
    now = desk.office.orders.get(given.order_id)
    to = f"/cases/{case_id}#measures"
    undo = Undo(
        f"/cases/{case_id}/lift", {"order": given.order_id, "reason": "taken back from the console"}, "Undo"
    )
    if now.state is OrderState.ASKED:
        words = f"Asked for: {order_words(now)}. A reviewer has to approve exactly this list."
        return Done(to, words, undo)
    if now.state is OrderState.REFUSED:
        return Done(to, f"It was refused: {now.trouble}.", warn=True)
    return Done(to, f"Ordered: {order_words(now)}. {' '.join(went.words)}".strip(), undo)


def lift(ask: Ask, form: Form) -> Done:
    """End a measure before its time."""
    case_id, desk = ask.parts["case_id"], desk_of(ask.office)
    ended = desk.office.measures.lift(
        case_id, form.needed("order", "which measure"), ask.person.name, form.reason
    )
    went = desk.go_round()
    now = desk.office.orders.get(ended.order_id)
    touched = len(desk.office.orders.touched(ended.order_id))
    if now.state is OrderState.REFUSED:
        return Done(f"/cases/{case_id}#measures", "It was taken back before anybody approved it.")
    words = f"Lifted: {touched:,} decisions ended." if now.state is OrderState.DONE else " ".join(went.words)
    return Done(f"/cases/{case_id}#measures", words)


ACTIONS: Final = (
    Action(path="/cases/{case_id}/measure", act=Act.DECIDE_CASES, handler=order, conflict=case_conflict),
    Action(path="/cases/{case_id}/lift", act=Act.DECIDE_CASES, handler=lift),
)
