"""Question and answer at a gateway: who asks, and what is to be done."""

from __future__ import annotations

import dataclasses
from typing import Final

from stillwatch.core.decision import Action, Limits

_ASN_END: Final = 2**32
_ASN_DIGITS: Final = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Subject:
    """Who asks. What is not known is left empty.

    Attributes:
        address: the client's, only where it can be believed; see ``regions``.
        asn: number of the autonomous system, 0 if unknown.
        country: ISO 3166-1 alpha-2.
    """

    account: str
    organization: str = ""
    api_key: str = ""
    address: str = ""
    asn: int = 0
    country: str = ""


def subject_of_words(
    account: str = "",
    organization: str = "",
    api_key: str = "",
    address: str = "",
    asn: str = "",
    country: str = "",
) -> Subject:
    """Who asks, from words such as headers and queries hold; a system that is no number is unknown."""
    return Subject(account, organization, api_key, address, asn_of(asn) or 0, country.upper())


def asn_of(word: str) -> int | None:
    """The number of an autonomous system, written as 64500 or AS64500; 0 for no word, None for what is no number."""
    number = word.upper().removeprefix("AS")
    if not number:
        return 0
    if not number.isascii() or not number.isdecimal() or len(number) > _ASN_DIGITS:
        return None
    asn = int(number)
    return asn if asn < _ASN_END else None


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway is to do.

    Attributes:
        decision_id: the decision that says so; empty where none covers the subject.
        reason_code: id of the rule, or the decision's origin; safe to log, says nothing about evidence.
        expires: seconds since 1970, None where it does not.
    """

    action: Action
    limits: Limits
    decision_id: str
    reason_code: str
    expires: float | None


ALLOW: Final = Answer(Action.ALLOW, Limits(), "", "", None)
"""The answer where no decision covers the subject."""
