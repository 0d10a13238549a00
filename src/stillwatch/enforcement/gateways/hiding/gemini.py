"""Gemini's generateContent: parts marked as a thought, with a signature that must come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.enforcement.gateways.hiding.thoughts import Thoughts
    from stillwatch.enforcement.gateways.hiding.wish import Wish

_SIGNATURES: Final = ("thoughtSignature", "thought_signature")
_SPELT_OUT: Final = ("logprobsResult", "avgLogprobs", "logprobs_result", "avg_logprobs")


class Gemini:
    """Candidates with parts; an event is shaped as a whole answer."""

    def __init__(self, wish: Wish, thoughts: Thoughts) -> None:  # noqa: ARG002 - thoughts are marked, not tagged
        self._wish = wish

    @staticmethod
    def speaks(payload: dict[str, Any]) -> bool:
        """Known by its candidates."""
        return isinstance(payload.get("candidates"), list)

    def event(self, payload: dict[str, Any]) -> list[dict[str, Any]] | None:
        """The same as for a whole answer."""
        return [payload] if self.body(payload) else None

    def body(self, payload: dict[str, Any]) -> bool:
        """Every candidate's parts."""
        changed = False
        for candidate in payload["candidates"]:
            if not isinstance(candidate, dict):
                continue
            for field in _SPELT_OUT:
                changed |= candidate.pop(field, None) is not None
            content = candidate.get("content")
            if self._wish.reasoning and isinstance(content, dict) and isinstance(content.get("parts"), list):
                changed |= _hide_thoughts(content)
        return changed


def _hide_thoughts(content: dict[str, Any]) -> bool:
    """Empties the parts that are thoughts; one without a signature goes altogether."""
    changed, kept = False, []
    for part in content["parts"]:
        if isinstance(part, dict) and part.get("thought"):
            changed = True
            if not any(part.get(field) for field in _SIGNATURES):
                continue
            part["text"] = ""
        kept.append(part)
    content["parts"] = kept
    return changed
