"""Chat completions, completions, and what Ollama speaks: reasoning beside the content of a message or a delta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.enforcement.gateways.hiding.reasoning_items import hide_item

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish

_TEXTS: Final = (
    "reasoning_content",
    "reasoning",
    "reasoning_text",
    "reasoning_summary",
    "thinking",
    "thought",
)
_SPELT_OUT: Final = ("logprobs", "prompt_logprobs", "token_ids", "prompt_token_ids")
_BLOCKS: Final = ("reasoning_details", "thinking_blocks", "reasoning_items")
_SPOKEN: Final = ("content", "text", "response")
_BESIDE: Final = frozenset((*_TEXTS, *_BLOCKS, "provider_specific_fields"))
_OPAQUE: Final = ("signature", "data", "encrypted_content", "thought_signature")


class Chat:
    """Choices with a ``delta`` or a ``message``."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None:
        self._wish = wish
        self._thoughts = thoughts

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Known by its choices; Ollama by ``done``."""
        return isinstance(payload.get("choices"), list) or ("done" in payload and "model" in payload)

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """A chunk without reasoning; nothing where only reasoning was in it."""
        changed, worth_sending = False, not payload.get("choices") or bool(payload.get("usage"))
        for choice in _choices(payload):
            delta = choice.get("delta")
            said = delta if isinstance(delta, dict) else choice
            ended = choice.get("finish_reason") is not None
            touched = self._choice(choice, said)
            if self._wish.reasoning and self._content(said, choice.get("index", 0), ended=ended):
                touched = True
            if not touched or ended or said is choice or any(said.values()):
                worth_sending = True
            changed |= touched
        if not changed:
            return None
        return [payload] if worth_sending else []

    def body(self, payload: dict[str, Any]) -> bool:
        """Every choice's message."""
        changed = False
        for choice in _choices(payload):
            inner = choice.get("message")
            message = inner if isinstance(inner, dict) else choice
            changed |= self._choice(choice, message)
            for field in _SPOKEN:
                text = message.get(field)
                if self._wish.reasoning and isinstance(text, str):
                    message[field] = self._thoughts.whole(text)
                    changed |= message[field] != text
        return changed

    def _choice(self, choice: dict[str, Any], said: dict[str, Any]) -> bool:
        """Takes out of one choice what stands beside its text."""
        changed = False
        if self._wish.reasoning:
            changed = _strip(said)
            if said is not choice and "provider_specific_fields" in choice:
                changed |= _strip(choice)
        for field in _SPELT_OUT:
            if field in choice and choice[field] is not None:
                choice[field] = None
                changed = True
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


def _choices(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The choices; what Ollama sends is one itself."""
    choices = payload.get("choices")
    if isinstance(choices, list):
        return [choice for choice in choices if isinstance(choice, dict)]
    message = payload.get("message")
    if isinstance(message, dict):
        return [{"delta": message, "message": message, "finish_reason": payload.get("done") or None}]
    return [payload]


def _strip(said: dict[str, Any]) -> bool:
    """Removes reasoning from a message, a delta or a provider's extra fields; opaque parts stay."""
    content = said.get("content")
    if _BESIDE.isdisjoint(said) and not isinstance(content, list):
        return False
    changed = False
    for field in _TEXTS:
        if field in said:
            del said[field]
            changed = True
    for field in _BLOCKS:
        if isinstance(said.get(field), list):
            said[field] = _opaque_only(said[field])
            changed = True
            if not said[field]:
                del said[field]
    if isinstance(content, list) and any(map(_is_thought, content)):
        said["content"] = [part for part in content if not _is_thought(part) or _opaque_only([part])]
        changed = True
    extra = said.get("provider_specific_fields")
    if isinstance(extra, dict) and _strip(extra):
        changed = True
        if not extra:
            del said["provider_specific_fields"]
    return changed


def _is_thought(part: object) -> bool:
    return isinstance(part, dict) and str(part.get("type", "")).startswith(("thinking", "reasoning"))


def _opaque_only(blocks: list[Any]) -> list[dict[str, Any]]:
    """Blocks of reasoning without their text; one that has no opaque part goes altogether."""
    kept = []
    for block in blocks:
        if not isinstance(block, dict):
            continue
        hide_item(block)
        if any(block.get(field) for field in _OPAQUE):
            kept.append(block)
    return kept
