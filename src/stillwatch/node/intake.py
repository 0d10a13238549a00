"""Taking in: what arrives is sketched, told from what is known, made durable in one flush, and only then acknowledged.

One thread does all of it. Whatever waits when a flush begins goes into it together, so that a busy node pays for few
flushes and an idle one answers at once. What does not fit into the queue is refused instead of piling up.
"""

from __future__ import annotations

import collections
import dataclasses
import logging
import threading
import time
import traceback
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import pyarrow as pa

from stillwatch import clock
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import RawBlock, ReadOptions, Reject
from stillwatch.logs.reading import LineReader
from stillwatch.node import segments
from stillwatch.node.line_reading import canonical_lines
from stillwatch.node.receipts import Ready, plain, receipts_of, sender_of
from stillwatch.node.segments import Appender, Head
from stillwatch.node.submissions import Receipt, Tally
from stillwatch.traffic.ingest import NOTHING, Batch, sketch_block

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.node.recent import Recent
    from stillwatch.node.submissions import Submission
    from stillwatch.traffic.sketch import Sketcher

_LOG = logging.getLogger(__name__)
_FLUSH_BYTES: Final = 8 * 2**20
_SEGMENT_BYTES: Final = 64 * 2**20
_PLAIN: Final = ReadOptions()
_KEPT_ANSWERS: Final = 1000
_SKETCHER_S: Final = 3600.0  # a sketcher knows which times lie in the future as of its making
_SAMPLE: Final = (
    b'{"ts":"2026-01-01T00:00:00Z","request_id":"sample","account_id":"sample","model":"sample","messages":'
    b'[{"role":"user","content":"Explain step by step how tides come about."}],"response_text":"By the Moon."}\n'
)


_Pair: TypeAlias = "tuple[Submission, Future[Receipt]]"


