"""Answers of models on their way through a gateway that hides reasoning in them."""

from __future__ import annotations

import contextlib

from stillwatch.enforcement.gateways.hiding.stream import StreamFilter, UnreadableError, hide_in_body
from stillwatch.enforcement.gateways.hiding.wish import Wish

DESCRIPTION = "streamed answers that reasoning is hidden in"


_WISH = Wish(reasoning=True, logprobs=True)


def attempt(data: bytes) -> None:
    """In one piece or in several, the same comes out; what cannot be read is withheld."""
    for lines in (False, True):
        with contextlib.suppress(UnreadableError):
            whole = _filtered([data], lines)
            assert _filtered([data[k : k + 7] for k in range(0, len(data), 7)], lines) == whole
    with contextlib.suppress(UnreadableError):
        hide_in_body(_WISH, data)


def _filtered(pieces: list[bytes], lines: bool) -> bytes:
    stream = StreamFilter(_WISH, lines=lines)
    out = b"".join([*(stream.feed(piece) for piece in pieces), stream.finish()])
    return out.replace(b"\r", b"\n").replace(b"\n", b"")
