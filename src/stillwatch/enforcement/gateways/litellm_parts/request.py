"""One request inside the proxy, known at both of its ends: where the hooks run, and where the answer leaves."""

from __future__ import annotations

import contextvars
import dataclasses
from typing import TYPE_CHECKING, Any

from stillwatch.enforcement.gateways.acting.judge import FREE, Judgement

if TYPE_CHECKING:
    from collections.abc import MutableMapping


@dataclasses.dataclass(slots=True)
class HeldRequest:
    """What is known of a request; the hooks write into it, the layer around the proxy reads it.

    Attributes:
        scope: ASGI's.
        judgement: by the hook; until it has run, the request is free.
    """

    scope: MutableMapping[str, Any]
    judgement: Judgement = FREE


CURRENT: contextvars.ContextVar[HeldRequest | None] = contextvars.ContextVar(
    "stillwatch_request", default=None
)
"""Set by the layer; tasks that the proxy starts for a request inherit it."""
