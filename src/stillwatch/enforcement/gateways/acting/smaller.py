"""What a degraded account's request is made into before the model sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.core.decision import Limits

_CAPS: Final[tuple[str, ...]] = ("max_tokens", "max_completion_tokens", "max_output_tokens")
_PROBABILITIES: Final = ("logprobs", "top_logprobs", "prompt_logprobs")
_SMALLEST_THINKING: Final = 1024  # what Anthropic's API takes at least


def wants_hidden_model(body: dict[str, Any], limits: Limits) -> bool:
    """Whether a request asks for a model that is not to be had."""
    return bool(limits.hide_models) and body.get("model") in limits.hide_models


def reduce(body: dict[str, Any], limits: Limits, path: str) -> bool:
    """Cap the answer's length and ask for no probabilities, in place; says whether anything changed.

    Args:
        body: of the request.
        limits: the decision's.
        path: that was asked for; tells what the cap is called where the request sets none.
    """
    changed = False
    if limits.hide_logprobs or limits.hide_reasoning:
        for name in _PROBABILITIES:
            changed |= body.pop(name, None) is not None
        changed |= _without_included_logprobs(body)
    if limits.max_tokens is not None:
        changed |= _cap(body, limits.max_tokens, path)
    return changed


def _without_included_logprobs(body: dict[str, Any]) -> bool:
    """Responses name what else they are to hold."""
    include = body.get("include")
    if not isinstance(include, list):
        return False
    kept = [name for name in include if name != "message.output_text.logprobs"]
    body["include"] = kept
    return len(kept) != len(include)


def _cap(body: dict[str, Any], most: int, path: str) -> bool:
    names = [name for name in _CAPS if name in body] or _cap_names(body, path)
    changed = False
    for name in names:
        asked = body.get(name)
        if isinstance(asked, bool) or not isinstance(asked, int | float) or asked > most:
            body[name] = most
            changed = True
    thinking = body.get("thinking")
    if changed and isinstance(thinking, dict) and isinstance(thinking.get("budget_tokens"), int):
        if most > _SMALLEST_THINKING:
            thinking["budget_tokens"] = min(thinking["budget_tokens"], most - 1)
        else:
            del body["thinking"]
    return changed


def _cap_names(body: dict[str, Any], path: str) -> list[str]:
    """What the cap is called in the dialect of a request that sets none; nothing where no text is asked for."""
    if path.endswith("/responses"):
        return ["max_output_tokens"]
    return ["max_tokens"] if "messages" in body or "prompt" in body else []
