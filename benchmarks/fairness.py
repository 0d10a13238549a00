"""Whether false accusations fall on some honest people more than on others.

Two worlds of the validation split, one under attack and one without, are judged with their earlier traffic. Honest
accounts are put into groups by what their own log lines say (country, script, age, size) and by the range's archetype.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb

from stillwatch.reporting.intervals import Share

DESCRIPTION = "false accusations and accounts on watch by country, script, age, size and archetype"

TARGETS = (
    ("groups_accused_above_twice", "groups accused above twice the average", "<=", 0),
    ("groups_watched_above_twice", "groups on watch above twice the average", "<=", 0),
)

SEED: Final = 20261
WORLDS: Final = (("standard", 12_000), ("benign", 12_000))
SMALL_WORLDS: Final = (("standard", 1_500),)
TWICE: Final = 2.0
LEAST: Final = 3  # accounts called something in a group: fewer are chance

_FACTS: Final = """
SELECT account_id::VARCHAR AS account, mode(country::VARCHAR) AS country, mode(script) AS script, count(*) AS exchanges,
       date_diff('day', min(account_created_at), min(ts)) AS age
FROM read_parquet($parts) GROUP BY 1
"""
_SCRIPTS: Final = ("Latin", "CJK", "Cyrillic", "Arabic", "Devanagari")


def run(small: bool) -> dict[str, Any]:
    """Judge the worlds, print a table a kind of group, and name the groups above twice the average."""
    people: list[dict[str, str]] = []
    for world, accounts in SMALL_WORLDS if small else WORLDS:
        with tempfile.TemporaryDirectory() as folder:
            people += _judged(Path(folder), world, accounts)
    figures: dict[str, Any] = {"honest": len(people)}
    for call in ("attack", "watch"):
        called = sum(p["verdict"] == call for p in people)
        figures[call] = called
        figures[f"{call}_share"] = called / max(len(people), 1)
    above = []
    for kind in ("country", "script", "age", "size", "archetype"):
        above += _table(kind, people)
    for call, words in (("attack", "accused"), ("watch", "watched")):
        figures[f"groups_{words}_above_twice"] = sum(each.endswith(f"({call})") for each in above)
    figures["above_twice"] = ", ".join(above)
    return figures


def _judged(folder: Path, world: str, accounts: int) -> list[dict[str, str]]:
    """The honest accounts of one world with their groups and verdicts."""
    for name in (f"{world}-history", world):
        _stillwatch(
            *(
                "range",
                "make",
                "--world",
                name,
                "--seed",
                str(SEED),
                "--accounts",
                str(accounts),
                "--split",
                "validation",
            ),
            *("--out", str(folder / name)),
        )
    logs = next((folder / world).glob("exchanges*"))
    earlier = next((folder / f"{world}-history").glob("exchanges*"))
    _stillwatch(
        *("detect", str(logs), "--baseline", str(earlier), "--store", str(folder / "store")),
        *("--out", str(folder / "out")),
    )
    with (folder / world / "truth.csv").open(encoding="utf-8") as lines:
        truth = {row["account_id"]: row for row in csv.DictReader(lines)}
    with (folder / "out" / "verdicts.jsonl").open("rb") as lines:
        verdicts = {v["account_id"]: v["verdict"] for v in map(json.loads, lines)}
    parts = [str(path) for path in sorted((folder / "store").rglob("*.parquet"))]
    facts = duckdb.execute(_FACTS, {"parts": parts}).to_arrow_table().to_pylist()
    return [
        _person(fact, truth[fact["account"]]["archetype"], verdicts[fact["account"]])
        for fact in facts
        if truth[fact["account"]]["label"] == "benign"
    ]


def _person(fact: Mapping[str, Any], archetype: str, verdict: str) -> dict[str, str]:
    """An account's groups."""
    return {
        "verdict": verdict,
        "archetype": archetype,
        "country": fact["country"] or "unknown",
        "script": "unknown" if fact["script"] is None else _SCRIPTS[fact["script"]],
        "age": _class(fact["age"], ((14, "under 14 days"), (90, "14 to 89 days"), (365, "90 to 364 days"))),
        "size": _class(fact["exchanges"], ((10, "under 10 requests"), (50, "10 to 49"), (200, "50 to 199"))),
    }


def _class(value: int | None, borders: Iterable[tuple[int, str]]) -> str:
    if value is None:
        return "unknown"
    return next((name for most, name in borders if value < most), "more")


def _table(kind: str, people: list[dict[str, str]]) -> list[str]:
    """Print the groups of one kind; returns those above twice the average by more than chance."""
    sizes = Counter(p[kind] for p in people)
    above = []
    print(f"\n{kind:<24}{'honest':>8}{'attack':>8}{'at most':>9}{'watch':>8}{'share':>8}", file=sys.stderr)
    average = {call: sum(p["verdict"] == call for p in people) / len(people) for call in ("attack", "watch")}
    for name, size in sizes.most_common():
        called = {call: sum(p[kind] == name and p["verdict"] == call for p in people) for call in average}
        attack, watch = Share(called["attack"], size), Share(called["watch"], size)
        print(
            f"{name:<24}{size:>8,}{called['attack']:>8}{100 * (attack.upper or 0):>8.2f}%"
            f"{called['watch']:>8}{100 * (watch.value or 0):>7.2f}%",
            file=sys.stderr,
        )
        for call, share in (("attack", attack), ("watch", watch)):
            lower = share.low or 0.0
            if called[call] >= LEAST and lower > TWICE * average[call]:
                above.append(f"{kind} {name} ({call})")
    return above


def _stillwatch(*words: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", *words, "--quiet"],
        env=os.environ
        | {"STILLWATCH_KEY_FILE": str(Path(tempfile.gettempdir()) / "stillwatch-fairness-key")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
