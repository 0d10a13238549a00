"""Logs without any attack, composed from real arrivals, token sizes and prompts: whom ``detect`` wrongly accuses.

The log is composed by `worlds_from_real` from the shared data beside the repository, and judged without a baseline,
as somebody would who tries the command on a first log.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import orjson

from benchmarks.worlds_from_real import compose, shared_data

DESCRIPTION = (
    "accounts wrongly called attack on 200,000 exchanges composed from real data, none of them an attack"
)

TARGETS = (("attack", "called attack on real input without attacks", "<=", 0, "accounts"),)

SEED = 20261
"""Not one that detection was developed on: nothing is tuned on what is reported."""


def run(small: bool) -> dict[str, Any]:
    """Compose the log, judge it, and name everybody who is accused."""
    with tempfile.TemporaryDirectory() as folder:
        log, out = Path(folder, "exchanges.jsonl"), Path(folder, "out")
        exchanges = _write(log, 40_000 if small else 200_000)
        _detect(log, out, Path(folder, "key"))
        summary = json.loads((out / "summary.json").read_bytes())
        if summary["exchanges"] != exchanges:
            raise RuntimeError(f"{exchanges} exchanges were written, {summary['exchanges']} were judged")
        _name_the_accused(out / "verdicts.jsonl")
    calls = summary["verdicts"]
    return {
        "exchanges": exchanges,
        "accounts": summary["accounts"],
        "attack": calls.get("attack", 0),
        "watch": calls.get("watch", 0),
        "campaigns": summary["campaigns"],
    }


def _write(log: Path, wanted: int) -> int:
    """Write the composed log; returns how many exchanges it has."""
    count = 0
    with log.open("wb") as target:
        for record in compose(shared_data(), SEED, wanted):
            target.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
            count += 1
    if count < wanted:
        raise RuntimeError(f"only {count} of {wanted} exchanges could be composed")
    print(f"composed {count:,} exchanges, no attack among them", file=sys.stderr)
    return count


def _detect(log: Path, out: Path, key: Path) -> None:
    """The command as somebody would type it, with a key that is thrown away."""
    subprocess.run(
        [sys.executable, "-m", "stillwatch.cli", "detect", str(log), "--out", str(out), "--quiet"],
        env=os.environ | {"STILLWATCH_KEY_FILE": str(key)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def _name_the_accused(verdicts: Path) -> None:
    """Say who was called attack and why, for each has to be explained."""
    with verdicts.open("rb") as lines:
        for verdict in map(json.loads, lines):
            if verdict["verdict"] != "attack":
                continue
            print(f"{verdict['account_id']} ({verdict['campaign_id']}):", file=sys.stderr)
            for reason in verdict["reasons"]:
                print(
                    f"  {reason['decibans']:+.1f} {reason['detector']}: {reason['sentence']}", file=sys.stderr
                )
