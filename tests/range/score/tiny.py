"""Small worlds written by hand, so that every figure can be counted on paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

START = 1_772_409_600_000
HOUR = 3_600_000

CAMPAIGNS = (
    {"campaign_id": "camp-01", "family": "coding_tasks", "dilution": 0.0, "members": 6, "tactic": "plain"},
    {"campaign_id": "camp-02", "family": "slow_burn", "dilution": 0.95, "members": 4, "tactic": "cloned"},
)
"""Six members with 10 exchanges each, an hour apart; four members with 2 each."""


def moment(hours: float) -> str:
    return datetime.fromtimestamp((START + hours * HOUR) / 1000, UTC).isoformat().replace("+00:00", "Z")


def accounts() -> list[tuple[str, str, str, str]]:
    rows = [(f"a-{n:02d}", "attack", "coding_tasks", "camp-01") for n in range(6)]
    rows += [(f"b-{n:02d}", "attack", "slow_burn", "camp-02") for n in range(4)]
    rows += [(f"h-{n:02d}", "benign", "chat_hobbyist" if n % 2 else "vpn_staff", "") for n in range(20)]
    return rows


def exchanges() -> Iterable[tuple[str, str, str, int]]:
    for account, _, _, campaign in accounts():
        for turn in range({"camp-01": 10, "camp-02": 2}.get(campaign, 3)):
            yield f"req-{account}-{turn}", campaign, account, START + turn * HOUR


Line = dict[str, Any]


def verdict(
    account: str, call: str = "clear", campaign: str | None = None, alarm: float | None = None
) -> Line:
    score = {"clear": 0.01, "watch": 0.4, "attack": 0.99}[call]
    stamp = None if alarm is None else moment(alarm)
    return {
        "account_id": account,
        "verdict": call,
        "score": score,
        "campaign_id": campaign,
        "first_alarm_ts": stamp,
    }


def perfect() -> list[Line]:
    """Everybody judged as they are, each campaign alarmed two hours in."""
    return [
        verdict(account, "attack", campaign, 2.0) if campaign else verdict(account)
        for account, _, _, campaign in accounts()
    ]


def mixed() -> list[Line]:
    """Four of six found from hour 3 on, nobody of the second campaign, one honest account accused, one on watch."""
    lines = {account: verdict(account) for account, *_ in accounts()}
    for number in range(4):
        lines[f"a-{number:02d}"] = verdict(f"a-{number:02d}", "attack", "c-9", 3.5 + number)
    lines["h-01"] = verdict("h-01", "attack", "c-9", 5.0)
    lines["h-02"] = verdict("h-02", "watch")
    return list(lines.values())
