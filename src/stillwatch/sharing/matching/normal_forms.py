"""One spelling for each identifier, so that two labs that mean the same blind the same."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.values import What

_MOST: Final = 1024
_PAYMENT: Final = re.compile(r"[A-Za-z0-9_-]{8,128}", re.ASCII)
_CARD: Final = re.compile(r"[0-9]{12,19}", re.ASCII)
_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_BLANKS: Final = re.compile(r"\s+")


def normal(what: What, text: str) -> str:
    """The normal form of an identifier.

    Payment references keep their case and lose blanks around them; domains are lower-case ASCII without ``www.`` and a
    dot at the end; client fingerprints are NFKC with single blanks.

    Raises:
        StillwatchError: SW-MATCH-05 where it is none of its kind, SW-MATCH-06 where it is a card number. Neither
            quotes it.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip()
    if not cleaned or len(cleaned) > _MOST:
        raise _not_of(what, f"it has 1 to {_MOST:,} characters")
    match what:
        case What.PAYMENT:
            return _payment(cleaned)
        case What.API_CLIENT:
            return _BLANKS.sub(" ", cleaned)
        case What.ORGANIZATION_DOMAIN:
            return _domain(cleaned)


def encoded(what: What, normal_form: str) -> bytes:
    """What goes into the blinding: kinds apart, so that a value of one never equals a value of another."""
    return b"stillwatch item, version 1\0" + what.value.encode() + b"\0" + normal_form.encode()


def _payment(cleaned: str) -> str:
    if _CARD.fullmatch(re.sub(r"[ -]", "", cleaned)):
        raise StillwatchError(
            "this looks like a card number, which must not be shared in any form",
            code="SW-MATCH-06",
            hint="use the payment account reference or another reference that both labs get from the payment network",
        )
    if not _PAYMENT.fullmatch(cleaned):
        raise _not_of(What.PAYMENT, "a payment reference has 8 to 128 letters, digits, _ and -")
    return cleaned


def _domain(cleaned: str) -> str:
    try:
        ascii_form = cleaned.lower().rstrip(".").encode("idna").decode()
    except UnicodeError:
        raise _not_of(What.ORGANIZATION_DOMAIN, "a domain has labels of 1 to 63 characters") from None
    name = ascii_form.removeprefix("www.")
    labels = name.split(".")
    if len(name) > 253 or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _not_of(What.ORGANIZATION_DOMAIN, "write it as example.com, without a scheme or a path")
    if labels[-1].isdigit():
        raise _not_of(What.ORGANIZATION_DOMAIN, "an address is no domain")
    return name


def _not_of(what: What, hint: str) -> StillwatchError:
    return StillwatchError(f"this is no value of the kind {what}", code="SW-MATCH-05", hint=hint)
