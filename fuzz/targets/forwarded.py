"""The header that proxies name clients in, and anybody can send."""

from __future__ import annotations

from stillwatch.enforcement.forwarded import client, proxies
from stillwatch.enforcement.networks import address_bits
from stillwatch.enforcement.regions import Embedded, Regions

DESCRIPTION = "X-Forwarded-For"


_PROXIES = proxies(["192.0.2.0/24", "2001:db8::/32"])


def attempt(data: bytes) -> None:
    """The first line is the peer, the rest the header; what is believed is an address."""
    peer, _, header = data.decode("latin-1").partition("\n")
    found = client(peer, header, _PROXIES)
    assert not (found.believed and found.address) or address_bits(found.address) is not None
    _REGIONS.place(found)


_REGIONS = Regions(Embedded())
