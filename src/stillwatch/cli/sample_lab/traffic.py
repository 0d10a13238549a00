"""Two weeks of a small site's traffic that end today, judged as a node judges, in a node's folder."""

from __future__ import annotations

import dataclasses
import datetime
import gzip
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.cli import judging
from stillwatch.cli.output import Output
from stillwatch.enforcement.account_details import account_details
from stillwatch.enforcement.organizations import Organizations
from stillwatch.logs.contract import ReadOptions
from stillwatch.node.verdicts import VerdictStore
from stillwatch.range.compose import campaign_from
from stillwatch.range.splits import TRAIN
from stillwatch.range.world import make_world
from stillwatch.range.writing import write_world
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from stillwatch.node.folder import Folder
    from stillwatch.settings import Settings
    from stillwatch.traffic.pseudonyms import Pseudonymiser

_SEED: Final = 4
_ACCOUNTS: Final = 240
_EXCHANGES: Final = 16_000
_EARLIER: Final = 3_000
_DAYS: Final = 14
_CAMPAIGNS: Final = (
    "coding_tasks@crude:accounts=30",
    "reasoning_elicitation@crude:accounts=24",
    "rubric_grading@mimicry:accounts=16",
    "trace_coercion@crude:accounts=12",
    "safe_rewrites@crude:accounts=10",
)
_CHECKPOINT_HOURS: Final = 24.0
_MADE_FOR: Final = datetime.datetime(2026, 11, 12, tzinfo=datetime.UTC)
"""Two weeks that begin on a Thursday: made for those and moved to the present, the sample is the same on every day."""
_TIMES: Final = ("ts", "account_created_at")


def judged_traffic(
    folder: Folder,
    findings: Path,
    kept: Path,
    settings: Settings,
    key: Pseudonymiser,
    today: datetime.datetime,
) -> judging.Judged:
    """Make the traffic, judge it, and leave store and verdicts where a node keeps them.

    Args:
        folder: of the node.
        findings: where ``detect`` writes.
        kept: file for the logs themselves, which disclosure reads again.
        settings: threads and memory.
        key: pseudonyms are made with it.
        today: the traffic ends with the day before.

    Returns:
        What was found.
    """
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    begin = midnight - datetime.timedelta(days=_DAYS)
    folder.make()
    with tempfile.TemporaryDirectory(dir=folder.path) as scratch:
        logs, earlier = _written(Path(scratch), begin)
        job = judging.Job((str(logs),), findings, ReadOptions(), (str(earlier),), (folder.store,))
        quicker = dataclasses.replace(settings, checkpoint_hours=_CHECKPOINT_HOURS)
        judged = judging.detect(job, quicker, key, Output(quiet=True))
        shutil.move(logs, kept)
    _record(folder, judged, settings)
    return judged


def _written(scratch: Path, begin: datetime.datetime) -> tuple[Path, Path]:
    """Logs of the two weeks, and of the days before them."""
    campaigns = [campaign_from(text, TRAIN) for text in _CAMPAIGNS]
    before = _MADE_FOR - datetime.timedelta(days=_DAYS)
    world = make_world("benign", _SEED, _ACCOUNTS, _EXCHANGES, campaigns=campaigns, begin=_MADE_FOR)
    past = make_world("benign", _SEED, _ACCOUNTS, _EARLIER, campaigns=(), begin=before)
    logs = write_world(world, scratch / "logs", "canonical").logs
    earlier = write_world(past, scratch / "earlier", "canonical").logs
    for log in (logs, earlier):
        _move(log, begin - _MADE_FOR)
    return logs, earlier


def _move(log: Path, by: datetime.timedelta) -> None:
    """Rewrite the times of a log."""
    with gzip.open(log, "rb") as file:
        records = [orjson.loads(line) for line in file]
    for record in records:
        for name in _TIMES:
            if record.get(name):
                moment = datetime.datetime.fromisoformat(record[name]) + by
                record[name] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    with gzip.open(log, "wb", compresslevel=1) as file:
        file.writelines(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


def _record(folder: Folder, judged: judging.Judged, settings: Settings) -> None:
    """Write verdicts and what is known about accounts as the node's worker does after a look."""
    result, frame = judged.result, judged.frame
    store = Store.open(folder.store)
    with store.connect(settings.threads, settings.memory_gib / 4) as connection:
        details = account_details(connection, Organizations(), frozenset())
    ended = datetime.datetime.fromisoformat(result.summary.last_ts or "")
    about: dict[str, Any] = {
        "judged_from": result.summary.first_ts,
        "judged_until": result.summary.last_ts,
        "window_s": _DAYS * 86_400.0,
        "exchanges": frame.size,
        "accounts": len(frame.accounts),
        "whole_store": True,
        "seconds": round(sum(result.summary.seconds.values()), 3),
        "history": _EARLIER,
        "verdicts": result.summary.verdicts,
        "authorised": [],
        "taken_until": ended.timestamp(),
        "at": ended.timestamp(),
        "sample": True,
    }
    verdicts = VerdictStore(folder.verdicts, writer=True)
    try:
        verdicts.record(
            result.verdicts, result.campaigns, about, ended.timestamp(), alarm=result.summary.last_ts or ""
        )
        verdicts.describe(details)
    finally:
        verdicts.close()
    shutil.copyfile(judged.files[0].parent / "rejects.jsonl", folder.rejects)
