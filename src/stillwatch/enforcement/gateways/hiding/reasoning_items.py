"""One block or item of reasoning, in any dialect: its text goes, what only the provider can read stays."""

from __future__ import annotations

from typing import Any, Final

_READABLE: Final = ("text", "summary", "content", "thinking", "reasoning", "reasoning_content", "output_text")
_ENCRYPTED: Final = ("encrypted", "redacted")


def hide_item(item: dict[str, Any]) -> bool:
    """Empty the readable fields of an item of reasoning, in place; says whether there was anything.

    A field keeps its type (an empty list, an empty text), since clients check for it. ``data`` is opaque only in
    encrypted and redacted blocks.
    """
    changed = False
    for field in _READABLE:
        value = item.get(field)
        if value:
            item[field] = [] if isinstance(value, list) else ""
            changed = True
    kind = str(item.get("type", ""))
    if item.get("data") and not any(word in kind for word in _ENCRYPTED):
        item["data"] = ""
        changed = True
    return changed
