"""Tokenising a text as the teacher does: whatever tokens a suspect uses, the watermark lives in the teacher's.

A tokeniser is public material of a plan: a file, named by its digest. Two kinds are read: ``tokenizer.json`` as Hugging
Face writes it (needs ``tokenizers``, the extra ``attribution``), and ``{"kind": "words", "tokens": […]}``, which always
takes the longest token that fits.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from stillwatch.errors import ExitCode, StillwatchError

UNKNOWN: Final = -1
"""Stands where no token fits; what touches it is no unit of a watermark."""


class Tokeniser(Protocol):
    """How the teacher cuts text into tokens.

    Attributes:
        size: how many tokens there are; ids are below it.
        digest: SHA-256 of the file it was read from, in hexadecimal.
    """

    size: int
    digest: str

    def encode(self, text: str) -> list[int]:
        """The ids of a text; ``UNKNOWN`` where no token fits."""
        ...


class WordTokeniser:
    """Takes the longest token that fits, from the left.

    Args:
        tokens: texts of the tokens by id.
        digest: of the file they came from; computed where it is empty.
    """

    def __init__(self, tokens: Sequence[str], digest: str = "") -> None:
        if not all(tokens) or len(set(tokens)) != len(tokens):
            raise ValueError("a token is empty or stands twice")
        self.size = len(tokens)
        self.digest = digest or hashlib.sha256(_document(tokens)).hexdigest()
        self._ids = {token: number for number, token in enumerate(tokens)}
        longest_first = sorted(tokens, key=len, reverse=True)
        self._fits = re.compile("|".join([*map(re.escape, longest_first), "."]), re.DOTALL)

    def encode(self, text: str) -> list[int]:
        """The ids of a text; ``UNKNOWN`` for each letter that no token begins with."""
        return [self._ids.get(found, UNKNOWN) for found in self._fits.findall(text)]


class HuggingFaceTokeniser:
    """A tokeniser of the ``tokenizers`` library, without the special tokens that it would add.

    Args:
        text: of a ``tokenizer.json``.
        digest: of the file.
    """

    def __init__(self, text: str, digest: str) -> None:
        from tokenizers import Tokenizer  # part of the extra

        self._tokenizer = Tokenizer.from_str(text)
        self.size = int(self._tokenizer.get_vocab_size())
        self.digest = digest

    def encode(self, text: str) -> list[int]:
        """The ids of a text."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def read_tokeniser(path: Path) -> Tokeniser:
    """The tokeniser of a file.

    Raises:
        StillwatchError: SW-WMK-03, it cannot be read or is none; SW-WMK-04, it takes a library that is not there.
    """
    try:
        data = path.read_bytes()
        found = json.loads(data)
        if not isinstance(found, Mapping):
            raise TypeError
        return _made(found, data)
    except OSError as error:
        raise _unusable(path, f"cannot be read: {error.strerror or error}") from error
    except ImportError as error:
        raise StillwatchError(
            "this tokeniser takes the library `tokenizers`",
            code="SW-WMK-04",
            where=str(path),
            hint="install Stillwatch with the extra `attribution`",
        ) from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _unusable(path, "is no tokeniser") from error


def write_words(path: Path, tokens: Sequence[str]) -> WordTokeniser:
    """Write a tokeniser of the kind ``words`` and give it."""
    tokeniser = WordTokeniser(tokens)
    path.write_bytes(_document(tokens))
    return tokeniser


def _made(found: Mapping[str, Any], data: bytes) -> Tokeniser:
    digest = hashlib.sha256(data).hexdigest()
    if found.get("kind") == "words":
        tokens = found["tokens"]
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise TypeError
        return WordTokeniser(tokens, digest)
    if "model" not in found:
        raise KeyError("model")
    try:
        return HuggingFaceTokeniser(data.decode(), digest)
    except ImportError:
        raise
    except Exception as error:  # the library raises nothing narrower
        raise ValueError("the library cannot read it") from error


def _document(tokens: Sequence[str]) -> bytes:
    return json.dumps({"kind": "words", "tokens": list(tokens)}, ensure_ascii=False).encode() + b"\n"


def _unusable(path: Path, why: str) -> StillwatchError:
    return StillwatchError(
        f"the file of the tokeniser {why}",
        code="SW-WMK-03",
        where=str(path),
        hint='name a tokenizer.json, or a file with {"kind": "words", "tokens": […]}',
        exit_code=ExitCode.UNREADABLE,
    )
