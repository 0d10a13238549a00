"""Anthropic's messages: thinking in content blocks of its own, told apart by their index while they stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.gateways.hiding.reasoning_items import hide_item

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish

_BLOCKS: Final = ("content_block_start", "content_block_delta", "content_block_stop")
_EVENTS: Final = frozenset((*_BLOCKS, "message_start", "message_delta", "message_stop"))
_THOUGHTS: Final = ("thinking", "redacted_thinking")


class Messages:
    """Content blocks of a message. Probabilities do not exist in this dialect."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None:
        self._hides = wish.reasoning
        self._thoughts = thoughts
        self._thinking: set[object] = set()

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Known by the type of the event or body."""
        kind = payload.get("type")
        return kind in _EVENTS or (kind == "message" and isinstance(payload.get("content"), list))

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """An event without thinking; signatures and redacted blocks pass."""
        if not self._hides:
            return None
        kind, index = payload.get("type"), payload.get("index")
        match kind, payload:
            case "message_start", {"message": dict(message)}:
                return [payload] if self.body(message) else None
            case "content_block_start", {"content_block": dict(block)}:
                return self._start(payload, block, index)
            case "content_block_delta", {"delta": dict(delta)}:
                return self._delta(payload, delta, index)
            case "content_block_stop", _:
                return self._stop(payload, index)
        return None

    def body(self, payload: dict[str, Any]) -> bool:
        """A whole message."""
        changed = False
        content = payload.get("content")
        for block in content if self._hides and isinstance(content, list) else ():
            if not isinstance(block, dict):
                continue
            if block.get("type") in _THOUGHTS:
                changed |= hide_item(block)
            elif block.get("type") == "text" and isinstance(block.get("text"), str):
                shown = self._thoughts.whole(block["text"])
                changed |= shown != block["text"]
                block["text"] = shown
        return changed

    def _start(
        self, payload: dict[str, Any], block: dict[str, Any], index: object
    ) -> list[dict[str, Any]] | None:
        if block.get("type") in _THOUGHTS:
            self._thinking.add(index)
            return [payload] if hide_item(block) else None
        self._thinking.discard(index)
        return self._shown(payload, block, index)

    def _delta(
        self, payload: dict[str, Any], delta: dict[str, Any], index: object
    ) -> list[dict[str, Any]] | None:
        kind = str(delta.get("type"))
        if kind == "signature_delta":
            return None
        if index in self._thinking or kind.startswith(("thinking", "reasoning")):
            return []
        shown = self._shown(payload, delta, index)
        return [] if shown and not delta.get("text") else shown

    def _shown(
        self, payload: dict[str, Any], holder: dict[str, Any], index: object
    ) -> list[dict[str, Any]] | None:
        """The payload with the tagged thought taken out of its text."""
        text = holder.get("text")
        if not isinstance(text, str) or not text:
            return None
        holder["text"] = self._thoughts.piece(("messages", index), text)
        return None if holder["text"] == text else [payload]

    def _stop(self, payload: dict[str, Any], index: object) -> list[dict[str, Any]] | None:
        self._thinking.discard(index)
        late = self._thoughts.end(("messages", index))
        if not late:
            return None
        delta = {"type": "text_delta", "text": late}
        return [{"type": "content_block_delta", "index": index, "delta": delta}, payload]
