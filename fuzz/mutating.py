"""Inputs that are kept, changed here and there: instead of guidance by coverage where atheris is not installed."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

WORDS = (
    *(b"{", b"}", b"[", b"]", b'"', b":", b",", b"&", b"=", b"  ", b"\n", b"\r\n\r\n", b"\x00", b"\xff"),
    *(b"null", b"true", b"-1", b"0", b"1e999", b"9" * 40, b"\\u0000", b"\\ud800"),
    *(b"9999-12-31T23:59:59Z", b"2026-02-30", b"../", b"%00"),
)
"""Pieces that readers stumble over."""


@st.composite
def mutated(draw: st.DrawFn, kept: Sequence[bytes]) -> bytes:
    """A kept input with up to six changes: bytes cut out, put in, replaced, doubled, or taken from another."""
    data = bytearray(draw(st.sampled_from(kept)))
    for _ in range(draw(st.integers(1, 6))):
        begin = draw(st.integers(0, len(data)))
        end = min(len(data), begin + draw(st.integers(0, 12)))
        match draw(st.sampled_from(("cut", "put", "replace", "double", "splice"))):
            case "cut":
                del data[begin:end]
            case "put":
                data[begin:begin] = draw(st.sampled_from(WORDS))
            case "replace":
                data[begin:end] = draw(st.binary(max_size=8))
            case "double":
                data[begin:begin] = data[begin:end]
            case _:
                other = draw(st.sampled_from(kept))
                place = draw(st.integers(0, len(other)))
                data[begin:end] = other[place : place + 40]
    return bytes(data)
