"""Baselines on one world, each in a process of its own: scores, alarms, verdicts as ``detect`` writes them.

``python -m stillwatch.range.runs.contestant OUT NAME…`` judges the columns that lie in OUT and prints a line of JSON
for each baseline: seconds and memory of its process. Modules are imported once; every baseline is then forked off.
The log is replayed: a baseline judges what it would have seen at several times, and an account's first alarm is the
first of them at which it was accused. Nothing later than that time is looked at.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import json
import os
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson
from scipy.stats import rankdata

from stillwatch.errors import StillwatchError
from stillwatch.range.baselines import baselines, chosen
from stillwatch.range.runs.request import Places
from stillwatch.range.runs.tuned import setting_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.contract import Baseline, Scores
    from stillwatch.range.baselines.traffic import Traffic
    from stillwatch.range.runs.tuned import Setting

REPLAYED: Final = 7
"""Times at which the log is judged, the last being its end."""


def compete(name: str, places: Places) -> None:
    """Judge and write ``verdicts.jsonl`` and ``summary.json``.

    Raises:
        StillwatchError: unknown or untuned baseline, or something it needs is missing.
    """
    baseline, setting = chosen([name])[0], setting_of(name)
    traffic = places.traffic(learns=baseline.learns)
    begin = time.perf_counter()
    scores, alarm = replay(baseline, traffic, setting)
    seconds = time.perf_counter() - begin
    out = places.verdicts(name)
    out.mkdir(parents=True, exist_ok=True)
    lines = verdict_lines(name, traffic, scores, setting.threshold, alarm)
    (out / "verdicts.jsonl").write_bytes(
        b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in lines)
    )
    summary = {
        "baseline": name,
        "knobs": setting.knobs,
        "threshold": setting.threshold,
        "seconds": {"judge": seconds},
    }
    (out / "summary.json").write_bytes(orjson.dumps(summary, option=orjson.OPT_APPEND_NEWLINE))


def replay(
    baseline: Baseline, traffic: Traffic, setting: Setting, times: int = REPLAYED
) -> tuple[Scores, NDArray[np.int64]]:
    """Scores at the end, and for each account the first time at which it was accused (-1: never)."""
    alarm = np.full(len(traffic.accounts), -1, np.int64)
    ends = np.linspace(traffic.ts[0], traffic.ts[-1], times + 1).astype(np.int64)[1:] if traffic.rows else [0]
    for end in ends:
        scores = baseline.judge(traffic.until(int(end)), setting.knobs)
        fresh = (scores.account >= setting.threshold) & (alarm < 0)
        alarm[fresh] = end
    return scores, alarm


def verdict_lines(
    name: str, traffic: Traffic, scores: Scores, threshold: float, alarm: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """A verdict for each account; the score is the share of accounts that are no more suspect."""
    known = np.nan_to_num(scores.account, nan=-np.inf)
    share = rankdata(known) / max(len(known), 1)
    share[~np.isfinite(scores.account)] = 0.0
    group = np.full(len(known), -1) if scores.group is None else scores.group
    lines = []
    for account, score, raw, cluster, when in zip(
        traffic.accounts, share.tolist(), scores.account.tolist(), group.tolist(), alarm.tolist(), strict=True
    ):
        accused = raw >= threshold
        lines.append(
            {
                "account_id": account,
                "verdict": "attack" if accused else "clear",
                "score": round(score, 6),
                "campaign_id": f"{name}-{cluster}" if accused and cluster >= 0 else None,
                "first_alarm_ts": _instant(when) if accused else None,
                "reasons": [],
            }
        )
    return lines


def _instant(milliseconds: int) -> str:
    """A time as verdicts carry it."""
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def main(out: str, names: list[str]) -> int:
    """What the process does; returns its status."""
    _import_once()
    for name in names:
        begin = time.perf_counter()
        process = os.fork()
        if process == 0:
            os._exit(_judged(name, Places(Path(out))))
        _, status, usage = os.wait4(process, 0)
        if status:
            return os.waitstatus_to_exitcode(status)
        seconds, peak = time.perf_counter() - begin, usage.ru_maxrss / 2**20  # Linux counts in KiB
        print(json.dumps({"name": name, "seconds": seconds, "peak_gib": peak}), flush=True)
    return 0


def _import_once() -> None:
    """Import what most baselines need and what takes long."""
    baselines()
    for module in ("scipy.stats", "sklearn.ensemble", "sklearn.linear_model"):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)


def _judged(name: str, places: Places) -> int:
    """Status of the process that judges."""
    try:
        compete(name, places)
    except StillwatchError as error:
        print(error.render(), file=sys.stderr, flush=True)
        return int(error.exit_code)
    except Exception:  # a forked process must end here, whatever happened
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
