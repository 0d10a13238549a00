"""The log of runs on the frozen split: who looked, when, with which code, and what came out.

Every look at held-out worlds is a chance to tune on them. A log that is committed with the code shows how often that
happened and whether the code changed in between.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError
from stillwatch.range.runs.source_digest import checkout, commit, source_digest
from stillwatch.range.splits import FROZEN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.range.runs.request import Request

NAME: Final = "frozen-runs.jsonl"


def check_reason(request: Request, reason: str | None) -> None:
    """Refuse a frozen run without a reason.

    Raises:
        StillwatchError: the frozen split was asked for and no reason given.
    """
    if request.split == FROZEN and not (reason or "").strip():
        raise StillwatchError(
            "a run on the frozen split needs a reason, which is logged with its figures",
            code="SW-RANGE-49",
            where="--frozen-reason",
            hint="tune and try on the validation split; name the reason with --frozen-reason when you report results",
        )


def log_frozen_run(
    request: Request, reason: str, figures: Mapping[str, Mapping[str, Any]], out: Path
) -> list[Path]:
    """Append a run to the log in its folder and, in a checkout, to the committed one; returns both."""
    entry = {
        "time": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "reason": reason.strip(),
        "world": request.world,
        "seed": request.seed,
        "accounts": request.accounts,
        "history": request.history,
        "source": source_digest(),
        "commit": commit(),
        "contenders": list(figures),
        "figures": figures,
    }
    root = checkout()
    logs = [out / NAME, *([root / "benchmarks" / NAME] if root else [])]
    for path in logs:
        with path.open("ab") as log:
            log.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
    return logs
