"""What is to be decided, checked before it becomes a decision."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.enforcement.networks import network_of
from stillwatch.errors import StillwatchError

RULE: Final = "rule"
PERSON: Final = "person"
DISPLACEMENT: Final = "displacement"
INDICATOR: Final = "indicator"
ORIGINS: Final = (RULE, PERSON, DISPLACEMENT, INDICATOR)

MACHINES: Final = frozenset({"policy", "displacement", "indicator", "node", "verification"})
"""Principals that are no persons; none of them can approve anything."""

GROUNDS: Final = (
    "verdict",
    "campaign",
    "case",
    "order",
    "conduct",
    "verification",
    "indicator",
    "organization",
    "country",
    "asn",
)
"""What a decision may rest on; which one exactly may follow a colon, as in ``case:case-12``."""

_WEAK: Final = frozenset({"country", "asn", "indicator"})
"""Grounds that never carry a permanent block."""
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A decision before it is one.

    Attributes:
        by: the principal that is answerable; a person unless it is one of ``MACHINES``.
        ttl: how long, in seconds; None asks for a block without end, which needs two persons.
        grounds: what it rests on, of ``GROUNDS``, each alone or with an id after a colon; where none is said,
            ``indicator`` for what came from one, else ``conduct``.
    """

    scope: Scope
    value: str
    action: Action
    reason: str
    by: str
    ttl: float | None
    mode: Mode = Mode.ENFORCE
    limits: Limits = dataclasses.field(default_factory=Limits)
    origin: str = PERSON
    rule: str = ""
    campaign_id: str = ""
    priority: int = 0
    grounds: tuple[str, ...] = ()


def checked(draft: Draft) -> Draft:
    """The draft in normal form.

    Raises:
        StillwatchError: it names nobody, says no reason, lasts no time, or rests on what cannot carry it.
    """
    value = _value(draft.scope, draft.value.strip())
    if not draft.grounds:
        usual = INDICATOR if draft.origin == INDICATOR else "conduct"
        draft = dataclasses.replace(draft, grounds=(usual,))
    if not draft.reason.strip():
        raise StillwatchError("a decision needs a reason", code="SW-DEC-20", hint="say it with --reason")
    if not draft.by.strip():
        raise StillwatchError(
            "a decision needs somebody who answers for it", code="SW-DEC-21", hint="say who with --by"
        )
    if draft.ttl is not None and draft.ttl <= 0:
        raise StillwatchError(
            f"a decision cannot last {draft.ttl:g} seconds", code="SW-DEC-22", hint="give it a longer time"
        )
    if draft.ttl is None and draft.action is not Action.BLOCK:
        raise StillwatchError(
            f"only a block can be without end, not '{draft.action}'", code="SW-DEC-23", hint="say how long"
        )
    _check_grounds(draft)
    _check_limits(draft)
    return dataclasses.replace(draft, value=value, reason=draft.reason.strip(), by=draft.by.strip())


def is_person(principal: str) -> bool:
    """Whether a principal can answer for what needs a person."""
    return bool(principal.strip()) and principal.strip() not in MACHINES


def kind_of(ground: str) -> str:
    """What kind of ground it is, without which one exactly."""
    return ground.partition(":")[0]


def _value(scope: Scope, value: str) -> str:
    """The value as it is looked up."""
    if not value:
        raise StillwatchError("a decision needs somebody it is about", code="SW-DEC-24", where=scope)
    match scope:
        case Scope.CAMPAIGN:
            raise StillwatchError(
                "no gateway knows which campaign a request belongs to",
                code="SW-DEC-25",
                where=value,
                hint="decide about the campaign's accounts, and name the campaign with --campaign",
            )
        case Scope.ADDRESS:
            network_of(value)
            return value
        case Scope.ASN:
            number = value.upper().removeprefix("AS")
            if not number.isdecimal() or not 0 < int(number) < 2**32:
                raise StillwatchError(
                    f"'{value}' is no number of an autonomous system",
                    code="SW-DEC-26",
                    hint="write it as 64500",
                )
            return str(int(number))
        case Scope.COUNTRY:
            if not _COUNTRY.fullmatch(value.upper()):
                raise StillwatchError(
                    f"'{value}' is no country code", code="SW-DEC-27", hint="write two letters (ISO 3166-1)"
                )
            return value.upper()
        case _:
            return value


def _check_grounds(draft: Draft) -> None:
    """Refuse what rests on too little."""
    kinds = [kind_of(ground) for ground in draft.grounds]
    unknown = [kind for kind in kinds if kind not in GROUNDS]
    if unknown:
        raise StillwatchError(
            f"'{unknown[0]}' is no ground of a decision",
            code="SW-DEC-28",
            hint=f"known: {', '.join(GROUNDS)}",
        )
    alone = set(kinds)
    if draft.ttl is None and (alone <= _WEAK or draft.scope in (Scope.COUNTRY, Scope.ASN)):
        raise StillwatchError(
            "a country, a network or an indicator alone never carries a permanent block",
            code="SW-DEC-29",
            where=f"{draft.scope} {draft.value}",
            hint="sources of addresses disagree; give it an end, or name further grounds about the account itself",
        )
    acts = draft.mode is Mode.ENFORCE and draft.action is not Action.ALLOW
    if acts and alone == {INDICATOR}:
        raise StillwatchError(
            "an indicator received from others never acts alone",
            code="SW-DEC-30",
            where=f"{draft.scope} {draft.value}",
            hint="name what this site saw itself, or decide in mode shadow",
        )


def _check_limits(draft: Draft) -> None:
    """Refuse a throttle without a rate and limits that mean nothing."""
    rate, tokens = draft.limits.rate_per_minute, draft.limits.max_tokens
    if draft.action is Action.THROTTLE and rate is None:
        raise StillwatchError(
            "a throttle needs a rate", code="SW-DEC-31", hint="say how many requests a minute are let through"
        )
    if (rate is not None and not 0 < rate < float("inf")) or (tokens is not None and tokens < 1):
        raise StillwatchError(
            "a limit must be above zero", code="SW-DEC-32", hint="to let nothing through, block instead"
        )
    if draft.action is Action.DEGRADE and draft.limits == Limits():
        raise StillwatchError(
            "a degrade without limits changes nothing",
            code="SW-DEC-33",
            hint="say what is hidden or capped",
        )
