"""OpenAI's Responses: reasoning in events of its own, in output items, and again in the snapshots of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.enforcement.gateways.hiding.reasoning_items import hide_item

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish


class Responses:
    """Output items. ``sequence_number`` keeps its gaps: clients resume by it."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None:
        self._wish = wish
        self._thoughts = thoughts

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Known by the type of the event, or by its output."""
        return str(payload.get("type", "")).startswith("response.") or (
            payload.get("object") == "response" and isinstance(payload.get("output"), list)
        )

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """An event without reasoning; events that tell of nothing else are dropped."""
        kind = str(payload.get("type", ""))
        if self._wish.reasoning and (kind.startswith("response.reasoning") or _is_reasoning_part(payload)):
            return []
        changed = self._spelt_out(payload)
        place = ("responses", payload.get("output_index"), payload.get("content_index"))
        if kind == "response.output_text.delta" and self._wish.reasoning:
            return self._delta(payload, place, changed=changed)
        late = self._thoughts.end(place) if kind == "response.output_text.done" else ""
        changed |= self._text(payload) if kind == "response.output_text.done" else False
        for field, hide in (("part", self._part), ("item", self._item), ("response", self.body)):
            inner = payload.get(field)
            if isinstance(inner, dict):
                changed |= hide(inner)
        if late:
            delta = {**payload, "type": "response.output_text.delta", "delta": late}
            delta.pop("text", None)
            return [delta, payload]
        return [payload] if changed else None

    def body(self, payload: dict[str, Any]) -> bool:
        """A whole response."""
        output = payload.get("output")
        items = [item for item in output if isinstance(item, dict)] if isinstance(output, list) else []
        changed = [self._item(item) for item in items]
        if isinstance(payload.get("output_text"), str) and self._wish.reasoning:
            changed.append(self._text(payload, "output_text"))
        return any(changed)

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
            return hide_item(item) if self._wish.reasoning else False
        content = item.get("content")
        if not isinstance(content, list):
            return False
        shown = [part for part in content if not (self._wish.reasoning and _is_reasoning_text(part))]
        if len(shown) != len(content):
            item["content"] = shown
        hidden = [self._part(part) for part in shown if isinstance(part, dict)]
        return any(hidden) or len(shown) != len(content)

    def _part(self, part: dict[str, Any]) -> bool:
        changed = self._spelt_out(part)
        return (self._text(part) if self._wish.reasoning else False) or changed

    def _text(self, holder: dict[str, Any], field: str = "text") -> bool:
        """Takes a tagged thought out of a whole text."""
        text = holder.get(field)
        if not isinstance(text, str) or not self._wish.reasoning:
            return False
        holder[field] = self._thoughts.whole(text)
        return bool(holder[field] != text)

    def _spelt_out(self, holder: dict[str, Any]) -> bool:
        """Empties token probabilities."""
        if not holder.get("logprobs"):
            return False
        holder["logprobs"] = []
        return True


def _is_reasoning_text(part: object) -> bool:
    return isinstance(part, dict) and str(part.get("type", "")).startswith(("reasoning", "summary_text"))


def _is_reasoning_part(payload: dict[str, Any]) -> bool:
    return _is_reasoning_text(payload.get("part"))
