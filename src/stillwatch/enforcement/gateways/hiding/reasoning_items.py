"""One block or item of reasoning, in any dialect: its text goes, what only the provider can read stays."""

from __future__ import annotations

from typing import Any, Final

_READABLE: Final = frozenset(
    ("text", "summary", "content", "thinking", "reasoning", "reasoning_content", "output_text")
)


def hide_item(item: dict[str, Any]) -> bool:
    """Empty the readable fields of an item of reasoning, in place; says whether there was anything.

    A field keeps its type (an empty list, an empty text), since clients check for it. ``data`` is opaque only in
    encrypted and redacted blocks.
    """
    changed = False
    for field, value in item.items():  # no field comes or goes meanwhile
        if value and field in _READABLE:
            item[field] = [] if isinstance(value, list) else ""
            changed = True
    if item.get("data"):
        kind = str(item.get("type", ""))
        if "encrypted" not in kind and "redacted" not in kind:
            item["data"] = ""
            changed = True
    return changed
