"""What is to be decided, checked before it becomes a decision."""

from __future__ import annotations

import dataclasses
import re
from typing import Final

from stillwatch.casework.effects.limits import check_limits
from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.enforcement.moments import LONGEST
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

BROADEST: Final = {32: 8, 128: 16}
"""The shortest prefix that is acted on without a further word, by the width of addresses: as much as one holder has
of the internet. Rules decide about accounts and organisations, so a broader one was typed, as a rule by a slip.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A decision before it is one.

    Attributes:
        by: the principal that is answerable; a person unless it is one of ``MACHINES``.
        ttl: how long, in seconds, ten years at most; None asks for a block without end, which needs two persons.
        grounds: what it rests on, of ``GROUNDS``, each alone or with an id after a colon; where none is said,
            ``indicator`` for what came from one, else ``conduct``.
        however_broad: whether a network broader than ``BROADEST`` is meant.
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
    however_broad: bool = False


def checked(draft: Draft) -> Draft:
    """The draft in normal form.

    Raises:
        StillwatchError: it names nobody or more than can be meant, says no reason, lasts no time or too long, or
            rests on what cannot carry it.
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
    if draft.ttl is not None and not draft.ttl > 0:
        raise StillwatchError(
            f"a decision cannot last {draft.ttl:g} seconds", code="SW-DEC-22", hint="give it a longer time"
        )
    if draft.ttl is not None and draft.ttl > LONGEST:
        raise StillwatchError(
            "a decision lasts ten years at most",
            code="SW-DEC-38",
            where=f"{draft.scope} {draft.value}",
            hint="give it a shorter time, and take it anew when that is over",
        )
    if draft.ttl is None and draft.action is not Action.BLOCK:
        raise StillwatchError(
            f"only a block can be without end, not '{draft.action}'", code="SW-DEC-23", hint="say how long"
        )
    _check_grounds(draft)
    _check_breadth(draft)
    check_limits(draft.action, draft.limits)
    return dataclasses.replace(draft, value=value, reason=draft.reason.strip(), by=draft.by.strip())


def is_person(principal: str) -> bool:
    """Whether a principal can answer for what needs a person."""
    return bool(principal.strip()) and principal.strip() not in MACHINES


def broad(scope: Scope, value: str) -> bool:
    """Whether something is a network broader than ``BROADEST``."""
    if scope is not Scope.ADDRESS:
        return False
    width, length, _ = network_of(value)
    return length < BROADEST[width]


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
    if _acts(draft) and alone == {INDICATOR}:
        raise StillwatchError(
            "an indicator received from others never acts alone",
            code="SW-DEC-30",
            where=f"{draft.scope} {draft.value}",
            hint="name what this site saw itself, or decide in mode shadow",
        )


def _acts(draft: Draft) -> bool:
    """Whether somebody would be kept from something."""
    return draft.mode is Mode.ENFORCE and draft.action is not Action.ALLOW


def _check_breadth(draft: Draft) -> None:
    """Refuse to act on so much of the internet that a slip is likelier than an intention."""
    value = draft.value.strip()
    if _acts(draft) and not draft.however_broad and broad(draft.scope, value):
        width, _, _ = network_of(value)
        raise StillwatchError(
            f"{value} is broader than a /{BROADEST[width]}, more of the internet than one holder has",
            code="SW-DEC-39",
            where=f"{draft.scope} {value}",
            hint="check the number behind the slash; if it is meant, add --however-broad (API: `however_broad`)",
        )
