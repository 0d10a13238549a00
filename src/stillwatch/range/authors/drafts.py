"""The common shape of what an author hands over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from stillwatch.range.plan import Draft

MODELS: Final = ("example-large-2", "example-mid-2", "example-small-2", "example-reason-1")
LARGE, MID, SMALL, REASON = MODELS
NEXT: Final = "example-large-3"
"""Released inside the window; who takes it up sends it what went to the large model before."""


def draft(
    messages: list[dict[str, Any]],
    response: str,
    *,
    model: str = LARGE,
    temperature: float | None = None,
    max_tokens: int | None = None,
    tools: list[str] | None = None,
    stream: bool = False,
) -> Draft:
    """An exchange without identity and time."""
    return {
        "messages": messages,
        "response_text": response,
        "model": model,
        "temperature": temperature,
        "max_tokens": max_tokens,
        "tools": tools,
        "stream": stream,
    }


def prompt(system: str | None, user: str) -> list[dict[str, Any]]:
    """The messages of a single request."""
    if system is None:
        return [{"role": "user", "content": user}]
    return [{"role": "system", "content": system}, {"role": "user", "content": user}]
