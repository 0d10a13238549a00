"""What happens if somebody decides so: counted before it is confirmed, from the same functions that would do it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from stillwatch.casework.cases import reading
from stillwatch.casework.effects.model import Undoing
from stillwatch.casework.outbox.model import ItemKind, ItemState
from stillwatch.core.appeal import Reach
from stillwatch.enforcement.resting import Resting

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.core.case import Case
    from stillwatch.enforcement.case_desk import CaseDesk

_OUT = frozenset({ItemState.SENDING, ItemState.SENT, ItemState.ACKNOWLEDGED})


def of_decisions(ask: Ask, case: Case, desk: CaseDesk, counts: dict[str, int]) -> dict[str, Any]:
    """For each conclusion, what would follow from it, as figures and as sentences.

    Args:
        ask: who asks.
        case: which is to be decided.
        desk: where what follows would be done.
        counts: of its accounts, as `accounts.accounts` counts them.
    """
    store = ask.office.decisions
    version = (
        case.version,
        case.accounts,
        0 if store is None else store.version,
        len(desk.office.outbox.of_case(case.case_id)),
        ask.now.replace(second=0, microsecond=0),  # decisions end by themselves
    )
    return ask.office.remembered(
        f"effects {case.case_id}", version, lambda: _of_decisions(ask, case, desk, counts)
    )


def _of_decisions(ask: Ask, case: Case, desk: CaseDesk, counts: dict[str, int]) -> dict[str, Any]:
    present = counts["attack"] + counts["watch"]
    standing = _standing(ask, case)
    innocent = _innocent(ask, case, desk)
    return {
        "confirmed": {
            "accounts": present,
            "acting_now": standing["acting"],
            "simulated_now": standing["simulated"],
            "sentences": [
                f"The conclusion covers {present:,} accounts; who joins later waits for another one.",
                (
                    f"Nobody is blocked by it: {standing['acting']:,} decisions of this case act now, "
                    f"{standing['simulated']:,} are simulated."
                ),
                "It may then carry measures that act, and be disclosed by two people.",
            ],
        },
        "innocent": innocent,
        "undecided": {
            "accounts": present,
            "sentences": [
                "Nothing is ended and nothing is taken back; the accounts stay under watch.",
                "It may be simulated on, but carries no measure that acts.",
            ],
        },
    }


def _standing(ask: Ask, case: Case) -> dict[str, int]:
    """Decisions in force that rest on the case."""
    store = ask.office.decisions
    found = Resting(store).on("case", [case.case_id]) if store is not None else []
    modes = Counter(each.mode.value for each in found)
    return {"acting": modes["enforce"], "simulated": modes["shadow"]}


def _innocent(ask: Ask, case: Case, desk: CaseDesk) -> dict[str, Any]:
    """What would be taken back, here and elsewhere."""
    with ask.office.records.database.read() as connection:
        accounts = reading.names(connection, case.case_id)
    items = desk.office.outbox.of_case(case.case_id)
    published = [item for item in items if item.kind is ItemKind.PUBLISH]
    withdrawn = sum(item.state is ItemState.WAITING for item in published)
    retracted = sum(item.state in _OUT for item in published)
    store = ask.office.decisions
    ended = dependent = review = remains = 0
    if store is not None:
        undoing = Undoing(
            Reach.CASE, accounts, case.campaigns, tuple(item.indicator_id for item in published), ""
        )
        found = Resting(store).of_mistake(case.case_id, undoing)
        ended, dependent = len(found.ended), len(found.dependent)
        review, remains = len(found.review), len(found.remains)
    sentences = [
        f"{ended + dependent:,} decisions end at every gateway"
        + (f", {dependent:,} of them because they rest on retracted indicators alone" if dependent else "")
        + ".",
        (
            f"{len(accounts):,} accounts are cleared: no rule decides about them again for a while, and calibration "
            "learns that they were honest."
        ),
    ]
    if withdrawn or retracted:
        sentences.append(
            f"{withdrawn:,} indicators are withdrawn before they are sent, {retracted:,} are retracted at the hub."
        )
    if review or remains:
        sentences.append(
            f"{review + remains:,} decisions stay, because they rest on something else: a person has to look."
        )
    return {
        "accounts": len(accounts),
        "ended": ended,
        "dependent": dependent,
        "to_review": review,
        "remaining": remains,
        "withdrawn": withdrawn,
        "retracted": retracted,
        "sentences": sentences,
    }
