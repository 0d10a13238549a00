"""Which decisions cover somebody, whatever they name and wherever they come from; the one that wins first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.console.decisions.rows import row_of
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.covering import readings

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.enforcement.store import DecisionStore


def covering(ask: Ask, store: DecisionStore, id_: str) -> list[dict[str, Any]]:
    """Rows of the decisions, each once; simulated ones last."""
    known = _known(ask, id_)
    subjects = [known, *readings(id_)]
    found = {each.decision_id: each for subject in subjects for each in store.for_subject(subject)}
    order = sorted(found.values(), key=lambda each: each.mode.value == "shadow")
    now = ask.now.timestamp()
    acts = [each for each in order if each.mode.value == "enforce"]
    wins = acts[0].decision_id if acts else ""
    return [row_of(each, now) | {"wins": each.decision_id == wins} for each in order]


def _known(ask: Ask, account: str) -> Subject:
    """The account with its organisation, where the node knows it: decisions may be about that."""
    verdicts = ask.office.verdicts
    details = verdicts.details_of(account) if verdicts is not None else None
    if details is None:
        return Subject(account)
    return Subject(account, str(details.organization.get("id", "")))
