"""Where an address is: an embedded database of registrations, or one the operator names.

Sources disagree about many addresses, so a place is one piece of evidence and never the only one for ever.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from stillwatch.enforcement.networks import address_bits
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.enforcement.forwarded import Client


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where an address is.

    Attributes:
        country: ISO 3166-1 alpha-2; empty if unknown.
        asn: number of the autonomous system; 0 if unknown.
        believed: whether the address itself can be believed; what is not is never acted on.
        source: the database that says so.
    """

    country: str
    asn: int
    believed: bool
    source: str

    def facts(self) -> dict[str, Any]:
        """The fields of ``place`` in conditions: without country and system where the address is not believed."""
        found: dict[str, Any] = {"believed": self.believed}
        if self.believed and self.country:
            found["country"] = self.country
        if self.believed and self.asn:
            found["asn"] = self.asn
        return found


class AddressBook(Protocol):
    """A database of addresses."""

    @property
    def source(self) -> str:
        """What it is called."""
        ...

    def look_up(self, address: str) -> tuple[str, int]:
        """Country and autonomous system, empty and 0 where it does not say."""
        ...


class Embedded:
    """Countries of registration, inside the program; knows no autonomous systems."""

    source = "registrations"

    def look_up(self, address: str) -> tuple[str, int]:
        """The country the address is registered in."""
        import iptocc  # deferred: its data takes a moment to unpack

        if address_bits(address) is None:
            return "", 0
        return iptocc.country_code(address) or "", 0


_DIGITS: Final = 10
"""Of the number of an autonomous system (RFC 6793)."""


class MaxMind:
    """An operator's own database in MaxMind's format: of countries, of autonomous systems, or of both.

    Raises:
        StillwatchError: the file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        import maxminddb

        try:
            self._reader = maxminddb.open_database(str(path))
            self.source = self._reader.metadata().database_type
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            raise StillwatchError(
                f"the database of addresses cannot be read: {error}",
                code="SW-POL-71",
                where=str(path),
                hint="name a file in MaxMind's format (.mmdb)",
                exit_code=ExitCode.UNREADABLE,
            ) from error

    def look_up(self, address: str) -> tuple[str, int]:
        """What the file says about the address; nothing where it is damaged there."""
        import maxminddb

        if address_bits(address) is None:
            return "", 0
        try:
            found = self._reader.get(address)
        except (
            ValueError,
            maxminddb.InvalidDatabaseError,
        ):  # a newer kind of address in a file of the older, or damage
            return "", 0
        record = found if isinstance(found, dict) else {}
        country, number = record.get("country"), record.get("autonomous_system_number", record.get("asn", 0))
        code = (
            country.get("iso_code", "")
            if isinstance(country, dict)
            else country or record.get("country_code", "")
        )
        digits = str(number).upper().removeprefix("AS")
        return str(code), int(digits) if digits.isdecimal() and len(digits) <= _DIGITS else 0


class Regions:
    """Looks addresses up, in several databases where one does not say all.

    Args:
        books: asked in turn; the first that knows the country, or the system, counts.
    """

    def __init__(self, *books: AddressBook) -> None:
        self._books: tuple[AddressBook, ...] = books or (Embedded(),)

    @classmethod
    def named(cls, files: tuple[Path, ...]) -> Regions:
        """The operator's files first, then the embedded database."""
        return cls(*(MaxMind(file) for file in files), Embedded())

    def place(self, client: Client) -> Place:
        """Where a client is; an address that was only claimed gives nothing."""
        country, asn, source = "", 0, ""
        for book in self._books if client.believed else ():
            code, number = book.look_up(client.address)
            source = source or (book.source if code or number else "")
            country, asn = country or code, asn or number
        return Place(country, asn, client.believed, source)
