"""Requests and lists of models on their way through a service that has the middleware."""

from __future__ import annotations

from stillwatch.core.decision import Limits
from stillwatch.enforcement.gateways.asgi_parts.listing import without_models
from stillwatch.enforcement.gateways.asgi_parts.reading import _reduced

DESCRIPTION = "bodies on their way through the middleware"

_LIMITS = Limits(hide_reasoning=True, hide_logprobs=True, max_tokens=100, hide_models=("large",))


def attempt(data: bytes) -> None:
    """What goes on to the application asks for no hidden model, and no list names one."""
    content, words = _reduced(data, _LIMITS, "/v1/chat/completions")
    assert words is not None or b'"model": "large"' not in content
    without_models("/v1/models", data, ("large",))
