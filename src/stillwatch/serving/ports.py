"""Addresses to listen at: whether only this machine reaches them, and whether they are free."""

from __future__ import annotations

import contextlib
import ipaddress
import socket


def is_own(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return host == "localhost"


def why_not_free(host: str, port: int) -> str:
    """Why nobody can listen there, in words; empty where somebody can.

    A port in use has to be seen before a server is started: it would share it with whoever has it.
    """
    address = host.strip("[]")
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return error.strerror or str(error)
    return ""
