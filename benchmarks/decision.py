"""What a decision costs in process: the look-up a gateway makes for each request, and the rules behind it."""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.core.verdict import Call, Reason, Verdict
from stillwatch.enforcement import snapshot_file
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.battery import Battery
from stillwatch.enforcement.facts import CampaignFacts, Details, facts
from stillwatch.enforcement.policy import Policy
from stillwatch.enforcement.snapshot import Snapshot
from stillwatch.enforcement.wire import Change

DESCRIPTION = "a decision in process with 200,000 accounts decided about, and 20 CEL rules about an account"

TARGETS = (
    ("inprocess_p99_us", "decision in process, 200,000 accounts, p99", "<=", 10, "µs"),
    ("cel_20_rules_p99_us", "20 rules about an account, p99", "<=", 50, "µs"),
)

_NOW: Final = 1_767_268_800.0
_RULES: Final = (
    "verdict == 'attack' && score >= 0.9{n}",
    "verdict != 'clear' && has(campaign.id) && campaign.exchanges > {n}00",
    "has(organization.restricted) && organization.restricted && score > 0.{n}",
    "models.exists(m, m.startsWith('large-{n}')) && verdict == 'watch'",
    "'novelty' in evidence && evidence['novelty'] > {n}.0 && verdict == 'attack'",
)


def run(small: bool) -> dict[str, float]:
    """Look-ups and rules, each timed one by one."""
    count, asked = (20_000, 20_000) if small else (200_000, 100_000)
    decisions = list(_decisions(count))
    begin = time.perf_counter()
    snapshot = Snapshot.build(1, decisions, "benchmark")
    built = time.perf_counter() - begin
    gc.collect()
    gc.freeze()
    accounts = _look_ups(snapshot, [Subject(f"acct-{n}") for n in _numbers(asked, 2 * count)])
    everything = [
        Subject(f"acct-{n}", "org-1", "key-1", f"10.{n % 8}.{n % 256}.{n % 250}", 64500, "XX")
        for n in _numbers(asked, 2 * count)
    ]
    networks = _look_ups(snapshot, everything)
    print(f"{len(snapshot):,} decisions, {asked:,} look-ups of either kind", file=sys.stderr)
    return {
        "decisions": len(snapshot),
        "inprocess_p50_us": float(np.percentile(accounts, 50)),
        "inprocess_p99_us": float(np.percentile(accounts, 99)),
        "inprocess_all_scopes_p50_us": float(np.percentile(networks, 50)),
        "inprocess_all_scopes_p99_us": float(np.percentile(networks, 99)),
        "snapshot_build_s": built,
        "snapshot_change_ms": _change(snapshot, decisions),
        "snapshot_file_read_s": _read_back(snapshot),
    } | _rules(2_000 if small else 20_000)


def _decisions(count: int) -> Iterator[Decision]:
    """Blocked accounts, and a thousand networks of several sizes."""
    dice = random.Random(1)
    for number in range(count):
        yield _decision(number, Scope.ACCOUNT, f"acct-{number}")
    for number in range(1_000):
        length = dice.choice((16, 20, 22, 24, 24, 24))
        value = (10 << 24 | dice.randrange(2**24)) >> (32 - length) << (32 - length)
        octets = ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))
        yield _decision(count + number, Scope.ADDRESS, f"{octets}/{length}")


def _decision(number: int, scope: Scope, value: str) -> Decision:
    return Decision(
        f"dec-{number:026}",
        scope,
        value,
        Action.BLOCK,
        Limits(),
        Mode.ENFORCE,
        "rule",
        "block-attack",
        "camp-01",
        "called an attack",
        "policy",
        "2026-01-01T00:00:00.000Z",
        "2026-01-02T00:00:00.000Z",
        number + 1,
    )


def _numbers(count: int, below: int) -> list[int]:
    dice = random.Random(2)
    return [dice.randrange(below) for _ in range(count)]


def _look_ups(snapshot: Snapshot, subjects: list[Subject]) -> list[float]:
    """Microseconds of each look-up."""
    taken = []
    for subject in subjects:
        begin = time.perf_counter_ns()
        snapshot.decide(subject, _NOW)
        taken.append((time.perf_counter_ns() - begin) / 1e3)
    return taken


def _change(snapshot: Snapshot, decisions: list[Decision]) -> float:
    """Milliseconds until one lifted decision has left the snapshot, the median of ten."""
    taken = []
    for number in range(10):
        begin = time.perf_counter()
        snapshot.changed(Change("benchmark", 2, False, deleted=(decisions[number].decision_id,)))
        taken.append((time.perf_counter() - begin) * 1e3)
    return float(np.median(taken))


def _read_back(snapshot: Snapshot) -> float:
    """Seconds in which a gateway has its last-known snapshot back from the disk."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "snapshot.jsonl"
        snapshot_file.write(snapshot, path)
        begin = time.perf_counter()
        snapshot_file.read(path)
        return time.perf_counter() - begin


def _rules(accounts: int) -> dict[str, float]:
    """Microseconds in which twenty rules judge an account: the rules alone, and with putting its facts together."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "policy.yaml"
        whens = [_RULES[n % len(_RULES)].format(n=n % 9) for n in range(20)]
        rules = "".join(
            f'  - {{id: rule-{n}, when: "{when}", action: block, ttl: 1d, reason: x}}\n'
            for n, when in enumerate(whens)
        )
        path.write_text(f"rules:\n{rules}", encoding="utf-8")
        conditions = [rule.condition for rule in Policy.load(path).rules]
    details = Details(
        exchanges=300,
        models=("large-1", "small-2"),
        endpoints=("/v1/chat/completions",),
        organization={"id": "org-1", "verified": False, "restricted": False},
    )
    campaign = CampaignFacts("camp-01", "attack", 0.99, 40, 2_000, 300)
    battery = Battery(conditions)
    whole, alone = [], []
    for number in range(accounts):
        call = Call.ATTACK if number % 2 else Call.WATCH
        reasons = (Reason("novelty", number % 20 - 5.0, "x"),)
        verdict = Verdict(f"acct-{number}", call, (number % 100) / 100, "camp-01", None, reasons)
        begin = time.perf_counter_ns()
        said = facts(verdict, campaign, details)
        handed = time.perf_counter_ns()
        battery.outcomes(said)
        end = time.perf_counter_ns()
        whole.append((end - begin) / 1e3)
        alone.append((end - handed) / 1e3)
    return {
        "cel_20_rules_p50_us": float(np.percentile(alone, 50)),
        "cel_20_rules_p99_us": float(np.percentile(alone, 99)),
        "cel_20_rules_and_facts_p50_us": float(np.percentile(whole, 50)),
        "cel_20_rules_and_facts_p99_us": float(np.percentile(whole, 99)),
    }
