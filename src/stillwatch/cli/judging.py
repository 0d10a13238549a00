"""The whole of ``detect`` as one call: background, reading, linking, deciding, writing what was found."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch import __version__
from stillwatch.casework.authorisations.reading import read_all
from stillwatch.cli.intake import RejectList, intake_words, nothing_read, take_in
from stillwatch.detection import engine as engines
from stillwatch.detection import frame as frames
from stillwatch.detection import run
from stillwatch.detection.checkpoints import iso
from stillwatch.detection.conclusions import results
from stillwatch.detection.engine import DEFAULT
from stillwatch.detection.linking.past import has_first_days
from stillwatch.detection.registry import detectors
from stillwatch.detection.replay.recording import record_of
from stillwatch.errors import StillwatchError
from stillwatch.logs.sources import expand
from stillwatch.reporting import findings, wording
from stillwatch.storage.received.marks import marks_in
from stillwatch.traffic.history import background_of
from stillwatch.traffic.ingest import Counts
from stillwatch.traffic.store import Store

if TYPE_CHECKING:
    from stillwatch.cli.output import Output
    from stillwatch.core.verdict import DetectionResult
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import Source
    from stillwatch.settings import Settings
    from stillwatch.traffic.background import Background
    from stillwatch.traffic.pseudonyms import Pseudonymiser

_COLD: Final = (
    "No earlier traffic was given, so nothing could be told to be new here: novelty gave no evidence and the "
    "verdicts are more cautious. Name earlier logs with --baseline to see further."
)
_FIRST_DAYS: Final = (
    "No earlier traffic was given, so the log's own first day or two stand in for it. What they already hold may have "
    "begun just before them: it cannot be told to be new and is judged more cautiously. Name earlier logs with "
    "--baseline to see further."
)
MOST_OVERLAP: Final = (
    0.01  # of the exchanges to judge that may stand in the baseline: logs overlap at their edges
)
_STEP_SECONDS: Final = 5.0
_STAGES: Final = {"link": "linking wording", "weigh": "weighing the evidence", "decide": "deciding"}


@dataclasses.dataclass(frozen=True, slots=True)
class Job:
    """What one ``detect`` is to do.

    Attributes:
        logs: files, folders, globs or ``-``; may be empty with a store.
        out: folder for what is found.
        options: how to read.
        baseline: earlier logs of the same site, or the folder of one store.
        stores: folders of the stores to judge, the first being added to; a temporary one where there is none.
        authorisations: where registered authorisations stand: TOML files, casework databases.
        intel: database of what other members reported.
        engine: name of what the evidence is weighed on.
    """

    logs: tuple[str, ...]
    out: Path
    options: ReadOptions
    baseline: tuple[str, ...] = ()
    stores: tuple[Path, ...] = ()
    authorisations: tuple[str, ...] = ()
    intel: str | None = None
    engine: str = DEFAULT


@dataclasses.dataclass(frozen=True, slots=True)
class Judged:
    """What one ``detect`` did.

    Attributes:
        result: what was found.
        files: what was written, the report first.
        frame: the exchanges that were judged.
        outcome: what was concluded about them, before it was put into words.
    """

    result: DetectionResult
    files: list[Path]
    frame: frames.Frame
    outcome: run.Outcome


def detect(job: Job, settings: Settings, pseudonyms: Pseudonymiser, output: Output) -> Judged:
    """Judge logs and write what was found.

    Raises:
        StillwatchError: something named cannot be read, nothing could be read at all, or the disk is full.
            The outputs of an earlier run are then untouched, but for the list of rejects when that is all
            there is.
    """
    engine = engines.engine(job.engine)
    registered = read_all(job.authorisations, pseudonyms)
    received = marks_in(job.intel) if job.intel is not None else ()
    sources = expand(job.logs)
    earlier = () if _is_store(job.baseline) else tuple(expand(job.baseline))
    clock = _Stopwatch(output)
    with findings.workshop(job.out) as work:
        past = _past(job, earlier, work, settings, pseudonyms, output, clock)
        store, *others = _stores(job, sources, work, settings, pseudonyms)
        background = past.background or store.background()
        counts, rejects = _read(
            job, sources, store, others, background, work, settings, pseudonyms, output, clock
        )
        with clock.stage("load"):
            frame = frames.load([store, *others], past.frame, memory_gib=settings.memory_gib, folder=work)
        _told_of_overlap(job, frame, output)
        outcome = run.run(
            frame,
            list(detectors().values()),
            threads=settings.threads,
            checkpoint_hours=settings.checkpoint_hours,
            fdr=settings.fdr,
            authorisations=registered,
            received=received,
            on_step=clock.step,
            engine=engine,
            memory_gib=settings.memory_gib,
        )
        clock.seconds |= outcome.seconds
        with clock.stage("conclude"):
            reading = _reading(counts, _background_words(frame), settings, clock)
            result = results.conclude(frame, outcome, reading)
        result = dataclasses.replace(
            result, summary=dataclasses.replace(result.summary, seconds=clock.rounded())
        )
        record = record_of(frame, outcome, result)
        written = findings.publish(result, rejects.path, work, job.out, record)
    return Judged(result, written, frame, outcome)


@dataclasses.dataclass(frozen=True, slots=True)
class _Past:
    """Earlier traffic: its grams and its exchanges."""

    background: Background | None
    frame: frames.Frame | None


def _stores(
    job: Job, sources: list[Source], work: Path, settings: Settings, pseudonyms: Pseudonymiser
) -> list[Store]:
    """The stores to judge, the one that logs are added to first.

    Raises:
        StillwatchError: one of several does not exist, or was made under another key or share.
    """
    made_with = pseudonyms.fingerprint(), settings.sketch_sample
    for path in job.stores[1:] if sources else job.stores if len(job.stores) > 1 else ():
        Store.open(path)  # a mistyped folder must not become an empty store
    return [Store.create_or_open(path, *made_with) for path in job.stores or (work / "store",)]


def _is_store(baseline: tuple[str, ...]) -> bool:
    return len(baseline) == 1 and (Path(baseline[0]) / "manifest.json").is_file()


def _past(
    job: Job,
    earlier: tuple[Source, ...],
    work: Path,
    settings: Settings,
    pseudonyms: Pseudonymiser,
    output: Output,
    clock: _Stopwatch,
) -> _Past:
    """The background that the baseline gives, if one was named."""
    if not job.baseline:
        return _Past(None, None)
    with clock.stage("background"):
        if earlier:
            store = Store.create_or_open(work / "earlier", pseudonyms.fingerprint(), settings.sketch_sample)
            with RejectList(work / "earlier-rejects.jsonl") as rejects:
                counts = take_in(
                    earlier,
                    store,
                    pseudonyms,
                    job.options,
                    settings,
                    label="reading earlier traffic",
                    rejects=rejects,
                    quiet=output.quiet,
                )
            if not store.rows:
                raise nothing_read(earlier, counts, rejects, None)
            if rejects.total:
                output.say(f"{rejects.total:,} of {counts.read:,} earlier records were rejected; most often:")
                output.say("\n".join(rejects.commonest()))
            background = background_of(store, source="named with --baseline")
        else:
            store = Store.create_or_open(
                Path(job.baseline[0]), pseudonyms.fingerprint(), settings.sketch_sample
            )
            background = store.background() or background_of(store, source="named with --baseline")
        frame = frames.load(store, memory_gib=settings.memory_gib, folder=work)
    return _Past(background, frame)


def _told_of_overlap(job: Job, frame: frames.Frame, output: Output) -> None:
    """Say that the baseline holds what is judged.

    Raises:
        StillwatchError: it holds so much of it that hardly anything could be new.
    """
    both = frame.in_history()
    if both > MOST_OVERLAP * frame.size:
        raise StillwatchError(
            f"{both:,} of the {frame.size:,} exchanges to judge stand in the baseline, too: "
            "what is known from before is not new, and no campaign among them would be found",
            code="SW-DETECT-22",
            where=", ".join(job.baseline),
            hint="name traffic from before what is judged with --baseline, and nothing else",
        )
    if both:
        output.say(f"{both:,} of the exchanges to judge stand in the baseline, too; they are taken for known")


def _background_words(judged: frames.Frame) -> str:
    """What earlier traffic there was and what that means for the verdicts."""
    frame = judged.history
    if frame is None:
        return _FIRST_DAYS if has_first_days(judged) else _COLD
    first, last = (iso(frame.ts[place])[:10] for place in (0, -1))
    return (
        f"Earlier traffic named with --baseline: {wording.counted(frame.size, 'exchange')} of "
        f"{wording.counted(len(frame.accounts), 'account')}, {first} to {last}. It was not searched for "
        "attackers; what they did then counts as known here."
    )


def _read(
    job: Job,
    sources: list[Source],
    store: Store,
    others: list[Store],
    background: Background | None,
    work: Path,
    settings: Settings,
    pseudonyms: Pseudonymiser,
    output: Output,
    clock: _Stopwatch,
) -> tuple[Counts, RejectList]:
    """Read the logs into the store and say what came of it.

    Raises:
        StillwatchError: all stores are empty afterwards; the list of rejects is then the one thing written.
    """
    counts = Counts()
    kept_at = job.out / findings.REJECTS
    with RejectList(work / findings.REJECTS, always=True) as rejects, clock.stage("read"):
        if sources:
            counts = take_in(
                sources,
                store,
                pseudonyms,
                job.options,
                settings,
                label="reading",
                rejects=rejects,
                background=background,
                quiet=output.quiet,
            )
    if not any(each.rows for each in (store, *others)):
        if rejects.total:
            rejects.path.replace(kept_at)
        raise nothing_read(sources, counts, rejects, kept_at)
    if sources:
        output.say("\n".join(intake_words(counts, rejects, kept_at)))
    return counts, rejects


def _reading(counts: Counts, background: str, settings: Settings, clock: _Stopwatch) -> results.Reading:
    return results.Reading(
        read=counts.read,
        rejected=counts.rejected,
        duplicates=counts.duplicates,
        background=background,
        seconds=clock.seconds,
        version=__version__,
        config_digest=settings.digest(),
    )


class _Stopwatch:
    """Wall time by stage, and a line now and then on how far a long stage has come."""

    def __init__(self, output: Output) -> None:
        self.seconds: dict[str, float] = {}
        self._output = output
        self._said = time.monotonic()
        self._stage = ""

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure one stage."""
        begin = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - begin

    def step(self, stage: str, done: int, of: int) -> None:
        """Told by the judgement at each checkpoint."""
        now = time.monotonic()
        if stage != self._stage or now - self._said >= _STEP_SECONDS:
            self._stage, self._said = stage, now
            self._output.say(f"{_STAGES.get(stage, stage)}: checkpoint {done:,} of {of:,}")

    def rounded(self) -> dict[str, float]:
        """Seconds by stage, to the millisecond."""
        return {stage: round(seconds, 3) for stage, seconds in self.seconds.items()}
