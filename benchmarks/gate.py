"""How fast the gate decides, and what it lets through of what may not pass; parts are in ``gate_sets``."""

from __future__ import annotations

import sys
import time
from typing import Any

import jsonschema_rs
import orjson

from benchmarks.gate_sets.cases import written
from benchmarks.gate_sets.generated import generated
from benchmarks.gate_sets.honest import honest, policy, situation
from benchmarks.gate_sets.judging import Judge, Outcome
from stillwatch.sharing.gate import Gate
from stillwatch.sharing.gate.capacity import capacity
from stillwatch.sharing.gate.entries import details
from stillwatch.sharing.gate.lanes import extension_schemas, lane_schemas
from stillwatch.sharing.gate.reading import read

DESCRIPTION = "the antitrust gate: objects a second, and how much gets through of what may not pass"

TARGETS = (
    ("objects_per_s", "objects judged, one core", ">=", 100_000, "/s"),
    ("forbidden", "forbidden objects tried", ">=", 300),
    ("forbidden_passed", "forbidden objects that passed", "<=", 0),
    ("honest", "honest objects tried", ">=", 300),
    ("honest_refused", "honest objects refused", "<=", 0),
)


_SLICE = 50


def run(small: bool) -> dict[str, float]:
    """Speed on honest objects, and the outcome of every attempt."""
    objects = list(honest())
    rounds = 20 if small else 200
    gate, now = Gate(policy()), situation()
    refused = sum(not gate.check(obj, now).passed for obj in objects)
    decided = _seconds(lambda obj: gate.check(obj, now), objects, rounds)
    validators = _bare_validators()
    bare = _seconds(lambda obj: validators[obj["type"]].is_valid(obj), objects, rounds)
    indicators = [obj for obj in objects if obj["type"] == "indicator"]
    lines = [orjson.dumps(obj) for obj in indicators]
    from_bytes = _seconds(lambda line: gate.check(read(line)[0], now), lines, rounds)
    answer = gate.check(objects[0], now)
    logged = _seconds(lambda obj: details(obj, answer), objects, rounds)
    judge = Judge()
    attempts = [*written(), *generated()]
    outcomes = [judge.judge(case).outcome for case in attempts]
    print(
        f"{len(objects):,} honest objects, {len(attempts):,} attempts; the fastest of {rounds} rounds counts",
        file=sys.stderr,
    )
    return {
        "objects_per_s": 1 / decided,
        "over_bare_schema": decided / bare,
        "with_parsing_per_s": 1 / from_bytes,
        "with_log_entry_per_s": 1 / (decided + logged),
        "honest": len(objects),
        "honest_refused": refused,
        "forbidden": len(attempts),
        "forbidden_written": sum(1 for _ in written()),
        "forbidden_passed": outcomes.count(Outcome.PASSED),
        "forbidden_rewritten": outcomes.count(Outcome.REWRITTEN),
    } | {
        f"residual_bits_{name.replace(' ', '_')}": sum(fields.values())
        for name, fields in capacity(policy()).items()
    }


def _bare_validators() -> dict[str, Any]:
    """The full schemas and nothing else: what a decision cannot cost less than."""
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in extension_schemas().values()])
    return {
        name: jsonschema_rs.validator_for(schema, registry=registry)
        for name, schema in lane_schemas().items()
    }


def _seconds(work: Any, things: list[Any], rounds: int) -> float:
    """Seconds for one thing: of each fifty the fastest round counts, because others only ever make it slower."""
    total = 0.0
    for start in range(0, len(things), _SLICE):
        some = things[start : start + _SLICE]
        best = float("inf")
        for _ in range(rounds):
            begin = time.perf_counter()
            for thing in some:
                work(thing)
            best = min(best, time.perf_counter() - begin)
        total += best
    return total / len(things)
