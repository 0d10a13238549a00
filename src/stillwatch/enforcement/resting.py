"""What rests on what: decisions by the case, the campaign, the account and the indicators behind them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from stillwatch.casework.statements.model import MeasureFact, Taker
from stillwatch.core.appeal import Reach
from stillwatch.core.decision import Decision, Scope
from stillwatch.enforcement import tables
from stillwatch.enforcement.drafts import MACHINES, kind_of

if TYPE_CHECKING:
    from stillwatch.casework.effects.model import Undoing
    from stillwatch.enforcement.store import DecisionStore

_MOST_NAMES: Final = 500
"""Values in one query; SQLite takes no more than 999 in older builds."""
_DATE: Final = len("2026-01-31")
_STANDING: Final = "ended IS NULL AND expires > ? AND action <> 'allow'"


@dataclasses.dataclass(frozen=True, slots=True)
class Found:
    """Decisions in force that a mistake concerns.

    Attributes:
        ended: rest on it, and go.
        dependent: rest on nothing but indicators that are retracted, and go with them.
        review: rest on it among other things, each with why nobody but a person can tell.
        remains: are about an account concerned, and rest on something else.
    """

    ended: tuple[Decision, ...]
    dependent: tuple[Decision, ...]
    review: tuple[tuple[Decision, str], ...]
    remains: tuple[Decision, ...]


class Resting:
    """Questions to a store about what its decisions rest on."""

    def __init__(self, store: DecisionStore) -> None:
        self._store = store
        self._database = store.database

    def on(self, kind: str, names: Iterable[str]) -> list[Decision]:
        """Decisions in force that rest on any of these cases, orders or indicators."""
        where = "decision_id IN (SELECT decision_id FROM rests_on WHERE kind = ? AND id IN ({}))"
        return self._standing(where, names, kind)

    def about(self, accounts: Iterable[str]) -> list[Decision]:
        """Decisions in force about any of these accounts by name, simulated ones among them."""
        return self._standing("scope = 'account' AND value IN ({})", accounts)

    def of_mistake(self, case_id: str, undoing: Undoing) -> Found:
        """What a mistake concerns."""
        of_case = {each.decision_id: each for each in self.on("case", [case_id])} if case_id else {}
        of_campaign = {
            each.decision_id: each for each in self._standing("campaign_id IN ({})", undoing.campaigns)
        }
        about = {each.decision_id: each for each in self.about(undoing.accounts)}
        ended = {name: each for name, each in about.items() if name in of_case or each.by in MACHINES}
        review: dict[str, tuple[Decision, str]] = {}
        wider = {**of_case, **{name: each for name, each in of_campaign.items() if each.by in MACHINES}}
        for name, each in wider.items():
            if undoing.reach is Reach.CASE:
                ended[name] = each
            elif name not in ended and each.scope is not Scope.ACCOUNT:
                review[name] = (
                    each,
                    f"it is about {each.scope} {each.value} and rests on the same case or campaign",
                )
        dependent: list[Decision] = []
        for each in self.on("indicator", undoing.indicators):
            if each.decision_id in ended:
                continue
            if all(kind_of(ground) == "indicator" for ground in self.grounds(each.decision_id)):
                dependent.append(each)
            else:
                review[each.decision_id] = (
                    each,
                    "it rests on an indicator that is retracted, among other grounds",
                )
        gone = ended.keys() | {each.decision_id for each in dependent} | review.keys()
        remains = [each for name, each in about.items() if name not in gone]
        return Found(tuple(ended.values()), tuple(dependent), tuple(review.values()), tuple(remains))

    def grounds(self, decision_id: str) -> tuple[str, ...]:
        """What one decision rests on, as it was entered when it was taken."""
        return tuple(self._entered(decision_id).get("grounds", ()))

    def answerable(self, account_id: str) -> dict[str, str]:
        """Who took or approved measures about an account, in force still or not."""
        found: dict[str, str] = {}
        rows = self._database.rows(
            "SELECT * FROM decisions WHERE scope = 'account' AND value = ? AND action <> 'allow'",
            (account_id,),
        )
        for each in map(tables.decision_of, rows):
            if each.by not in MACHINES:
                found[each.by] = f"took {each.decision_id}"
            second = self._entered(each.decision_id).get("approved_by", "")
            if second:
                found[second] = f"approved {each.decision_id}"
        return found

    def measures(self, account_id: str) -> list[MeasureFact]:
        """What is in force about an account and not only simulated, as far as its holder may know of it."""
        found = []
        for each in self._standing("mode = 'enforce' AND scope = 'account' AND value IN ({})", [account_id]):
            entered = self._entered(each.decision_id)
            taker = Taker.RULE if each.by in MACHINES else Taker.PERSON
            found.append(
                MeasureFact(
                    each.action,
                    each.limits,
                    since=each.created_ts[:_DATE],
                    until=None if each.expires_ts is None else each.expires_ts[:_DATE],
                    taker=Taker.PERSONS if entered.get("approved_by") else taker,
                    grounds=frozenset(kind_of(ground) for ground in entered.get("grounds", ())),
                )
            )
        return found

    def _entered(self, decision_id: str) -> dict[str, Any]:
        rows = self._database.rows(
            "SELECT details FROM entries WHERE about = ? AND kind = 'add' ORDER BY number LIMIT 1",
            (decision_id,),
        )
        return dict(msgspec.json.decode(rows[0]["details"])) if rows else {}

    def _standing(self, where: str, names: Iterable[str], *before: str) -> list[Decision]:
        """Decisions in force whose named values are among these; ``{}`` in the condition is replaced by them."""
        found = []
        for some in _portions(list(names)):
            marks = ", ".join("?" * len(some))
            query = f"SELECT * FROM decisions WHERE {_STANDING} AND {where.format(marks)}"
            values = (self._store.clock(), *before, *some)
            found += [tables.decision_of(row) for row in self._database.rows(query, values)]
        return found


def _portions(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _MOST_NAMES):
        yield names[start : start + _MOST_NAMES]
