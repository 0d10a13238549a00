"""Where detection gets the authorisations from: a file, the casework database, or both; read anew whenever asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch import clock
from stillwatch.casework.authorisations.form import read_file
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.core.authorisation import Authorisation
    from stillwatch.traffic.pseudonyms import Pseudonymiser

_FILE: Final = ".toml"


def read_all(places: Sequence[str], pseudonyms: Pseudonymiser) -> tuple[Authorisation, ...]:
    """The authorisations of several places, in their order.

    Args:
        places: paths of TOML files, paths or URLs of casework databases.
        pseudonyms: the lab's key.

    Raises:
        StillwatchError: one cannot be read, or two of them register the same id.
    """
    found: dict[str, Authorisation] = {}
    for place in places:
        for each in _read(place, pseudonyms):
            if each.authorisation_id in found:
                raise StillwatchError(
                    f"two authorisations are called {each.authorisation_id}",
                    code="SW-AUT-03",
                    where=place,
                    hint="give each an id of its own",
                )
            found[each.authorisation_id] = each
    return tuple(found.values())


class LastKnown:
    """The authorisations as they are now; where they cannot be read, as they last were.

    Args:
        places: as of `read_all`.
        pseudonyms: the lab's key.
        on_trouble: told in a sentence when they could not be read, and with an empty word when they could.
    """

    def __init__(
        self, places: Sequence[str], pseudonyms: Pseudonymiser, on_trouble: Callable[[str], None]
    ) -> None:
        self._places, self._pseudonyms, self._on_trouble = places, pseudonyms, on_trouble
        self._known: tuple[Authorisation, ...] | None = None

    def __call__(self) -> tuple[Authorisation, ...]:
        """Read them.

        Raises:
            StillwatchError: they cannot be read and never were.
        """
        try:
            self._known = read_all(self._places, self._pseudonyms)
        except StillwatchError as error:
            if self._known is None:
                raise
            self._on_trouble(f"authorisations are as they last were: {error.message}")
        else:
            self._on_trouble("")
        return self._known


def _read(place: str, pseudonyms: Pseudonymiser) -> tuple[Authorisation, ...]:
    if Path(place).suffix == _FILE and "://" not in place:
        return read_file(Path(place), pseudonyms)
    from stillwatch.casework.authorisations.register import Register  # deferred: a file needs no database
    from stillwatch.casework.records import open_records

    with open_records(place, None, make=False) as records:
        return Register(records, clock.now).in_force(pseudonyms.fingerprint())
