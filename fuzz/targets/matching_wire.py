"""Blinded items and their evaluation, between a member and the key service."""

from __future__ import annotations

import contextlib

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching import wire

DESCRIPTION = "requests and answers of the key service"


def attempt(data: bytes) -> None:
    """A request that is read is written alike; an answer is of the right number or refused."""
    with contextlib.suppress(StillwatchError):
        epoch, blinded = wire.read_request(data, 1_000)
        assert wire.read_request(wire.request(epoch, blinded), 1_000) == (epoch, blinded)
    for number in (1, 2):
        wire.read_answer(data, "e1", number)
