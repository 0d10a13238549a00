"""Envoy AI Gateway's access log: one flat JSON object a request.

Product: Envoy AI Gateway 1.1.0 with the access log its documentation configures; operators choose the keys,
so a log with other names is read with ``--map`` instead.
Account: none by default; taken from a logged header ``x-account-id`` or ``x-tenant-id`` where the operator
added one, else named with ``--account-from`` or ``--account``.
Limits: no bodies. Address: X-Forwarded-For is what the client says until a proxy overwrites it; of several
addresses the last that is not internal counts, since that is the one Envoy saw.
"""

from __future__ import annotations

import functools
import ipaddress
from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.fields import first, url_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.core.exchange import CanonicalRecord

_ACCOUNT_KEYS: Final = ("account_id", "x-account-id", "x-tenant-id")
_ORGANIZATION_KEYS: Final = ("organization_id", "x-organization-id", "x-org-id")
_INTERNAL: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


class _Envoy:
    """One line is one exchange."""

    name = "envoy"
    title = "Envoy AI Gateway access log"
    supplies = frozenset(
        {
            "ts",
            "request_id",
            "account_id",
            "organization_id",
            "ip",
            "user_agent",
            "model",
            "endpoint",
            "messages",
        }
        | {"input_tokens", "output_tokens", "reasoning_tokens", "latency_ms", "status"}
    )
    needs_account = True

    def sniff(self, record: Mapping[str, Any]) -> float:
        """Certain when Envoy's fields and the model's stand side by side."""
        has_model = "gen_ai.request.model" in record or "gen_ai.response.model" in record
        if not has_model or "resourceSpans" in record:
            return 0.0
        return 1.0 if "response_code" in record or "x-envoy-origin-path" in record else 0.6

    def exchanges(self, record: Mapping[str, Any]) -> Iterable[CanonicalRecord]:
        """The one exchange of a line; Envoy writes ``-`` or null for what it does not know."""
        known = {name: value for name, value in record.items() if value is not None and value != "-"}
        status = known.get("response_code")
        yield {
            "ts": first(known.get("start_time"), known.get("timestamp")),
            "request_id": known.get("x-request-id"),
            "account_id": first(*(known.get(name) for name in _ACCOUNT_KEYS)),
            "organization_id": first(*(known.get(name) for name in _ORGANIZATION_KEYS)),
            "ip": _address(known),
            "user_agent": known.get("user-agent"),
            "model": first(known.get("gen_ai.request.model"), known.get("gen_ai.response.model")),
            "endpoint": url_path(first(known.get("x-envoy-origin-path"), known.get("path"))),
            "messages": [],
            "input_tokens": known.get("gen_ai.usage.input_tokens"),
            "output_tokens": known.get("gen_ai.usage.output_tokens"),
            "reasoning_tokens": known.get("gen_ai.usage.reasoning_tokens"),
            "latency_ms": known.get("duration"),
            "status": status or None,  # Envoy writes 0 when the client left before there was an answer
        }


def _address(known: Mapping[str, Any]) -> object:
    """The client's address."""
    forwarded = known.get("x-forwarded-for")
    if isinstance(forwarded, str):
        if "," not in forwarded:
            return forwarded.strip()
        for address in reversed(forwarded.split(",")):
            if not _is_internal(address.strip()):
                return address.strip()
    peer = known.get("downstream_remote_address")
    if not isinstance(peer, str):
        return None
    return peer.rpartition(":")[0].strip("[]") or peer


@functools.lru_cache(maxsize=1 << 14)  # a site's own proxies stand behind every request
def _is_internal(address: str) -> bool:
    """Whether an address cannot be a client's on the internet, or is none."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return True
    return any(parsed.version == network.version and parsed in network for network in _INTERNAL)


FORMAT = _Envoy()
