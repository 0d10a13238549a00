"""Azure API Management's gateway log in front of Azure OpenAI, with bodies.

Product: Azure API Management diagnostic logs, category ``GatewayLogs``, read as of 2026-11.
Account: the API Management subscription, whose key the caller used.
Limits: bodies only where the diagnostic setting logs them, cut at 8 kB (a body that is cut cannot be read);
no user agent. The plain Azure OpenAI ``RequestResponse`` log has neither caller nor bodies nor tokens and is
not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.answer_body import ANSWER_FIELDS, read_answer
from stillwatch.logs.fields import first, mapping, url_path
from stillwatch.logs.request_body import REQUEST_FIELDS, read_request

if TYPE_CHECKING:
    from stillwatch.core.exchange import CanonicalRecord

_DEPLOYMENT: Final = re.compile(r"/deployments/([^/?]+)")


class _AzureAPIM:
    """One record is one exchange."""

    name = "azure-apim"
    title = "Azure API Management gateway log"
    supplies = (
        REQUEST_FIELDS
        | ANSWER_FIELDS
        | {"ts", "request_id", "account_id", "api_key_id", "ip", "endpoint", "latency_ms", "status"}
    )
    needs_account = False

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain by the category."""
        return 1.0 if record.get("category") == "GatewayLogs" and "properties" in record else 0.0

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a record."""
        properties = mapping(record.get("properties"))
        subscription, url = properties.get("apimSubscriptionId"), properties.get("url")
        deployment = _DEPLOYMENT.search(url) if isinstance(url, str) else None
        exchange: CanonicalRecord = {
            "ts": record.get("time"),
            "request_id": record.get("correlationId"),
            "account_id": subscription,
            "api_key_id": subscription,
            "ip": record.get("callerIpAddress"),
            "endpoint": first(url_path(url), properties.get("operationId")),
            "latency_ms": record.get("durationMs"),
            "status": first(properties.get("responseCode"), properties.get("backendResponseCode")),
        }
        read_request(first(properties.get("requestBody"), properties.get("backendRequestBody")), exchange)
        read_answer(first(properties.get("responseBody"), properties.get("backendResponseBody")), exchange)
        exchange.setdefault("messages", [])
        if exchange.get("model") is None and deployment:
            exchange["model"] = deployment[1]
        return (exchange,)


FORMAT = _AzureAPIM()
