"""What an endpoint is; the application and its OpenAPI document are made from the same rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.keyservice.live import KeyService
    from stillwatch.keyservice.membership import Kind, Member

Handler: TypeAlias = "Callable[[KeyService, Request, Member | None], Awaitable[Response]]"


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        kinds: whose tokens it takes; none where everybody may call.
        takes: JSON schema of the body.
        gives: JSON schema of the answer with status 200; None for text.
        fails: other statuses and what they mean.
    """

    method: str
    path: str
    kinds: tuple[Kind, ...]
    summary: str
    handler: Handler
    takes: dict[str, Any] | None = None
    gives: dict[str, Any] | None = None
    fails: dict[int, str] = dataclasses.field(default_factory=dict)
