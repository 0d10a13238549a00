"""What an endpoint is: one row says its path, who may call it, what it takes and what it answers.

The application, its OpenAPI document and the reference page are made from the same rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.hub.live import LiveHub
    from stillwatch.hub.members import Caller
    from stillwatch.hub.rights import Scope

Handler: TypeAlias = "Callable[[LiveHub, Call], Awaitable[Response]]"


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request on its way to a handler.

    Attributes:
        who: whoever calls; None at endpoints that are open to all.
    """

    request: Request
    who: Caller | None

    @property
    def caller(self) -> Caller:
        """Whoever calls an endpoint that is for members.

        Raises:
            StillwatchError: the endpoint is open to all.
        """
        if self.who is None:
            raise StillwatchError("this needs the credentials of a member", code="SW-HUB-03")
        return self.who


@dataclasses.dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a path or a query.

    Attributes:
        schema: JSON schema of its value.
        where: ``query`` or ``path``.
    """

    name: str
    about: str
    schema: Mapping[str, Any] = dataclasses.field(default_factory=lambda: {"type": "string"})
    where: str = "query"
    required: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """What a request or an answer carries.

    Attributes:
        schema: name of a schema in ``schemas.SCHEMAS``; empty for text.
    """

    media: str
    about: str
    schema: str = ""
    headers: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        scope: what a credential must be good for; None for endpoints that everybody may call.
        answers: the status of success, and the body that comes with it.
        fails: other statuses and what they mean, besides those that every endpoint has.
    """

    method: str
    path: str
    scope: Scope | None
    summary: str
    handler: Handler
    status: int
    answers: Body
    parameters: tuple[Parameter, ...] = ()
    takes: Body | None = None
    fails: Mapping[int, str] = dataclasses.field(default_factory=dict)

    @property
    def taxii(self) -> bool:
        """Whether it belongs to TAXII, which has its own media type and form of errors."""
        return self.path.startswith("/taxii2/")

    @property
    def name(self) -> str:
        """A name for programs that are generated from the document."""
        words = [word.strip("{}") for word in self.path.split("/") if word]
        return "_".join([self.method.lower(), *words]).replace(".", "_").replace("-", "_")
