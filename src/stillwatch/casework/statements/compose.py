"""Puts a statement of reasons together from typed facts and the operator's terms; no text of the case enters it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.casework.statements.facts import facts_of
from stillwatch.casework.statements.model import Answered, MeasureFact, Section, Statement, Taker
from stillwatch.core.appeal import Outcome, Reach
from stillwatch.core.decision import Action

if TYPE_CHECKING:
    from stillwatch.casework.statements.terms import Terms

_ACTIONS: Final[dict[Action, str]] = {
    Action.ALLOW: "Requests are let through",
    Action.THROTTLE: "Requests are slowed down",
    Action.VERIFY: "Requests are refused until the account has shown who is behind it",
    Action.DEGRADE: "Answers are limited",
    Action.BLOCK: "Requests are refused",
}
_TAKERS: Final[dict[Taker, str]] = {
    Taker.RULE: "It was taken automatically, by a rule that people had written; no person looked at it beforehand.",
    Taker.PERSON: "A person took it after looking at the findings.",
    Taker.PERSONS: "A person proposed it after looking at the findings, and another person approved it.",
}

_BY_PROGRAMS: Final = frozenset({"case", "campaign", "verdict", "indicator"})
"""Grounds that programs had found first."""


def compose(
    account_id: str,
    measures: Sequence[MeasureFact],
    terms: Terms,
    today: datetime.date,
    *,
    answered: Answered | None = None,
    notes: Sequence[str] = (),
) -> Statement:
    """The statement for one account.

    Args:
        account_id: whose.
        measures: in force about it; those that are only simulated are none.
        terms: the operator's part.
        today: its date.
        answered: how an appeal ended, where there was one.
        notes: further facts in the words of the person who issues it, already checked.
    """
    sections = [_answer(answered)] if answered is not None else []
    sections += [_what(measures, terms)]
    if measures:
        sections += [
            Section("Facts", (*facts_of({kind for each in measures for kind in each.grounds}), *notes)),
            Section("Automated means", _automated(measures)),
            Section("Ground", _ground(terms)),
        ]
        sections += [_export(measures, terms)] if any(_closes(each) for each in measures) else []
    elif notes:
        sections += [Section("Facts", tuple(notes))]
    sections += [Section("How to object", _redress(terms, answered))]
    return Statement(account_id, terms.provider, today.isoformat(), tuple(sections))


def _answer(answered: Answered) -> Section:
    if answered.outcome is Outcome.UPHELD:
        said = ["Your appeal was considered and the measure stays."]
    else:
        said = ["Your appeal was considered and the measure was found to be wrong. It is taken back."]
        if answered.reach is Reach.CASE:
            said.append("What was found against your account is taken back altogether.")
    said.append(
        f"It was decided on {answered.on} by a person who had no part in the measure, not by a program."
    )
    return Section("Your appeal", tuple(said))


def _what(measures: Sequence[MeasureFact], terms: Terms) -> Section:
    if not measures:
        return Section("Measure", ("No measure is in force about your account.",))
    said = []
    for each in measures:
        until = "without an end" if each.until is None else f"until {each.until}"
        said.append(f"{_ACTIONS[each.action]}{_how(each)}, since {each.since}, {until}.")
    said.append(f"This holds {terms.territory}.")
    return Section("Measure", tuple(said))


def _how(measure: MeasureFact) -> str:
    """Which parts of answers are limited; never to how much, which would say how to stay below it."""
    limits = measure.limits
    parts = [
        name
        for name, set_ in (
            ("the text of reasoning is left out", limits.hide_reasoning),
            ("token probabilities are left out", limits.hide_logprobs),
            ("some models cannot be used", bool(limits.hide_models)),
            ("they are shorter", limits.max_tokens is not None),
        )
        if set_ and measure.action is Action.DEGRADE
    ]
    return f" ({'; '.join(parts)})" if parts else ""


def _automated(measures: Sequence[MeasureFact]) -> tuple[str, ...]:
    """Which part programs had, and which people."""
    takers = [_TAKERS[taker] for taker in Taker if any(each.taker is taker for each in measures)]
    if all(each.taker is not Taker.RULE and not each.grounds & _BY_PROGRAMS for each in measures):
        return ("No program had pointed to the account.", *takers)
    found = (
        "Programs found the account by comparing requests; what they find is a suspicion with its reasons."
    )
    own = "They were set to work by ourselves and not because of a notice about your account."
    return (found, own, *takers)


def _ground(terms: Terms) -> tuple[str, ...]:
    law = (f"In law: {terms.ground.law}.",) if terms.ground.law.strip() else ()
    return (f"{terms.ground.terms}.", terms.ground.why, *law)


def _closes(measure: MeasureFact) -> bool:
    return measure.action is Action.BLOCK and measure.until is None


def _export(measures: Sequence[MeasureFact], terms: Terms) -> Section:
    first = min(datetime.date.fromisoformat(each.since) for each in measures if _closes(each))
    until = (first + datetime.timedelta(days=terms.export.days)).isoformat()
    return Section(
        "Your data",
        (f"Until {until}, before the account is closed, you can have your data: {terms.export.how}.",),
    )


def _redress(terms: Terms, answered: Answered | None) -> tuple[str, ...]:
    redress = terms.redress
    if answered is None:
        appeal = f"You can appeal: {redress.appeal}. A person answers within {redress.days} days."
    else:
        appeal = (
            f"If there is something new, you can appeal once more: {redress.appeal}. Another person answers."
        )
    return tuple(
        [appeal]
        + ([f"You can turn to {redress.body}."] if redress.body.strip() else [])
        + ([f"You can go to court: {redress.court}."] if redress.court.strip() else [])
    )
