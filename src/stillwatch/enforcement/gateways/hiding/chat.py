"""Chat completions, completions, and what Ollama speaks: reasoning beside the content of a message or a delta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.gateways.hiding.reasoning_items import hide_item

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish

_TEXTS: Final = frozenset(
    ("reasoning_content", "reasoning", "reasoning_text", "reasoning_summary", "thinking", "thought")
)
_SPELT_OUT: Final = frozenset(("logprobs", "prompt_logprobs", "token_ids", "prompt_token_ids"))
_BLOCKS: Final = frozenset(("reasoning_details", "thinking_blocks", "reasoning_items"))
_SPOKEN: Final = ("content", "text", "response")
_BESIDE: Final = _TEXTS | _BLOCKS | {"provider_specific_fields"}
_OPAQUE: Final = frozenset(("signature", "data", "encrypted_content", "thought_signature"))


class Chat:
    """Choices with a ``delta`` or a ``message``."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None:
        self._hides = wish.reasoning
        self._thoughts = thoughts

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Known by its choices; Ollama by ``done``."""
        return isinstance(payload.get("choices"), list) or ("done" in payload and "model" in payload)

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """A chunk without reasoning; nothing where only reasoning was in it."""
        choices = payload.get("choices")
        changed, worth_sending = False, not choices or bool(payload.get("usage"))
        for choice in choices if isinstance(choices, list) else _alone(payload):
            if not isinstance(choice, dict):
                continue
            delta = choice.get("delta")
            said = delta if isinstance(delta, dict) else choice
            ended = choice.get("finish_reason") is not None
            touched = self._choice(choice, said)
            if self._hides and (said or ended) and self._content(said, choice.get("index", 0), ended=ended):
                touched = True
            if not touched or ended or said is choice or (said and any(said.values())):
                worth_sending = True
            changed |= touched
        if not changed:
            return None
        return [payload] if worth_sending else []

    def body(self, payload: dict[str, Any]) -> bool:
        """Every choice's message."""
        changed = False
        choices = payload.get("choices")
        for choice in choices if isinstance(choices, list) else _alone(payload):
            if not isinstance(choice, dict):
                continue
            inner = choice.get("message")
            message = inner if isinstance(inner, dict) else choice
            changed |= self._choice(choice, message)
            for field in _SPOKEN:
                text = message.get(field)
                if self._hides and isinstance(text, str):
                    message[field] = self._thoughts.whole(text)
                    changed |= message[field] != text
        return changed

    def _choice(self, choice: dict[str, Any], said: dict[str, Any]) -> bool:
        """Takes out of one choice what stands beside its text."""
        changed = False
        if self._hides:
            changed = _strip(said)
            if said is not choice and "provider_specific_fields" in choice:
                changed |= _strip(choice)
        if not _SPELT_OUT.isdisjoint(choice):
            for field in _SPELT_OUT.intersection(choice):
                changed |= choice[field] is not None
                choice[field] = None
        return changed

    def _content(self, said: dict[str, Any], index: object, *, ended: bool) -> bool:
        """Takes a tagged thought out of the text of a delta."""
        changed = False
        for field in _SPOKEN:
            text = said.get(field)
            if text and isinstance(text, str):
                shown = self._thoughts.piece((field, index), text)
                if shown != text:
                    changed = True
                    said[field] = shown
        if ended and (late := self._thoughts.end(("content", index))):
            said["content"] = (said.get("content") or "") + late
            changed = True
        return changed


def _alone(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The choice that is what Ollama sends, which has no list of them."""
    message = payload.get("message")
    if isinstance(message, dict):
        return [{"delta": message, "message": message, "finish_reason": payload.get("done") or None}]
    return [payload]


def _strip(said: dict[str, Any]) -> bool:
    """Removes reasoning from a message, a delta or a provider's extra fields; opaque parts stay."""
    changed, content = False, said.get("content")
    for field in _BESIDE.intersection(said):
        value = said[field]
        kept: object = None
        if field in _BLOCKS:
            kept = _opaque_only(value)
        elif field not in _TEXTS:
            if not isinstance(value, dict) or not _strip(value):
                continue
            kept = value
        changed = True
        if kept:
            said[field] = kept
        else:
            del said[field]
    if isinstance(content, list) and any(map(_is_thought, content)):
        said["content"] = [part for part in content if not _is_thought(part) or _opaque_only([part])]
        changed = True
    return changed


def _is_thought(part: object) -> bool:
    return isinstance(part, dict) and str(part.get("type", "")).startswith(("thinking", "reasoning"))


def _opaque_only(blocks: object) -> list[dict[str, Any]]:
    """Blocks of reasoning without their text; one that has no opaque part goes altogether, as does what is no list."""
    kept: list[dict[str, Any]] = []
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, dict) or _OPAQUE.isdisjoint(block):
            continue
        hide_item(block)
        for field in _OPAQUE:
            if block.get(field):
                kept.append(block)
                break
    return kept
