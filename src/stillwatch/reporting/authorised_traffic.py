"""What was seen of registered authorisations: used how far, whom they cleared, and how their scope was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.reporting import tables, wording
from stillwatch.reporting.markup import Child, Markup, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.authorisation import AuthorisedUse, ScopeAlarm
    from stillwatch.core.verdict import DetectionResult

_MOST_NAMED: Final = 20
_HEADS: Final = (
    "Authorisation",
    "Kind",
    "Holder",
    "Agreement",
    "Answers for it",
    "Holds until",
    "Accounts",
    "Exchanges within",
    "Cleared by it",
)


def authorisations(result: DetectionResult) -> Markup | None:
    """The section on registered authorisations; None where nothing was seen of any."""
    if not result.authorised:
        return None
    listing = tables.table(
        "Registered authorisations that this traffic uses",
        _HEADS,
        (_row(use) for use in result.authorised),
        numeric="......nnn",
    )
    return tag(
        "section",
        tag("h2", "Permitted traffic", id="permitted"),
        tag(
            "p",
            "What an authorisation covers is not accused. The verdicts' reasons name it, with its owner and its end.",
            class_="lead",
        ),
        _alarms(result.authorised),
        tables.scroller("Registered authorisations", listing),
        aria_labelledby="permitted",
    )


def alarm_lines(authorised: Sequence[AuthorisedUse]) -> list[str]:
    """A line for each time a scope was left, for a terminal."""
    return [
        f"scope alarm ({use.authorisation_id}, {alarm.breach.value}): {wording.visible(alarm.sentence, 220)}"
        for use in authorised
        for alarm in use.alarms
    ]


def _alarms(authorised: Sequence[AuthorisedUse]) -> Child:
    alarms = [(use, alarm) for use in authorised for alarm in use.alarms]
    if not alarms:
        return tag("p", "No authorisation was exceeded.")
    listing = tables.table(
        "Scope alarms: authorisations that were exceeded",
        ("Authorisation", "What was exceeded", "What happened", "Since", "Exchanges", "Accounts"),
        (_alarm_row(use, alarm) for use, alarm in alarms),
        numeric="....n.",
    )
    return tables.scroller("Scope alarms", listing)


def _alarm_row(use: AuthorisedUse, alarm: ScopeAlarm) -> Sequence[Child]:
    named = alarm.accounts[:_MOST_NAMED]
    rest = len(alarm.accounts) - len(named)
    return (
        tables.account(use.authorisation_id),
        alarm.breach.value,
        wording.visible(alarm.sentence, 220),
        tables.moment(alarm.first_ts),
        wording.whole(alarm.exchanges),
        [
            [[tables.account(name), " "] for name in named],
            f"and {wording.whole(rest)} more: authorisations.jsonl" if rest else None,
        ],
    )


def _row(use: AuthorisedUse) -> Sequence[Child]:
    return (
        tables.account(use.authorisation_id),
        use.kind.value,
        wording.visible(use.name, 60),
        wording.visible(use.agreement, 60) if use.agreement else tables.muted("none"),
        wording.visible(use.owner, 60),
        use.until,
        wording.whole(use.accounts),
        wording.whole(use.exchanges),
        wording.whole(len(use.cleared)),
    )
