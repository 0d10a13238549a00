"""The last look at what a person adds to a statement.

The program's own sentences are safe by the way they are made. A note by hand is free text: it is refused, not mended,
where it names a detector, a score or threshold, an id of ours, an address or another account, or quotes at length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final

from stillwatch.errors import StillwatchError

_STRENGTH: Final = "how strong the evidence is"
_SHAPES: Final[tuple[tuple[str, str], ...]] = (
    (
        "an id of a case, a decision or an indicator",
        r"\bcase-\d|\b(dec|ord|out|apl|apr|pro|ver|sta)-[0-9a-z]{10}|indicator--",
    ),
    (_STRENGTH, r"deciban|\bscores?\b|threshold|likelihood|posterior|probabilit|\bfdr\b"),
    (_STRENGTH, r"\d[.,]\d|\d\s*(%|percent\b|per cent\b)"),
    ("an address", r"\b\d{1,3}(\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){3,}|\bas\d{2,}\b"),
    ("a hash", r"\b[0-9a-f]{16,}\b"),
    ("a long quotation", '["“”«»„‘’\'`][^"“”«»„]{60,}["“”«»„‘’\'`]'),
    (
        "how detection works",
        r"detector|exemplar|minhash|n-gram|shingle|template|canary|watermark|fingerprint",
    ),
)
"""What must not be said, and the form it takes in small letters."""
_INVISIBLE: Final = frozenset({"Cf", "Cc", "Mn", "Me"})
MOST_NOTE: Final = 600


def check_note(text: str, names: Iterable[str], accounts: Collection[str], own: str) -> str:
    """A note by hand that may stand in a statement, without blanks around it.

    Args:
        text: the note.
        names: names and titles of detectors.
        accounts: other accounts of the case.
        own: the account that the statement is for.

    Raises:
        StillwatchError: SW-APL-31, it says what must not be said.
    """
    said = text.strip()
    if not said or len(said) > MOST_NOTE:
        raise _refused(f"it has {len(said):,} characters of at most {MOST_NOTE}")
    found = leak(said, names, accounts, own)
    if found:
        raise _refused(f"it names {found}")
    return said


def leak(text: str, names: Iterable[str], accounts: Collection[str], own: str) -> str:
    """What a text says that must not be said, in words; empty for nothing.

    Letters that only look different, invisible ones and other ways to write blanks change nothing.
    """
    plain = _plain(text)
    for what, shape in _SHAPES:
        if re.search(shape, plain):
            return what
    squeezed = _squeezed(plain)
    if any(_squeezed(_plain(name)) in squeezed for name in names):
        return "a detector"
    tokens = set(re.split(r"[\s,;:!?()<>\[\]{}\"']+", plain)) | {word.strip(".") for word in plain.split()}
    others = {_plain(account) for account in accounts} - {_plain(own)}
    if tokens & others or any(len(other) > 5 and other in plain for other in others):
        return "another account"
    return ""


def _plain(text: str) -> str:
    """Small letters without accents, invisible characters and other forms of the same letter."""
    opened = unicodedata.normalize("NFKD", text)
    return "".join(
        letter for letter in opened if unicodedata.category(letter) not in _INVISIBLE or letter == "\n"
    ).casefold()


def _squeezed(text: str) -> str:
    """Letters and digits alone."""
    return re.sub(r"[\W_]+", "", text)


def _refused(why: str) -> StillwatchError:
    return StillwatchError(
        f"this note cannot stand in a statement of reasons: {why}",
        code="SW-APL-31",
        hint="say what the account did and when, in words; nothing about how it was found or about others",
    )
