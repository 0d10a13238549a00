"""Addresses and networks as numbers, for look-ups by prefix."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final

from stillwatch.errors import StillwatchError

_MAPPED: Final = b"\0" * 10 + b"\xff\xff"


def address_bits(address: str) -> tuple[int, int] | None:
    """Width (32 or 128) and number of an address; None where it is none. IPv4 in IPv6 counts as IPv4."""
    try:
        if ":" not in address:
            return 32, int.from_bytes(socket.inet_pton(socket.AF_INET, address))
        packed = socket.inet_pton(socket.AF_INET6, address)
    except (OSError, ValueError):
        return None
    if packed.startswith(_MAPPED):
        return 32, int.from_bytes(packed[12:])
    return 128, int.from_bytes(packed)


def network_of(value: str) -> tuple[int, int, int]:
    """Width, prefix length and leading bits (shifted down) of an address or a network in CIDR form.

    Raises:
        StillwatchError: it is neither, or has bits set behind its prefix.
    """
    try:
        network = ipaddress.ip_network(value)
    except ValueError as error:
        raise StillwatchError(
            f"'{value}' is no address and no network",
            code="SW-DEC-05",
            hint="write it as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32",
        ) from error
    width, length, number = network.max_prefixlen, network.prefixlen, int(network.network_address)
    mapped = 0xFFFF << 32
    if width == 128 and length >= 96 and number >> 32 == mapped >> 32:
        width, length, number = 32, length - 96, number & 0xFFFFFFFF
    return width, length, number >> (width - length)
