"""Payloads of no known dialect: whatever is unmistakably reasoning goes, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.gateways.hiding.reasoning_items import hide_item

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.wish import Wish

_UNMISTAKABLE: Final = ("reasoning_content", "reasoning_text", "reasoning_details", "thinking_blocks")
_THOUGHTS: Final = ("thinking", "thinking_delta", "reasoning", "reasoning_text", "summary_text")


class Unknown:
    """Taken where no dialect knows a payload."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """The payload with reasoning emptied."""
        return [payload] if self.body(payload) else None

    def body(self, payload: dict[str, Any]) -> bool:
        """The same for a whole answer."""
        return _walk(payload) if self._wish.reasoning else False


def _walk(value: object) -> bool:
    """Empties reasoning in a value, however deep."""
    if isinstance(value, list):
        walked = [_walk(each) for each in value]
        return any(walked)
    if not isinstance(value, dict):
        return False
    changed = False
    for field in _UNMISTAKABLE:
        changed |= value.pop(field, None) is not None
    if value.get("type") in _THOUGHTS:
        changed |= hide_item(value)
    below = [_walk(each) for each in value.values()]
    return any(below) or changed
