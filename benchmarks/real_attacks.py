"""Campaigns of real pipeline templates and public question sets among real honest traffic: who is found, who accused.

Neither text nor arrivals come from the range that scales are fitted to; which members may be called (`origins`,
`behaviour.kindred`) was chosen on other seeds. Of each site the second of two weeks is judged, once with the first as
earlier traffic and once without; figures are of all sites together. Whom an account belongs to, its age and its
addresses are invented.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson

from benchmarks.real_campaigns import CAMPAIGNS, HALF, PREFIX, campaign_clients
from benchmarks.worlds_from_real import BEGIN, Client, Composer, Data, identity, records, shared_data

DESCRIPTION = (
    "campaigns of real pipeline templates and public sets among real honest traffic: found and accused"
)

TARGETS = (
    ("precision", "of the accused, attackers; real text", ">=", 0.995, "share"),
    ("recall", "attackers accused; real text", ">=", 0.95, "share"),
    ("leaked_undiluted", "leaked at first alarm, undiluted, real text, median", "<=", 1_000, "exchanges"),
    ("own_words", "accounts accused, every account its own wording, real text", ">=", 0.6, "share"),
    ("cold/precision", "of the accused, attackers; real text, without history", ">=", 0.99, "share"),
    ("cold/recall", "attackers accused; real text, without history", ">=", 0.6, "share"),
)

_DETECT: Final = (sys.executable, "-m", "stillwatch.cli", "detect", "--quiet")
SEEDS: Final = (20301, 20302, 20303, 20304)
"""None that detection was developed on."""


@dataclasses.dataclass(frozen=True, slots=True)
class Truth:
    """What is so.

    Attributes:
        kinds: by account id: an honest kind, or `PREFIX` and a campaign.
        harvest: by campaign, the moments of its harvest in order, milliseconds since 1970.
    """

    kinds: dict[str, str]
    harvest: dict[str, np.ndarray]


def run(small: bool) -> dict[str, Any]:
    """Compose sites, judge each twice, and set verdicts beside the truth."""
    with_past, cold = Told(), Told()
    for seed in SEEDS[:1] if small else SEEDS:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            truth = write(folder, seed, 40_000 if small else 200_000)
            print(f"site {seed}, with earlier traffic", file=sys.stderr)
            with_past.take(truth, judge(folder, "--baseline", str(folder / "earlier.jsonl")))
            print(f"site {seed}, without earlier traffic", file=sys.stderr)
            cold.take(truth, judge(folder))
    return with_past.figures() | {"cold": cold.figures()}


def write(folder: Path, seed: int, exchanges: int) -> Truth:
    """Write ``earlier.jsonl`` and ``log.jsonl``, the honest part of which has about so many exchanges."""
    data = Data(shared_data())
    everyone = [*Composer(data, seed).clients(exchanges), *campaign_clients(data, seed)]
    middle = (BEGIN + timedelta(seconds=HALF)).strftime("%Y-%m-%dT%H:%M:%S")
    with (folder / "earlier.jsonl").open("wb") as earlier, (folder / "log.jsonl").open("wb") as log:
        for record in records(everyone, seed):
            line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
            (earlier if record["ts"] < middle else log).write(line)
    kinds = {identity(each, seed, index)["account_id"]: each.kind for index, each in enumerate(everyone)}
    return Truth(kinds, {each.name: _moments(everyone, each.name) for each in CAMPAIGNS})


def _moments(everyone: list[Client], campaign: str) -> np.ndarray:
    """When its accounts harvested."""
    members = [each for each in everyone if each.kind == PREFIX + campaign]
    seconds = np.concatenate([each.times[each.harvest] for each in members if each.harvest is not None])
    return np.sort(BEGIN.timestamp() * 1000 + seconds * 1000)


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """Verdicts beside the truth, of any number of sites.

    Attributes:
        calls: accounts by kind and verdict.
        leaked: exchanges that undiluted campaigns had at their first alarm.
    """

    calls: Counter[tuple[str, str]] = dataclasses.field(default_factory=Counter)
    leaked: list[float] = dataclasses.field(default_factory=list)

    def take(self, truth: Truth, verdicts: list[dict[str, Any]]) -> None:
        """Add a site's, and say on standard error how each kind was called there."""
        calls = Counter((truth.kinds[v["account_id"]], v["verdict"]) for v in verdicts)
        for kind in sorted({kind for kind, _ in calls}):
            row = ", ".join(f"{n:,} {call}" for (k, call), n in sorted(calls.items()) if k == kind)
            print(f"  {kind:26} {row}", file=sys.stderr)
        self.calls.update(calls)
        self.leaked.extend(_leaked_undiluted(truth, verdicts))

    def figures(self) -> dict[str, float]:
        """Counts and shares of accounts, and the median leak."""
        return _shares(self.calls) | {"leaked_undiluted": float(np.median(self.leaked))}


def judge(folder: Path, *words: str) -> list[dict[str, Any]]:
    """Verdicts on the second week."""
    with tempfile.TemporaryDirectory(dir=folder) as out:
        subprocess.run(
            [*_DETECT, str(folder / "log.jsonl"), "--out", out, *words],
            env=os.environ | {"STILLWATCH_KEY_FILE": str(folder / "key")},
            stdout=subprocess.DEVNULL,
            check=True,
        )
        with Path(out, "verdicts.jsonl").open("rb") as lines:
            return [json.loads(line) for line in lines]


def _shares(calls: Counter[tuple[str, str]]) -> dict[str, float]:
    """Counts and shares of accounts."""

    def count(kind: str, *verdicts: str) -> int:
        return sum(n for (k, v), n in calls.items() if k.startswith(kind) and (not verdicts or v in verdicts))

    attackers, found = count(PREFIX), count(PREFIX, "attack")
    accused = count("", "attack") - found
    own = PREFIX + "own-words"
    return {
        "attackers": attackers,
        "honest": count("") - attackers,
        "honest_accused": accused,
        "honest_watched": count("", "watch") - count(PREFIX, "watch"),
        "recall": found / max(attackers, 1),
        "watched": count(PREFIX, "watch") / max(attackers, 1),
        "own_words": count(own, "attack") / max(count(own), 1),
        "precision": found / max(found + accused, 1),
    }


def _leaked_undiluted(truth: Truth, verdicts: list[dict[str, Any]]) -> list[float]:
    """What campaigns without any traffic of their own had at their first alarm; all of it without one."""
    leaked = []
    for campaign in CAMPAIGNS:
        if campaign.own:
            continue
        alarms = [
            datetime.fromisoformat(v["first_alarm_ts"]).timestamp() * 1000
            for v in verdicts
            if v["verdict"] == "attack" and truth.kinds[v["account_id"]] == PREFIX + campaign.name
        ]
        harvest = truth.harvest[campaign.name]
        leaked.append(float(np.searchsorted(harvest, min(alarms, default=np.inf), "right")))
    return leaked
