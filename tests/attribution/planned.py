"""Small plans for tests: a suspect, a teacher and a control, a few prompts, sentinels now and then."""

from __future__ import annotations

import dataclasses
from typing import Any

from tests.attribution.endpoints import ModelServer

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.plans.plan import Plan, PlannedMaterial, PlannedModel, PlannedPrompt, Stopping
from stillwatch.attribution.querying.client import Client
from stillwatch.attribution.querying.endpoint import Dialect, Endpoint

SIDES = {"suspect": Side.SUSPECT, "teacher": Side.TEACHER}
QUICK = Stopping(requests=2_000, sentinels=4, sentinel_samples=3, sentinel_every=20)


def prompts(count: int, samples: int = 1) -> tuple[PlannedPrompt, ...]:
    """Prompts that every side is asked."""
    return tuple(
        PlannedPrompt(f"p-{number}", f"tell me about thing {number}", samples, 32, 1.0, False, tuple(Side))
        for number in range(count)
    )


def plan_of(servers: dict[str, ModelServer], count: int = 30, **changes: Any) -> Plan:
    """A plan for servers by name; all but ``suspect`` and ``teacher`` are controls."""
    stopping = changes.pop("stopping", QUICK)
    models = tuple(
        PlannedModel(name, SIDES.get(name, Side.CONTROL), server.url, server.name, Dialect.CHAT)
        for name, server in servers.items()
    )
    sentinels = tuple(
        PlannedPrompt(
            f"sentinel-{number}", f"sentinel {number}", stopping.sentinel_samples, 16, 0.0, False, tuple(Side)
        )
        for number in range(1, stopping.sentinels + 1)
    )
    plan = Plan(
        "att-1",
        "was it trained on ours?",
        models,
        (),
        BatteryOptions(),
        PlannedMaterial(),
        prompts(count),
        sentinels,
        stopping,
        "0",
    )
    return dataclasses.replace(plan, **changes)


def endpoints_of(servers: dict[str, ModelServer], **more: Any) -> dict[str, Endpoint]:
    """How to ask them."""
    return {name: server.endpoint(name, **more) for name, server in servers.items()}


def hasty(endpoint: Endpoint) -> Client:
    """A client that does not wait between tries."""
    return Client(endpoint, "", sleep=lambda _: None, tries=3)
