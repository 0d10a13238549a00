"""Requests and lists of models on their way through a service that has the middleware."""

from __future__ import annotations

import json
from typing import Any

from stillwatch.core.decision import Limits
from stillwatch.enforcement.gateways.asgi_parts.listing import without_models
from stillwatch.enforcement.gateways.asgi_parts.reading import _reduced

DESCRIPTION = "bodies on their way through the middleware"

_LIMITS = Limits(hide_reasoning=True, hide_logprobs=True, max_tokens=100, hide_models=("large",))


def attempt(data: bytes) -> None:
    """What goes on to the application asks for no hidden model, and no list names one."""
    content, words = _reduced(data, _LIMITS, "/v1/chat/completions")
    if words is None and (body := _first_of_twice(content)) is not None:
        assert body.get("model") != "large"
    without_models("/v1/models", data, ("large",))


def _first_of_twice(content: bytes) -> dict[str, Any] | None:
    """A body as a reader has it that takes the first of two equal keys."""
    try:
        body = json.loads(content, object_pairs_hook=lambda pairs: dict(reversed(pairs)))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None
