"""Tiny logs with a naive campaign planted in them: one template, one address, the same hours, other words, much of it."""

from __future__ import annotations

import dataclasses
import random
from typing import Any

import numpy as np

from stillwatch.range.baselines.reading import from_records
from stillwatch.range.baselines.traffic import Traffic, Training

DAY_MS = 86_400_000
BEGIN_MS = 1_772_409_600_000
EVERYDAY = [f"{first}{last}" for first in "bakelomitu" for last in ("ren", "son", "tal", "mir", "dok", "vus")]
HARVEST = [f"{first}{last}" for first in "zyxwqpgh" for last in ("arit", "olem", "unda", "ivex")]


def record(number: int, account: str, when: int, text: str, **changes: Any) -> dict[str, Any]:
    stamp = np.datetime_as_string(np.datetime64(when, "ms"))
    return {
        "ts": f"{stamp}Z",
        "request_id": f"req-{number}",
        "account_id": account,
        "ip": f"192.0.2.{sum(account.encode()) % 200}"
        if account.startswith("harvest")
        else f"{account}.example",
        "payment_fingerprint": account,
        "user_agent": f"client-{account}",
        "account_created_at": "2025-01-01T00:00:00Z",
        "model": "example-large",
        "messages": [{"role": "user", "content": text}],
        "response_text": "x" * (len(text) * 2),
        "input_tokens": len(text) // 4,
        "output_tokens": len(text) // 2,
        "status": 200,
    } | changes


def honest(
    rng: random.Random, accounts: int, each: int, start: int = BEGIN_MS, name: str = "honest"
) -> list[dict]:
    """People who ask about everyday things, each at hours and lengths of their own."""
    made = []
    for account in range(accounts):
        for _ in range(max(3, round(each * rng.uniform(0.5, 1.2)))):
            words = rng.choices(EVERYDAY, k=rng.randint(9, 24))
            when = start + rng.randrange(10 * DAY_MS)
            made.append(record(rng.getrandbits(60), f"{name}-{account:03d}", when, " ".join(words)))
    return made


def campaign(rng: random.Random, accounts: int = 8, each: int = 130, start: int = BEGIN_MS) -> list[dict]:
    """Accounts that send one template with another word in it, at the same hours, from one address."""
    made = []
    for account in range(accounts):
        for turn in range(each):
            frame = " ".join(HARVEST)
            text = f"{frame} {rng.choice(HARVEST)} {frame} in every single detail please and thank you"
            when = start + turn % 10 * DAY_MS + turn // 10 * 3_600_000 + account * 1000
            name = f"harvest-{account:02d}"
            made.append(
                record(rng.getrandbits(60), name, when, text, ip="203.0.113.9", response_text="y" * 9000)
            )
    return made


def log(seed: int = 5, *, attack: bool = True, shuffle: int | None = None) -> Traffic:
    """The log with its history and a training world; ``shuffle`` reads the records in another order."""
    rng = random.Random(seed)
    history = from_records(honest(rng, 60, 40, BEGIN_MS - 10 * DAY_MS))
    records = honest(rng, 60, 40) + (campaign(rng) if attack else [])
    if shuffle is not None:
        random.Random(shuffle).shuffle(records)
    return dataclasses.replace(from_records(records, history=history), training=training())


def training() -> Training:
    rng = random.Random(99)
    traffic = from_records(honest(rng, 60, 40) + campaign(rng))
    attack = np.asarray([name.startswith("harvest") for name in traffic.accounts])
    return Training(traffic, attack, attack[traffic.account], np.where(attack, 0, -1).astype(np.int32))


def planted(traffic: Traffic) -> np.ndarray:
    return np.asarray([name.startswith("harvest") for name in traffic.accounts])
