"""Addresses in one notation, however a log writes them, and the network around each."""

from __future__ import annotations

import socket
from typing import Final

_MAPPED: Final = b"\0" * 10 + b"\xff\xff"  # an IPv4 address in IPv6 notation


def normal(address: str) -> tuple[str, str | None]:
    """An address in its usual notation, and the network around it (/24 or /48).

    What is no address stays as it is and has no network.
    """
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
