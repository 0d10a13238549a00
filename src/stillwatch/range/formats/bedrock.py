"""Writes AWS Bedrock's model invocation log around Messages bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.range.bodies import messages_answer, messages_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

LOSES: Final = "key, address, ASN, country, user agent, payment, age of the account, reasoning tokens"
_ERRORS: Final = {429: "ThrottlingException", 500: "InternalServerException"}


def payload(record: CanonicalRecord) -> dict[str, Any]:
    """The log record of one invocation; the account's id stands for the caller's ARN."""
    good = record["status"] == 200
    answer = messages_answer(record) if good else None
    if answer is not None:
        answer["amazon-bedrock-invocationMetrics"] = {"invocationLatency": record["latency_ms"]}
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": record["ts"],
        "accountId": record["organization_id"],
        "identity": {"arn": record["account_id"]},
        "region": "us-east-1",
        "requestId": record["request_id"],
        "operation": "InvokeModelWithResponseStream" if record["stream"] else "InvokeModel",
        "modelId": record["model"],
        "errorCode": None if good else _ERRORS.get(record["status"], "ModelErrorException"),
        "input": {
            "inputContentType": "application/json",
            "inputBodyJson": messages_request(record),
            "inputTokenCount": record["input_tokens"],
        },
        "output": {
            "outputContentType": "application/json",
            "outputBodyJson": answer,
            "outputTokenCount": record["output_tokens"] if good else None,
        },
    }
