"""What goes back over HTTP: JSON, and errors in the one shape that all endpoints share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.responses import Response

if TYPE_CHECKING:
    from stillwatch.errors import StillwatchError

STATUS: Final = {
    "SW-NODE-05": 429,
    "SW-NODE-06": 503,
    "SW-NODE-20": 413,
    "SW-NODE-21": 400,
    "SW-NODE-22": 400,
    "SW-NODE-23": 415,
    "SW-NODE-25": 409,
    "SW-NODE-26": 401,
    "SW-NODE-27": 403,
    "SW-NODE-28": 404,
    "SW-NODE-29": 405,
    "SW-NODE-99": 500,
    "SW-NODE-52": 404,
    "SW-NODE-53": 409,
    "SW-APL-01": 404,
    "SW-APL-05": 404,
    "SW-APL-10": 403,
    "SW-APL-11": 409,
    "SW-APL-12": 409,
    "SW-APL-15": 409,
    "SW-APL-17": 409,
    "SW-APL-18": 409,
    "SW-DEC-36": 404,
    "SW-DEC-73": 409,
    "SW-DEC-74": 404,
    "SW-CASE-01": 404,
    "SW-CASE-02": 409,
    "SW-CASE-03": 409,
    "SW-CASE-04": 409,
    "SW-CASE-05": 409,
    "SW-CASE-06": 404,
    "SW-CASE-11": 401,
    "SW-CASE-12": 403,
    "SW-EVID-01": 404,
    "SW-EVID-03": 404,
    "SW-EVID-04": 404,
    "SW-PPL-01": 403,
    "SW-PPL-02": 403,
    "SW-PPL-06": 401,
    "SW-PPL-07": 401,
    "SW-PPL-08": 403,
    "SW-SQL-02": 503,
    "SW-SQL-03": 503,
    "SW-STORE-07": 507,
    "SW-STORE-08": 507,
}
_OTHER: Final = 400
_RETRY: Final = {429: "1", 503: "2", 507: "30"}


def reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON."""
    return Response(orjson.dumps(value), status, headers, "application/json")


def problem(error: StillwatchError) -> Response:
    """An error as JSON, with the status that it stands for."""
    status = STATUS.get(error.code, _OTHER)
    headers = {"Retry-After": _RETRY[status]} if status in _RETRY else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="stillwatch"'
    said = {"code": error.code, "message": error.message, "hint": error.hint}
    return reply({"error": said}, status, headers)
