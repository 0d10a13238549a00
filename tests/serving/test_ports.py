from __future__ import annotations

import socket

import pytest

from stillwatch.serving.ports import is_own, why_not_free


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("[::1]", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("192.0.2.1", False),
        ("hub.example.com", False),
        ("", False),
    ],
)
def test_only_loopback_is_this_machines_own(host: str, own: bool) -> None:
    assert is_own(host) is own


def test_a_port_in_use_and_an_address_of_somebody_else_are_not_free() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]
        assert why_not_free("127.0.0.1", port) == "Address already in use"
    assert why_not_free("127.0.0.1", port) == ""
    assert why_not_free("192.0.2.1", port) == "Cannot assign requested address"
