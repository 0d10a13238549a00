"""A statement as text to send, and as JSON for the system that sends it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stillwatch.casework.statements.model import Statement


def as_text(statement: Statement) -> str:
    """Plain text; nothing in it can be taken for another line than its own."""
    lines = [
        f"{_line(statement.provider)}: statement of reasons",
        f"Account {_line(statement.account_id)}, {statement.dated}",
    ]
    for section in statement.sections:
        lines += ["", section.title, *(f"  {_line(sentence)}" for sentence in section.sentences)]
    return "\n".join(lines) + "\n"


def as_json(statement: Statement) -> dict[str, Any]:
    """For programs."""
    return dataclasses.asdict(statement)


def _line(text: str) -> str:
    """One line of letters that can be shown."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()
