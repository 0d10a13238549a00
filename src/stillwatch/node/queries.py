"""Reading the parameters of a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DIGITS: Final = 10


def number(given: Mapping[str, str], name: str, usual: int, most: int) -> int:
    """A parameter as a whole number.

    Args:
        given: the query.
        name: of the parameter.
        usual: what counts where it is left out.
        most: what a larger one counts as.

    Raises:
        StillwatchError: it is none.
    """
    word = given.get(name) or str(usual)
    if not word.isascii() or not word.isdecimal() or len(word) > _DIGITS:
        raise StillwatchError(f"{name} is no number", code="SW-NODE-21", hint="write it in digits")
    return min(int(word), most)
