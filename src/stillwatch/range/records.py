"""Puts a canonical record together from who sends it, when, and what was written."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

    from stillwatch.range.plan import Account, Identity, Moment


@functools.lru_cache(maxsize=50_000)
def _instant(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _tokens(text: str) -> int:
    """About how many tokens a text has; four bytes to one comes close in every script."""
    return len(text.encode()) // 4 + 1


def record(
    stamp: str, request_id: str, account: Account, moment: Moment, made: dict[str, Any], rng: random.Random
) -> dict[str, Any]:
    """A canonical record, put together from who, when and what."""
    identity: Identity = account.identity
    addresses = identity.addresses
    share = (moment.session % 4096) / 4096
    if identity.travels:
        place = int(min(max(moment.elapsed, 0.0), 0.999) * len(addresses))
    else:
        place = int(share**1.8 * len(addresses))
    address = addresses[place]
    messages = made["messages"]
    response: str | None = made["response_text"]
    taken = 4 + sum(_tokens(message["content"]) for message in messages)
    given = _tokens(response or "")
    thinking = int(given * (1.0 + 3.0 * rng.random())) if made["model"].startswith("example-reason") else 0
    roll = rng.random()
    status = 200 if roll > 0.008 else (429 if roll > 0.002 else 500)
    if status != 200:
        response, given, thinking = None, 0, 0
    return {
        "ts": stamp,
        "request_id": request_id,
        "account_id": account.account_id,
        "organization_id": identity.organization_id,
        "api_key_id": identity.api_keys[moment.session % len(identity.api_keys)],
        "ip": address.ip,
        "asn": address.asn,
        "country": address.country,
        "user_agent": identity.user_agents[moment.session // 64 % len(identity.user_agents)],
        "payment_fingerprint": identity.payment,
        "account_created_at": _instant(identity.created_ms),
        "model": made["model"],
        "endpoint": "/v1/chat/completions",
        "messages": messages,
        "response_text": response,
        "reasoning_tokens": thinking,
        "input_tokens": taken,
        "output_tokens": given + thinking,
        "temperature": made["temperature"],
        "max_tokens": made["max_tokens"],
        "tools": made["tools"],
        "stream": made["stream"],
        "latency_ms": 180 + int((given + thinking) * (9.0 + 8.0 * rng.random())) if status == 200 else 40,
        "status": status,
    }