class Intake:
    """The one writer of the node's log.

    Args:
        folder: where segments lie.
        recent: what is known; loaded already.
        sketcher: makes a sketcher.
        reading: tells whose a record is; its format and map are for followed files, for beside records of any
            format gateways send canonical ones.
        on_reject: called with each record set aside.
        queue_bytes: what may wait.
        backlog_bytes: what may lie in the log before the worker has moved it into the store.

    Attributes:
        warm: whether the compiled code that sketches is there; on a fresh installation compiling takes seconds.

    Raises:
        StillwatchError: the log is damaged or cannot be written.
    """

    def __init__(
        self,
        folder: Path,
        recent: Recent,
        sketcher: Callable[[], Sketcher],
        *,
        reading: ReadOptions = _PLAIN,
        on_reject: Callable[[Reject], None] = lambda _: None,
        queue_bytes: int = 64 * 2**20,
        backlog_bytes: int = 2 * 2**30,
    ) -> None:
        self._folder = folder
        self._recent = recent
        self._make_sketcher = sketcher
        self._sketcher, self._sketcher_made = sketcher(), time.monotonic()
        self._on_reject = on_reject
        self._reading = ReadOptions(account=reading.account, account_from=reading.account_from)
        self._queue_bytes = queue_bytes
        self._backlog_bytes = backlog_bytes
        self._waiting: collections.deque[_Pair] = collections.deque()
        self._waiting_bytes = 0
        self._wake = threading.Condition()
        self._writing = threading.Lock()
        self._closed = False
        self._backlog = 0
        self._closed_rows: dict[int, int] = {}  # of complete segments that the store may not have
        self._positions: dict[str, Any] = {}
        self._answers: collections.OrderedDict[str, Receipt] = collections.OrderedDict()
        self.tally = Tally()
        self.fault: StillwatchError | None = None
        self.warm = False
        self._appender = self._recover()
        self._thread = threading.Thread(target=self._work, name="intake", daemon=True)
        self._thread.start()

    @property
    def account(self) -> str | None:
        """Whose a record is that names nobody, where the operator said so."""
        return self._reading.account

    @property
    def queued_bytes(self) -> int:
        """What waits to be taken."""
        return self._waiting_bytes

    @property
    def backlog(self) -> int:
        """Bytes in the log that the store does not have yet."""
        return self._backlog + self._appender.bytes

    def position(self, source: str) -> Any:
        """How far a source had been read when the last of its exchanges was made durable; None if never."""
        return self._positions.get(source)

    def submit(self, submission: Submission) -> Future[Receipt]:
        """Hand something over; the future is done once it is durable.

        Raises:
            StillwatchError: too much is waiting (``SW-NODE-05``), or the node is stopping.
        """
        future: Future[Receipt] = Future()
        size = len(submission.data)
        with self._wake:
            if self._closed:
                raise StillwatchError("the node is stopping", code="SW-NODE-06", hint="send it again shortly")
            full = self._waiting_bytes and self._waiting_bytes + size > self._queue_bytes
            if full or self.backlog > self._backlog_bytes:
                self.tally.refused += 1
                raise StillwatchError(
                    "the node takes in more than it can store at the moment",
                    code="SW-NODE-05",
                    hint="send the same batch again in a second; nothing of it was taken",
                )
            self._waiting.append((submission, future))
            self._waiting_bytes += size
            self._wake.notify()
        return future

    def rotate(self) -> int:
        """Begin a new segment if anything is in this one; returns the last number that is complete.

        Raises:
            StillwatchError: the disk is full or cannot be written.
        """
        with self._writing:
            if self._appender.rows:
                self._begin_segment()
            complete = self._appender.number - 1
            left = set(segments.numbers(self._folder))
            self._closed_rows = {n: rows for n, rows in self._closed_rows.items() if n in left}
            self._backlog = sum(_size(self._folder, n) for n in left if n <= complete)
        return complete

    def _begin_segment(self) -> None:
        fresh = Appender(self._folder, self._appender.number + 1, self._full_head())
        self._backlog += self._appender.bytes
        self._closed_rows[self._appender.number] = self._appender.rows
        self._appender.close()
        self._appender = fresh

    def close(self) -> None:
        """Take what is waiting, then stop."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join()
        self._appender.close()

    def _recover(self) -> Appender:
        """Read what the last run left and begin a new segment."""
        known = segments.numbers(self._folder)
        if known:
            segments.repair(segments.path_of(self._folder, known[-1]))
        for number in known:
            path = segments.path_of(self._folder, number)
            self._backlog += path.stat().st_size
            self._closed_rows[number] = 0
            for record in segments.records(path):
                self._remember(record.head)
                self._closed_rows[number] += record.rows.num_rows
                self._recent.add(record.rows, sum(self._closed_rows.values()))
        return Appender(self._folder, (known[-1] if known else 0) + 1, self._full_head())

    def _remember(self, head: Head) -> None:
        self._positions |= head.positions
        for source in [name for name, position in self._positions.items() if position is None]:
            del self._positions[source]
        for key, (acknowledged, duplicates, rejected) in head.answers.items():
            found = tuple(Reject(*reject) for reject in rejected)
            self._answers[key] = Receipt(acknowledged, duplicates, found)
        while len(self._answers) > _KEPT_ANSWERS:
            self._answers.popitem(last=False)

    def _full_head(self) -> Head:
        return Head(dict(self._positions), {key: plain(a) for key, a in self._answers.items()}, full=True)

    def _work(self) -> None:
        batch, _ = self._sketched([_SAMPLE])
        self._recent.missing(batch.table)
        self.warm = True
        while (taken := self._take()) is not None:
            try:
                self._flush(taken)
            except Exception as error:  # this thread must live: without it nothing is taken any more
                _fail(taken, _unforeseen(error))

    def _take(self) -> list[_Pair] | None:
        """What goes into the next flush; None when the intake is closed and nothing waits."""
        with self._wake:
            while not self._waiting and not self._closed:
                self._wake.wait()
            if not self._waiting:
                return None
            taken: list[_Pair] = []
            size = 0
            while self._waiting and (not taken or size + len(self._waiting[0][0].data) <= _FLUSH_BYTES):
                taken.append(self._waiting.popleft())
                size += len(taken[-1][0].data)
            self._waiting_bytes -= size
        return [pair for pair in taken if pair[1].set_running_or_notify_cancel()]

    def _flush(self, taken: list[_Pair]) -> None:
        """Take in together what can be; what cannot be read costs only itself."""
        try:
            ready = self._prepare(taken)
        except Exception as error:
            if len(taken) > 1:
                for pair in taken:
                    self._flush([pair])
                return
            _fail(taken, _unforeseen(error))
            return
        try:
            with self._writing:  # what a new segment begins with must fit what was written before it
                if self._appender.bytes > _SEGMENT_BYTES:
                    self._begin_segment()
                self._appender.append(ready.head, ready.rows)
                self._recent.add(ready.rows, self._appender.rows + sum(self._closed_rows.values()))
                self._remember(ready.head)
        except StillwatchError as error:
            self.fault = error
            _fail(taken, error)
            return
        self.fault = None
        for submission, future in taken:
            future.set_result(ready.answers[sender_of(submission)])
        self._count(ready)

    def _prepare(self, taken: list[_Pair]) -> Ready:
        """Sketch and tell from what is known; nothing is changed yet."""
        by_sender = {sender_of(s): s for s, _ in taken}
        told = {key: self._answers[key] for key in by_sender if isinstance(key, str) and key in self._answers}
        fresh = [s for sender, s in by_sender.items() if sender not in told]
        if time.monotonic() - self._sketcher_made > _SKETCHER_S:
            self._sketcher, self._sketcher_made = self._make_sketcher(), time.monotonic()
        settled = [self._settled(s) for s in fresh]
        batch, starts = self._sketched([s.data for s in settled])
        new = self._recent.missing(batch.table)
        answers = receipts_of(settled, batch, starts, new)
        head = Head(answers={s.key: plain(a) for s, a in zip(fresh, answers, strict=True) if s.key})
        for submission in fresh:
            head.positions.update(submission.positions)
        told |= {sender_of(s): a for s, a in zip(fresh, answers, strict=True)}
        return Ready(head, batch.table.filter(pa.array(new)), told, answers)

    def _settled(self, submission: Submission) -> Submission:
        """The submission with its exchanges given to whom the operator said, where anything was said."""
        if submission.settled or self._reading == _PLAIN:
            return submission
        good, bad = canonical_lines(
            LineReader(self._reading), submission.data, submission.source, submission.first_line
        )
        return dataclasses.replace(submission, data=good, rejects=(*submission.rejects, *bad), settled=True)

    def _sketched(self, pieces: list[bytes]) -> tuple[Batch, Any]:
        """All pieces as one block, and the line at which each begins in it."""
        whole = [piece if piece.endswith(b"\n") or not piece else piece + b"\n" for piece in pieces]
        starts = np.cumsum([0, *(piece.count(b"\n") for piece in whole)])
        block = RawBlock("", b"".join(whole), 0, 0)
        if not block.data:
            return NOTHING, starts
        return sketch_block(block, self._sketcher, _PLAIN, native=True), starts

    def _count(self, ready: Ready) -> None:
        tally = self.tally
        tally.flushes += 1
        for answer in ready.fresh:
            tally.acknowledged += answer.acknowledged
            tally.duplicates += answer.duplicates
            tally.rejected += len(answer.rejected)
            for reject in answer.rejected:
                self._on_reject(reject)
        if ready.rows.num_rows:
            latest = int(ready.rows["ts"].cast(pa.int64()).to_numpy().max())
            tally.latest_ts = max(tally.latest_ts, latest)
            tally.ahead_s = max(0.0, latest / 1e6 - clock.now().timestamp())


def _size(folder: Path, number: int) -> int:
    """Bytes of a segment; none where the worker has just deleted it."""
    try:
        return segments.path_of(folder, number).stat().st_size
    except FileNotFoundError:
        return 0


def _fail(taken: list[_Pair], error: StillwatchError) -> None:
    for _, future in taken:
        if not future.done():
            future.set_exception(error)


def _unforeseen(error: Exception) -> StillwatchError:
    """A fault of ours, by type and place only: its words could quote a prompt."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    _LOG.error(
        "a batch could not be read: %s at %s:%d", type(error).__name__, place.filename, place.lineno or 0
    )
    return StillwatchError(
        f"the batch could not be read ({type(error).__name__})",
        code="SW-NODE-07",
        hint="nothing of it was taken; the node's own output says where it failed",
    )
