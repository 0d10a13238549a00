"""What goes back over HTTP: JSON with strict headers, and errors as TAXII or the house writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from starlette.responses import Response

from stillwatch.hub.taxii.media import TAXII

if TYPE_CHECKING:
    from stillwatch.errors import StillwatchError

JSON: Final = "application/json"
_STATUS: Final = {
    "SW-HUB-01": 400,
    "SW-HUB-02": 400,
    "SW-HUB-03": 401,
    "SW-HUB-04": 403,
    "SW-HUB-05": 404,
    "SW-HUB-06": 406,
    "SW-HUB-07": 400,
    "SW-HUB-08": 413,
    "SW-HUB-09": 405,
    "SW-HUB-10": 422,
    "SW-HUB-11": 400,
    "SW-HUB-12": 429,
    "SW-HUB-13": 503,
    "SW-HUB-14": 403,
    "SW-HUB-15": 415,
    "SW-HUB-16": 403,
    "SW-HUB-17": 403,
    "SW-HUB-18": 408,
    "SW-SIGN-00": 403,
    "SW-SQL-02": 503,
    "SW-SQL-03": 503,
    "SW-HUB-99": 500,
}
_OTHER: Final = 500
_RETRY: Final = {429: "10", 503: "5"}
_CHALLENGE: Final = 'Basic realm="stillwatch hub", charset="UTF-8", Bearer realm="stillwatch hub"'

STRICT: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def reply(
    value: Any, status: int = 200, headers: dict[str, str] | None = None, media: str = JSON
) -> Response:
    """A value as JSON."""
    return Response(orjson.dumps(value), status, STRICT | (headers or {}), media)


def taxii(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A TAXII resource."""
    return reply(value, status, headers, TAXII)


def ready_made(content: bytes, headers: dict[str, str], status: int = 200) -> Response:
    """A TAXII resource whose bytes are there already."""
    return Response(content, status, STRICT | headers, TAXII)


def status_of(error: StillwatchError) -> int:
    """The HTTP status that an error stands for."""
    return _STATUS.get(error.code, _OTHER)


def problem(error: StillwatchError, *, as_taxii: bool, allow: str = "") -> Response:
    """An error with the status that it stands for.

    What is no member's doing is told by its code alone: the database's own words are for the operator.
    """
    status = status_of(error)
    headers = {"Retry-After": _RETRY[status]} if status in _RETRY else {}
    if status == 401:
        headers["WWW-Authenticate"] = _CHALLENGE
    if allow:
        headers["Allow"] = allow
    message, hint = error.message, error.hint
    if status >= 500 and not error.code.startswith("SW-HUB"):
        message, hint = "the hub cannot answer at present", "try again later"
    if not as_taxii:
        return reply({"error": {"code": error.code, "message": message, "hint": hint}}, status, headers)
    said = {"title": message, "error_code": error.code, "http_status": str(status)}
    return taxii(said | ({"description": hint} if hint else {}), status, headers)
