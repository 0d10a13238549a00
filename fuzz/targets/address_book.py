"""An address database in the form of MaxMind, and the addresses that are looked up in it."""

from __future__ import annotations

from fuzz.files import through_file
from stillwatch.enforcement.regions import MaxMind

DESCRIPTION = "address databases"


_ASKED = ("192.0.2.1", "2001:db8::1", "::ffff:198.51.100.7", "203.0.113.255")


def attempt(data: bytes) -> None:
    """A database that opens answers, whatever stands in it."""
    book = through_file(MaxMind, data, "addresses.mmdb")
    for address in _ASKED:
        country, network = book.look_up(address)
        assert isinstance(country, str)
        assert isinstance(network, int)
