"""What a suspect's endpoint answers; nobody is less to be trusted."""

from __future__ import annotations

import contextlib

from stillwatch.attribution.querying.reply import read_reply

DESCRIPTION = "answers of a suspect's endpoint"


def attempt(data: bytes) -> None:
    """An answer is understood or is no answer; nothing else happens."""
    with contextlib.suppress(ValueError):
        read_reply(data, {"x-model": "model"})
