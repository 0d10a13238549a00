"""What is said of authorisations, in sentences that fit where reasons stand and carry no text of a request."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

from stillwatch.detection.contract import percent

if TYPE_CHECKING:
    from stillwatch.core.authorisation import Authorisation

_NAME: Final = 24
_REFERENCE: Final = 18


def covered(authorisation: Authorisation, share: float) -> str:
    """A holder within its scope."""
    return f"{percent(share)} authorised: {_agreed(authorisation)}"


def beyond(authorisation: Authorisation, share: float) -> str:
    """A holder outside its scope."""
    return f"{percent(share)} beyond {_agreed(authorisation)}"


def claimed(authorisation: Authorisation, share: float) -> str:
    """Requests that say whose they are."""
    name, owner = cut(authorisation.name, 32), cut(authorisation.owner, 32)
    return f"{percent(share)} of its requests are those of “{name}”, registered by {owner}"


def resold(authorisation: Authorisation) -> str:
    """What resale explains."""
    name, owner = cut(authorisation.name, _NAME), cut(authorisation.owner, _NAME)
    return f"common addresses and payments are those of the reseller “{name}”, declared by {owner}"


def stranger(authorisation: Authorisation) -> str:
    """An account that does a holder's work and is not the holder's."""
    name, owner = cut(authorisation.name, _NAME), cut(authorisation.owner, _NAME)
    return f"none of the accounts of “{name}”, whose work it does; {owner} can say whose it is"


def last_day(authorisation: Authorisation) -> str:
    """The last day on which an authorisation holds, ``YYYY-MM-DD``."""
    moment = datetime.datetime.fromtimestamp(authorisation.until_us / 1e6 - 1, datetime.UTC)
    return moment.date().isoformat()


def cut(text: str, longest: int) -> str:
    """A text that is no longer than it may be."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _agreed(authorisation: Authorisation) -> str:
    name, owner = cut(authorisation.name, _NAME), cut(authorisation.owner, _REFERENCE)
    agreement = f", {cut(authorisation.agreement, _REFERENCE)}" if authorisation.agreement else ""
    return f"“{name}”{agreement}, owner {owner}, until {last_day(authorisation)}"
