"""Addresses in one notation, and the network around each."""

from __future__ import annotations

import socket
from typing import Final

import pyarrow as pa

_MAPPED: Final = b"\0" * 10 + b"\xff\xff"  # an IPv4 address in IPv6 notation


def normalised(values: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Addresses however they are written as one text each, and their networks; null where there is none.

    What is no address stays as it is and has no network.

    Args:
        values: a string column.

    Returns:
        Addresses and networks (the /24 or /48 around each), as dictionary columns decoded to strings.
    """
    coded = values.dictionary_encode()
    pairs = [_normal(address) for address in coded.dictionary.to_pylist()]
    addresses, networks = (pa.array([pair[k] for pair in pairs], pa.string()) for k in (0, 1))
    return addresses.take(coded.indices), networks.take(coded.indices)


def _normal(address: str) -> tuple[str, str | None]:
    """One address in its usual notation, and the network around it."""
    try:
        if ":" not in address:
            packed = socket.inet_pton(socket.AF_INET, address)
        else:
            packed = socket.inet_pton(socket.AF_INET6, address)
            if not packed.startswith(_MAPPED):
                return socket.inet_ntop(socket.AF_INET6, packed), packed[:6].hex()
            packed = packed[12:]
        return socket.inet_ntop(socket.AF_INET, packed), packed[:3].hex()
    except (OSError, ValueError):  # ValueError: a NUL byte inside
        return address, None
