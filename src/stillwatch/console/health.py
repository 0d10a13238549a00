"""Whether the console runs and can work: for supervisors and proxies, without a login and without a word on content."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
from starlette.responses import Response

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.console.live import Live


async def healthz(_request: Request) -> Response:
    """It answers."""
    return _said(200, {"status": "ok"})


def readyz(live: Live) -> Response:
    """It can read the casework database."""
    try:
        live.office.records.database.check()
    except StillwatchError as error:
        return _said(503, {"status": "not ready", "code": error.code})
    return _said(200, {"status": "ready"})


def _said(status: int, words: dict[str, str]) -> Response:
    return Response(orjson.dumps(words), status, media_type="application/json")
