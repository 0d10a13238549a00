"""Which address a request came from: the peer's, or what a trusted proxy names; a client's own word is not believed."""

from __future__ import annotations

import dataclasses
import ipaddress
from collections.abc import Iterable, Sequence

from stillwatch.enforcement.networks import address_bits
from stillwatch.errors import StillwatchError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclasses.dataclass(frozen=True, slots=True)
class Client:
    """Where a request came from.

    Attributes:
        address: the best there is; empty where none can be told.
        believed: the address was seen, or named, by a machine of the operator's own.
        claimed: an address that was only claimed, in a header that anybody can send; kept as a mark, never used.
    """

    address: str
    believed: bool
    claimed: str = ""


def proxies(networks: Iterable[str]) -> tuple[Network, ...]:
    """The networks of the operator's own proxies.

    Raises:
        StillwatchError: one is none.
    """
    found = []
    for network in networks:
        try:
            found.append(ipaddress.ip_network(network))
        except ValueError as error:
            raise StillwatchError(
                f"'{network}' is no network of a proxy",
                code="SW-POL-70",
                hint="write it as 192.0.2.7 or 192.0.2.0/24",
            ) from error
    return tuple(found)


def client(peer: str, forwarded: str, trusted: Sequence[Network]) -> Client:
    """Who asks.

    Args:
        peer: address at the other end of the connection; empty where it is not known, as in most logs.
        forwarded: the header ``X-Forwarded-For``, the client's end first.
        trusted: the operator's own proxies.
    """
    hops = [hop for part in forwarded.split(",") if (hop := _bare(part))]
    claimed = hops[0] if hops else ""
    if not _trusted(peer, trusted):
        return Client(peer, bool(peer) and address_bits(peer) is not None, claimed)
    for hop in reversed(hops):
        if address_bits(hop) is None:
            return Client("", False, claimed)
        if not _trusted(hop, trusted):
            return Client(hop, True, claimed if claimed != hop else "")
    return Client(claimed or peer, True)


def _trusted(address: str, trusted: Sequence[Network]) -> bool:
    bits = address_bits(address)
    if bits is None:
        return False
    width, number = bits
    return any(
        network.max_prefixlen == width
        and number >> (width - network.prefixlen)
        == int(network.network_address) >> (width - network.prefixlen)
        for network in trusted
    )


def _bare(hop: str) -> str:
    """An address without port, brackets or quotes."""
    text = hop.strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text
