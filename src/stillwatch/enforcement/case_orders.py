"""Orders of cases carried out in the store of decisions: measures are taken, and mistakes are taken back.

This is the port that `casework.effects.ports` asks for. Every decision that a case takes names the case and the order
among its grounds, so that whatever rests on it can be found again, and so that an order is carried out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

import msgspec

from stillwatch.casework.effects.model import Done, Effect, Ending, Measure, Order, Touched, Undoing
from stillwatch.core.decision import Decision, Scope
from stillwatch.enforcement import entries
from stillwatch.enforcement.cleared import LASTS, clear
from stillwatch.enforcement.drafts import PERSON, Draft
from stillwatch.enforcement.moments import moment_of
from stillwatch.enforcement.resting import Resting

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.casework.statements.model import MeasureFact
    from stillwatch.enforcement.store import DecisionStore

_CASE: Final = "case"
_ORDER: Final = "order"
_DEPENDENT: Final = "it rested on nothing but what is retracted"


class CaseOrders:
    """A store of decisions as casework sees it.

    Args:
        store: opened for writing.
    """

    def __init__(self, store: DecisionStore) -> None:
        self._store = store
        self._resting = Resting(store)

    @property
    def epoch(self) -> str:
        """Names the life of the store."""
        return self._store.epoch

    def carry_out(self, order: Order) -> Done:
        """Do what an order says; a second time it changes nothing and gives the same answer.

        Raises:
            StillwatchError: a decision cannot be taken so, or the store cannot be used.
        """
        with self._store.database.change() as connection:
            touched = self._entered(order)
            if touched is None:
                match order.content:
                    case Measure() as measure:
                        touched = self._take(order, measure)
                    case Undoing() as undoing:
                        touched = self._undo(order, undoing)
                    case Ending() as ending:
                        touched = self._lift(order, ending)
                    case _:
                        assert_never(order.content)
                self._enter(connection, order, touched)
            return Done(self._store.epoch, self._store.version, tuple(touched))

    def answerable(self, account_id: str) -> dict[str, str]:
        """Who took or approved measures about an account, each with what they did."""
        return self._resting.answerable(account_id)

    def measures(self, account_id: str) -> list[MeasureFact]:
        """What is in force about an account, as far as its holder may know of it."""
        return self._resting.measures(account_id)

    def _take(self, order: Order, measure: Measure) -> list[Touched]:
        """Take the measure; what the case had decided about the same accounts before ends with it."""
        named = (f"{_CASE}:{order.case_id}",) if order.case_id else ()
        grounds = ("campaign", f"{_ORDER}:{order.order_id}", *named)
        earlier = self._resting.on(_CASE, [order.case_id]) if order.case_id else []
        taken = self._store.add_all(
            (
                Draft(
                    Scope.ACCOUNT,
                    account,
                    measure.action,
                    measure.reason,
                    order.by,
                    measure.ttl,
                    mode=measure.mode,
                    limits=measure.limits,
                    origin=PERSON,
                    campaign_id=measure.campaign_id,
                    grounds=grounds,
                )
                for account in measure.accounts
            ),
            approved_by=order.approved_by,
        )
        about = {(each.scope, each.value) for each in taken}
        replaced = [each for each in earlier if (each.scope, each.value) in about]
        self._store.end(replaced, by=order.by, reason=f"{order.order_id} takes its place")
        return [_touched(each, Effect.TAKEN) for each in taken] + [
            _touched(each, Effect.ENDED, "another decision of the same case took its place")
            for each in replaced
        ]

    def _undo(self, order: Order, undoing: Undoing) -> list[Touched]:
        """End what rests on the mistake, clear who was accused in vain, and list what a person has to look at."""
        found = self._resting.of_mistake(order.case_id, undoing)
        ended = [*found.ended, *found.dependent]
        reason = f"{order.appeal_id or order.case_id}: {undoing.reason}"
        self._store.end(ended, by=order.by, reason=reason)
        with self._store.database.change() as connection:
            until = self._store.clock() + LASTS
            clear(connection, undoing.accounts, until=until, source=order.order_id, by=order.by)
        return [
            *(_touched(each, Effect.ENDED) for each in found.ended),
            *(_touched(each, Effect.DEPENDENT, _DEPENDENT) for each in found.dependent),
            *(_touched(each, Effect.REVIEW, why) for each, why in found.review),
            *(_touched(each, Effect.REMAINS, _remains(each)) for each in found.remains),
        ]

    def _lift(self, order: Order, ending: Ending) -> list[Touched]:
        """End what another order took, as far as it is in force."""
        found = self._resting.on(_ORDER, [ending.order_id])
        self._store.end(found, by=order.by, reason=ending.reason)
        return [_touched(each, Effect.ENDED) for each in found]

    def _enter(self, connection: sqlite3.Connection, order: Order, touched: list[Touched]) -> None:
        """Write down what an order did, so that it can be told again."""
        details = {"touched": [(each.decision_id, each.effect, each.why) for each in touched]}
        moment = moment_of(self._store.clock())
        entries.note(connection, moment, _ORDER, order.order_id, order.by, order.content.reason, details)

    def _entered(self, order: Order) -> list[Touched] | None:
        """What an order did when it was carried out before; None where it was not."""
        for entry in entries.entries(self._store.database, order.order_id):
            known = msgspec.json.decode(entry.details)["touched"]
            found = ((self._store.get(name), Effect(effect), why) for name, effect, why in known)
            return [_touched(each, effect, why) for each, effect, why in found if each is not None]
        return None


def _touched(decision: Decision, effect: Effect, why: str = "") -> Touched:
    return Touched(
        decision.decision_id,
        effect,
        decision.scope.value,
        decision.value,
        decision.action.value,
        decision.mode.value,
        why,
    )


def _remains(decision: Decision) -> str:
    return f"{decision.by} decided it about the same account on other grounds"
