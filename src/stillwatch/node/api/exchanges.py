"""Exchanges in: JSON lines over HTTP, acknowledged once they are on disk."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stillwatch.node.bodies import body
from stillwatch.node.replies import reply
from stillwatch.node.routes import JSON, NDJSON, Body, Field, Route
from stillwatch.node.submissions import Submission
from stillwatch.node.tokens import Right

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from stillwatch.node.live import Live


async def take(live: Live, request: Request) -> Response:
    """Take a batch in and say what became of it, once it is on disk."""
    key = request.headers.get("idempotency-key", "")[:200]
    sender = getattr(request.state, "principal", "")
    submission = Submission(await body(request), f"http:{sender}", key=f"{sender}:{key}" if key else "")
    receipt = await asyncio.wrap_future(live.intake.submit(submission))
    return reply(
        {
            "acknowledged": receipt.acknowledged,
            "duplicates": receipt.duplicates,
            "rejected": [{"line": r.line, "reason": r.reason} for r in receipt.rejected],
        }
    )


ROUTES = [
    Route(
        "POST",
        "/v1/exchanges",
        Right.INGEST,
        "Take a batch of exchanges in",
        take,
        parameters=(
            Field(
                "Idempotency-Key", "the same key gets the same answer; nothing is taken twice", where="header"
            ),
        ),
        takes=Body((NDJSON, JSON), "one canonical exchange a line, or a record of any known log format"),
        gives=Body(
            (JSON,),
            "what became of the batch; sent after it was flushed to disk",
            (
                Field("acknowledged", "exchanges that are durable now", "integer", required=True),
                Field("duplicates", "how many of them were known before", "integer", required=True),
                Field("rejected", "line and reason of each that could not be read", "array", required=True),
            ),
        ),
        fails={
            413: "the batch is too large",
            415: "the content encoding is not known",
            429: "more arrives than can be stored; send it again after Retry-After",
            503: "the node is stopping",
            507: "the disk is full or fails; nothing was taken",
        },
    )
]
