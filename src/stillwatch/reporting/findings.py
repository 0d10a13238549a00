"""The folder that ``detect`` fills and ``explain`` reads: one place for the names and shapes of its files."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.verdict import Call, Campaign, DetectionResult, Reason, Verdict
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.detection.replay.recorded import Record

REPORT: Final = "report.html"
VERDICTS: Final = "verdicts.jsonl"
CAMPAIGNS: Final = "campaigns.jsonl"
WATCHLIST: Final = "watchlist.jsonl"
SUMMARY: Final = "summary.json"
AUTHORISED: Final = "authorisations.jsonl"
REJECTS: Final = "rejects.jsonl"
EVIDENCE: Final = "evidence.bin"
FILES: Final = (REPORT, CAMPAIGNS, WATCHLIST, VERDICTS, AUTHORISED, SUMMARY, EVIDENCE, REJECTS)
_WORK: Final = ".work-"


@contextlib.contextmanager
def workshop(out: Path) -> Iterator[Path]:
    """A scratch folder inside ``out``, gone afterwards whatever happens; dead runs' are swept away."""
    out.mkdir(parents=True, exist_ok=True)
    for left in out.glob(f"{_WORK}*"):
        if not _alive(left.name.removeprefix(_WORK).partition("-")[0]):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{_WORK}{os.getpid()}-", dir=out))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(
    result: DetectionResult, rejects: Path, work: Path, out: Path, record: Record | None = None
) -> list[Path]:
    """Write every output beside the scratch, then put all in place, one rename each.

    Args:
        result: what was found.
        rejects: the finished list of rejects, in the same file system.
        work: scratch folder inside ``out``.
        out: where to.
        record: what the verdicts rest on; of the bare result nothing can be judged again.

    Returns:
        The files, the report first.
    """
    from stillwatch.detection.replay.recorded import packed
    from stillwatch.detection.replay.recording import record_of_result
    from stillwatch.reporting.report_page import render_report

    confirmed = [c for c in result.campaigns if c.verdict is Call.ATTACK]
    watched = [c for c in result.campaigns if c.verdict is not Call.ATTACK]
    _lines(work / VERDICTS, (_verdict_line(v) for v in result.verdicts))
    _lines(work / CAMPAIGNS, (_campaign_line(c) for c in confirmed))
    _lines(work / WATCHLIST, (_campaign_line(c) for c in watched))
    _lines(work / AUTHORISED, (dataclasses.asdict(use) for use in result.authorised))
    summary = orjson.dumps(summary_of(result), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    (work / SUMMARY).write_bytes(summary)
    (work / EVIDENCE).write_bytes(packed(record_of_result(result) if record is None else record))
    (work / REPORT).write_text(render_report(result), encoding="utf-8", newline="\n")
    if rejects != work / REJECTS:
        rejects.replace(work / REJECTS)
    for name in FILES:
        _flush_to_disk(work / name)
    for name in FILES:
        (work / name).replace(out / name)
    return [out / name for name in FILES]


def summary_of(result: DetectionResult) -> dict[str, Any]:
    """The summary as ``summary.json`` has it."""
    return dataclasses.asdict(result.summary)


@dataclasses.dataclass(frozen=True, slots=True)
class Findings:
    """What an earlier run wrote.

    Attributes:
        verdicts: by account id; exchange counts are not in the file and read as 0.
        campaigns: by campaign id, those on watch included, as the file has them.
        summary: the run in figures.
    """

    verdicts: dict[str, Verdict]
    campaigns: dict[str, dict[str, Any]]
    summary: dict[str, Any]


def load(out: Path) -> Findings:
    """Read what `publish` wrote.

    Raises:
        StillwatchError: there is nothing, or it cannot be read.
    """
    if not (out / VERDICTS).is_file():
        raise StillwatchError(
            "there are no findings in this folder",
            code="SW-EXP-01",
            where=str(out),
            hint="name the folder that `stillwatch detect LOGS --out DIR` wrote, with --out DIR",
            exit_code=ExitCode.UNREADABLE,
        )
    verdicts = {v.account_id: v for v in map(_verdict, _records(out / VERDICTS))}
    campaigns = {c["campaign_id"]: c for name in (CAMPAIGNS, WATCHLIST) for c in _records(out / name)}
    summary = next(iter(_records(out / SUMMARY, whole=True)), {})
    return Findings(verdicts, campaigns, summary)


def load_record(out: Path) -> Record:
    """What the verdicts of an earlier run rest on.

    Raises:
        StillwatchError: there is nothing, or it cannot be read.
    """
    from stillwatch.detection.replay.recorded import unpacked  # deferred: only cases are opened from it

    try:
        content = (out / EVIDENCE).read_bytes()
    except OSError as error:
        raise StillwatchError(
            f"there is no {EVIDENCE} in this folder",
            code="SW-EVID-05",
            where=str(out),
            hint="name the folder that `stillwatch detect LOGS --out DIR` wrote, with this version or a later one",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return unpacked(content, str(out / EVIDENCE))


def reasons_of(record: dict[str, Any]) -> tuple[Reason, ...]:
    """The reasons of a line of ``campaigns.jsonl`` or ``verdicts.jsonl``."""
    return tuple(Reason(r["detector"], float(r["decibans"]), r["sentence"]) for r in record["reasons"])


def _verdict(record: dict[str, Any]) -> Verdict:
    return Verdict(
        record["account_id"],
        Call(record["verdict"]),
        float(record["score"]),
        record["campaign_id"],
        record["first_alarm_ts"],
        reasons_of(record),
    )


def _records(path: Path, *, whole: bool = False) -> Iterator[dict[str, Any]]:
    """The objects of a file, one a line unless it is one whole.

    Raises:
        StillwatchError: a line is damaged.
    """
    if not path.is_file():
        return
    texts = [path.read_bytes()] if whole else path.read_bytes().splitlines()
    for number, text in enumerate(texts, 1):
        try:
            record = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise StillwatchError(
                "the findings are damaged",
                code="SW-EXP-02",
                where=f"{path}:{number}",
                hint="run `stillwatch detect` again",
                exit_code=ExitCode.UNREADABLE,
            ) from error
        yield record


def _verdict_line(verdict: Verdict) -> dict[str, Any]:
    """A verdict with the keys of the contract and no others."""
    return {
        "account_id": verdict.account_id,
        "verdict": verdict.verdict.value,
        "score": verdict.score,
        "campaign_id": verdict.campaign_id,
        "first_alarm_ts": verdict.first_alarm_ts,
        "reasons": verdict.reasons,
    }


def _campaign_line(campaign: Campaign) -> dict[str, Any]:
    """A campaign with the keys of the contract first, then what else a program may want."""
    return {
        "campaign_id": campaign.campaign_id,
        "accounts": campaign.accounts,
        "score": campaign.score,
        "exchanges": campaign.exchanges,
        "first_ts": campaign.first_ts,
        "last_ts": campaign.last_ts,
        "first_alarm_ts": campaign.first_alarm_ts,
        "reasons": campaign.reasons,
        "verdict": campaign.verdict.value,
        "leaked": campaign.leaked,
        "innocent_explanation": campaign.innocent_explanation,
        "missing": campaign.missing,
    }


def _lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        for record in records:
            file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))


def _flush_to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _alive(pid: str) -> bool:
    """Whether a process of that number runs; what is no number belongs to somebody else and is left alone."""
    if not pid.isdigit():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
