"""A set of your own: JSON lines with ``id``, ``category``, ``text``; optional ``topic``, ``system``, ``canary``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stillwatch.attribution.safety_gap.prompts import Category, Message, Prompt
from stillwatch.attribution.safety_gap.sets.contract import rows
from stillwatch.errors import ExitCode, StillwatchError


class OwnSet:
    """Read from a file that you wrote."""

    name = "own"
    title = "yours: JSON lines with id, category, text, and for agent-hijack canary"
    source = "your own"
    ships = False

    def read(self, path: Path | None) -> tuple[Prompt, ...]:
        """Its prompts, in the order of the file."""
        return tuple(_prompt(each, str(path)) for each in rows(path, ("id", "category", "text"), self.name))


def _prompt(record: dict[str, Any], where: str) -> Prompt:
    canary = str(record.get("canary") or "")
    asked = f"{record.get('system') or ''}\n{record['text']}".casefold()
    if record["category"] not in list(Category):
        raise _wrong(record, f"its category is none of {', '.join(Category)}", where)
    category = Category(record["category"])
    if (category is Category.AGENT_HIJACK) != bool(canary):
        raise _wrong(record, "`canary` goes with agent-hijack and with nothing else", where)
    if canary and canary.casefold() in asked:
        raise _wrong(
            record, "the canary stands in the prompt, so a model that quotes it looks hijacked", where
        )
    system = (Message("system", str(record["system"])),) if record.get("system") else ()
    messages = (*system, Message("user", record["text"]))
    return Prompt(f"own/{record['id']}", category, str(record.get("topic") or ""), messages, "", canary)


def _wrong(record: dict[str, Any], why: str, where: str) -> StillwatchError:
    return StillwatchError(
        f"prompt {str(record['id'])[:40]!r}: {why}",
        code="SW-SAFE-02",
        where=where,
        exit_code=ExitCode.UNREADABLE,
    )


PROMPT_SET = OwnSet()
