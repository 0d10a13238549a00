"""An exchange: one request to the model and its answer, as every log format is read into.

The field list is the canonical JSON-lines contract. A reader of another format fills what its
format carries and leaves the rest out: a missing field is "no evidence", never zero.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

CanonicalRecord: TypeAlias = dict[str, Any]
"""One exchange with the keys below; optional keys may be missing or None."""

REQUIRED: Final = ("ts", "account_id", "model", "messages")
"""``messages`` may be an empty list where the log carries no bodies (access logs, spend logs)."""

FIELDS: Final[dict[str, str]] = {
    "ts": "when the request arrived (RFC 3339, UTC)",
    "request_id": "the log's own id of the exchange",
    "account_id": "who is answerable for the request",
    "organization_id": "the organisation the account belongs to",
    "api_key_id": "which credential was used",
    "ip": "the client's address",
    "asn": "autonomous system number of that address",
    "country": "ISO 3166-1 alpha-2 country of that address",
    "user_agent": "what the client calls itself",
    "payment_fingerprint": "fingerprint of the means of payment",
    "account_created_at": "when the account was opened (RFC 3339)",
    "model": "the model asked for",
    "endpoint": "the API path called",
    "messages": "what was asked: role and content of each message",
    "response_text": "what was answered",
    "reasoning_tokens": "tokens spent on hidden reasoning",
    "input_tokens": "tokens of the request",
    "output_tokens": "tokens of the answer",
    "temperature": "sampling temperature asked for",
    "max_tokens": "largest answer asked for, in tokens",
    "tools": "names of the tools offered to the model",
    "stream": "whether the answer was streamed",
    "latency_ms": "time to the complete answer in milliseconds",
    "status": "HTTP status of the answer",
}
