"""How one browser wants pages to look: kept in its cookies, so that it works without a script and before a login."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"theme": ("system", "light", "dark"), "keys": ("on", "off"), "density": ("normal", "compact")}
)
"""What can be chosen, the usual first."""
_YEAR: Final = 365 * 86_400


def preferences(request: Request) -> dict[str, str]:
    """What this browser prefers; the usual where it says nothing that is known."""
    found = {}
    for name, words in CHOICES.items():
        given = request.cookies.get(name, "")
        found[name] = given if given in words else words[0]
    return found


def remember(response: Response, wanted: Mapping[str, str], *, secure: bool) -> None:
    """Have the browser remember; unknown words are left out."""
    for name, word in wanted.items():
        if word in CHOICES.get(name, ()):
            response.set_cookie(
                name, word, max_age=_YEAR, path="/", secure=secure, httponly=True, samesite="strict"
            )
