"""Token files, and what callers present as a token."""

from __future__ import annotations

from fuzz.files import through_file
from stillwatch.node.tokens import TokenFile

DESCRIPTION = "token files"


def attempt(data: bytes) -> None:
    """A file that is taken can be asked."""
    tokens = through_file(TokenFile, data, "tokens.json")
    assert tokens.find("swt_nobody") is None
