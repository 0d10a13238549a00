"""Results of OpenAI's Batch API: the output and error files that a batch leaves behind.

Product: OpenAI Batch API; read against the API as of openai-python 2.54.
Account: none in the file, since a batch belongs to whoever fetched it: name it with ``--account``.
Limits: the requests stand in another file, so no prompts and no settings; a failed request has no time and no
model and ends as a reject; the time is when each answer was made; no address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer
from stillwatch.logs.fields import first, mapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord


class _OpenAIBatch:
    """One line of a batch's output is one exchange."""

    name = "openai-batch"
    title = "OpenAI batch output"
    supplies = ANSWER_FIELDS | {"ts", "request_id", "model", "messages", "endpoint", "status"}
    needs_account = True

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the pair of ids and the wrapped response."""
        if "custom_id" in record and "response" in record:
            return 1.0 if "error" in record else 0.8
        return 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a line."""
        response = mapping(record.get("response"))
        body = mapping(response.get("body"))
        exchange: CanonicalRecord = {
            "ts": first(body.get("created"), body.get("created_at"), record.get("created_at")),
            "request_id": first(response.get("request_id"), record.get("id"), body.get("id")),
            "model": body.get("model"),
            "endpoint": "/v1/batches",
            "messages": [],
            "status": response.get("status_code"),
        }
        read_answer(body, exchange)
        return (exchange,)


FORMAT = _OpenAIBatch()
