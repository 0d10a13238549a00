"""The texts that may be asked: one a line, as plain text or as JSON lines with a ``text`` or ``prompt``."""

from __future__ import annotations

import json
from pathlib import Path

from stillwatch.errors import ExitCode, StillwatchError


def read_pool(path: Path) -> tuple[str, ...]:
    """The texts of a file, in its order; one that stands there twice counts once.

    Raises:
        StillwatchError: SW-ATT-73, it cannot be read, or a line has no text.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable("the prompts cannot be read", str(path)) from error
    texts: dict[str, None] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            texts.setdefault(_text(line, f"{path}:{number}") if path.suffix == ".jsonl" else line.strip())
    if not texts:
        raise _unreadable("there are no prompts", str(path))
    return tuple(texts)


def _text(line: str, where: str) -> str:
    try:
        found = json.loads(line)
        text = found.get("text") or found.get("prompt")
    except (ValueError, AttributeError, RecursionError) as error:
        raise _unreadable("a line is no JSON object", where) from error
    if not isinstance(text, str) or not text.strip():
        raise _unreadable("a line has neither `text` nor `prompt`", where)
    return text.strip()


def _unreadable(message: str, where: str) -> StillwatchError:
    return StillwatchError(
        message,
        code="SW-ATT-73",
        where=where,
        hint='a text file with a prompt a line, or .jsonl with {"text": …}',
        exit_code=ExitCode.UNREADABLE,
    )
