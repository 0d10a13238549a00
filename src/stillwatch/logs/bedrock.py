"""AWS Bedrock's model invocation log, as it is delivered to S3 or CloudWatch.

Product: Amazon Bedrock, ``ModelInvocationLog`` schema version 1.0 (InvokeModel, Converse and their streaming
forms).
Account: the caller's ARN as it stands; sessions of an assumed role are accounts of their own. Organisation:
the AWS account.
Limits: no client address and no user agent (they are in CloudTrail, joined by request id); bodies above 100
kB are kept in S3 apart and then missing here; no HTTP status of successes; latency only where a Converse
answer carries it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer
from stillwatch.logs.fields import decoded, first, mapping
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord

_STATUS_OF_ERROR: Final = {
    "AccessDeniedException": 403,
    "InternalServerException": 500,
    "ModelErrorException": 424,
    "ModelNotReadyException": 429,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 400,
    "ServiceUnavailableException": 503,
    "ThrottlingException": 429,
    "ValidationException": 400,
}


class _Bedrock:
    """One record is one exchange."""

    name = "bedrock"
    title = "AWS Bedrock model invocation log"
    supplies = (
        REQUEST_FIELDS
        | (ANSWER_FIELDS - {"reasoning_tokens"})
        | {"ts", "request_id", "account_id", "organization_id", "endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the schema's name; sure enough by the fields when a delivery dropped it."""
        if record.get("schemaType") == "ModelInvocationLog":
            return 1.0
        return 0.8 if "modelId" in record and "operation" in record and "accountId" in record else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a record."""
        asked, answered = mapping(record.get("input")), mapping(record.get("output"))
        operation = record.get("operation")
        exchange: CanonicalRecord = {
            "ts": record.get("timestamp"),
            "request_id": record.get("requestId"),
            "account_id": mapping(record.get("identity")).get("arn"),
            "organization_id": record.get("accountId"),
            "model": record.get("modelId"),
            "endpoint": operation,
            "stream": "Stream" in operation if isinstance(operation, str) else None,
            "status": _STATUS_OF_ERROR.get(str(record.get("errorCode"))),
            "input_tokens": asked.get("inputTokenCount"),
            "output_tokens": answered.get("outputTokenCount"),
        }
        answer = decoded(answered.get("outputBodyJson"))
        read_request(asked.get("inputBodyJson"), exchange)
        read_answer(answer, exchange)
        exchange.setdefault("messages", [])
        exchange["latency_ms"] = _latency(answer)
        return (exchange,)


def _latency(answer: object) -> object:
    """Milliseconds to the complete answer: in Converse's metrics, or in the last event of InvokeModel."""
    event = answer[-1] if isinstance(answer, list) and answer else answer
    body = mapping(event)
    metrics = mapping(first(body.get("metrics"), mapping(body.get("metadata")).get("metrics")))
    invocation = mapping(body.get("amazon-bedrock-invocationMetrics"))
    return first(metrics.get("latencyMs"), invocation.get("invocationLatency"))


FORMAT = _Bedrock()
