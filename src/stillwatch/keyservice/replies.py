"""What goes back over HTTP: JSON, and errors in the shape that all of Stillwatch's services share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.responses import Response

if TYPE_CHECKING:
    from stillwatch.errors import StillwatchError

_STATUS: Final = {
    "SW-KEY-22": 429,
    "SW-KEY-24": 403,
    "SW-KEY-25": 404,
    "SW-KEY-26": 410,
    "SW-KEY-27": 429,
    "SW-KEY-28": 401,
    "SW-KEY-29": 413,
    "SW-KEY-30": 404,
    "SW-KEY-31": 405,
    "SW-KEY-99": 500,
}
_OTHER: Final = 400


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON; bytes are JSON already."""
    content = value if isinstance(value, bytes) else orjson.dumps(value)
    return Response(content, status, headers, "application/json")


def problem(error: StillwatchError, retry_after_s: int = 1) -> Response:
    """An error as JSON, with the status that it stands for.

    Args:
        error: what is wrong.
        retry_after_s: when the quota is free again, for a quota that does not suffice.
    """
    status = _STATUS.get(error.code, _OTHER)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="stillwatch key service"'
    if status == 429:
        headers["Retry-After"] = str(retry_after_s if error.code == "SW-KEY-22" else 1)
    said = {"code": error.code, "message": error.message, "hint": error.hint}
    return reply({"error": said}, status, headers)
