"""What an endpoint is: one row says its path, who may call it and what it answers.

The application and its OpenAPI document are made from the same rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.node.live import Live
    from stillwatch.node.tokens import Right

Handler: TypeAlias = "Callable[[Live, Request], Awaitable[Response]]"


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a member of a JSON object.

    Attributes:
        kind: ``string``, ``integer``, ``number``, ``boolean``, ``array`` or ``object``.
        where: ``query``, ``path`` or ``header`` for parameters.
    """

    name: str
    about: str
    kind: str = "string"
    where: str = "query"
    required: bool = False
    choices: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """What a request or an answer carries.

    Attributes:
        media: media types.
        fields: members, where it is a JSON object.
    """

    media: tuple[str, ...]
    about: str
    fields: tuple[Field, ...] = ()


JSON: str = "application/json"
NDJSON: str = "application/x-ndjson"


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        right: the scope a token needs; None for endpoints that everybody may call.
        parameters: what it takes besides a body.
        takes: its body, if it takes one.
        gives: its answer with status 200.
        fails: other statuses and what they mean.
    """

    method: str
    path: str
    right: Right | None
    summary: str
    handler: Handler
    parameters: tuple[Field, ...] = ()
    takes: Body | None = None
    gives: Body | None = None
    fails: dict[int, str] = dataclasses.field(default_factory=dict)

    @property
    def name(self) -> str:
        """A name for programs that are generated from the document."""
        words = [w.strip("{}") for w in self.path.replace("/v1", "").split("/") if w]
        return "_".join([self.method.lower(), *words]).replace(".", "_").replace("-", "_")
