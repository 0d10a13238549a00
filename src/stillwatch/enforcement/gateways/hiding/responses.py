"""OpenAI's Responses: reasoning in events of its own, in output items, and again in the snapshots of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.gateways.hiding.reasoning_items import hide_item

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish

_THOUGHTS: Final = ("reasoning", "summary_text")


class Responses:
    """Output items. ``sequence_number`` keeps its gaps: clients resume by it."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None:
        self._hides = wish.reasoning
        self._thoughts = thoughts

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Known by the type of the event, or by its output."""
        kind = payload.get("type")
        if isinstance(kind, str) and kind.startswith("response."):
            return True
        return payload.get("object") == "response" and isinstance(payload.get("output"), list)

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """An event without reasoning; events that tell of nothing else are dropped."""
        kind = str(payload.get("type", ""))
        part, late = payload.get("part"), ""
        if self._hides and (kind.startswith("response.reasoning") or _is_reasoning_text(part)):
            return []
        changed = "logprobs" in payload and _spelt_out(payload)
        if kind.startswith("response.output_text.d"):
            place = ("responses", payload.get("output_index"), payload.get("content_index"))
            if kind == "response.output_text.delta" and self._hides:
                return self._delta(payload, place, changed=changed)
            if kind == "response.output_text.done":
                late = self._thoughts.end(place)
                changed |= self._text(payload)
        if isinstance(part, dict):
            changed |= self._part(part)
        if isinstance(item := payload.get("item"), dict):
            changed |= self._item(item)
        if isinstance(response := payload.get("response"), dict):
            changed |= self.body(response)
        if late:
            delta = {**payload, "type": "response.output_text.delta", "delta": late}
            delta.pop("text", None)
            return [delta, payload]
        return [payload] if changed else None

    def body(self, payload: dict[str, Any]) -> bool:
        """A whole response."""
        changed = False
        output = payload.get("output")
        for item in output if isinstance(output, list) else ():
            if isinstance(item, dict):
                changed |= self._item(item)
        return ("output_text" in payload and self._text(payload, "output_text")) or changed

    def _delta(self, payload: dict[str, Any], place: object, *, changed: bool) -> list[dict[str, Any]] | None:
        text = payload.get("delta")
        if isinstance(text, str) and text:
            payload["delta"] = self._thoughts.piece(place, text)
            if not payload["delta"]:
                return []
            changed |= payload["delta"] != text
        return [payload] if changed else None

    def _item(self, item: dict[str, Any]) -> bool:
        """An output item: reasoning keeps id and encrypted content, a message loses tagged thoughts."""
        if item.get("type") == "reasoning":
            return hide_item(item) if self._hides else False
        content = item.get("content")
        if not isinstance(content, list):
            return False
        changed, shown = False, []
        for part in content:
            if self._hides and _is_reasoning_text(part):
                continue
            shown.append(part)
            if isinstance(part, dict):
                changed |= self._part(part)
        if len(shown) != len(content):
            item["content"], changed = shown, True
        return changed

    def _part(self, part: dict[str, Any]) -> bool:
        changed = "logprobs" in part and _spelt_out(part)
        return (self._hides and self._text(part)) or changed

    def _text(self, holder: dict[str, Any], field: str = "text") -> bool:
        """Takes a tagged thought out of a whole text."""
        text = holder.get(field)
        if not isinstance(text, str) or not self._hides:
            return False
        shown = self._thoughts.whole(text)
        if shown == text:
            return False
        holder[field] = shown
        return True


def _spelt_out(holder: dict[str, Any]) -> bool:
    """Empties token probabilities."""
    if not holder.get("logprobs"):
        return False
    holder["logprobs"] = []
    return True


def _is_reasoning_text(part: object) -> bool:
    if not isinstance(part, dict):
        return False
    kind = part.get("type")
    return isinstance(kind, str) and kind.startswith(_THOUGHTS)
