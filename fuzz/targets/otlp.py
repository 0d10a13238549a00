"""Exports of telemetry, in protobuf and in JSON."""

from __future__ import annotations

import orjson

from stillwatch.node.otlp_intake import decoded, exchanges

DESCRIPTION = "OTLP exports in protobuf and JSON"


_KINDS = ("traces", "logs")
_MEDIA = ("application/x-protobuf", "application/json")


def attempt(data: bytes) -> None:
    """The first byte chooses signal and encoding."""
    chosen = data[0] if data else 0
    request = decoded(data[1:], _KINDS[chosen & 1], _MEDIA[chosen >> 1 & 1])
    for line in exchanges(request)[0]:
        assert isinstance(orjson.loads(line), dict)
