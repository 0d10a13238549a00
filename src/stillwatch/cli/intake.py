"""Reading logs into a store with a person watching: progress, rejects set aside, a word at the end."""

from __future__ import annotations

import collections
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final

import orjson

from stillwatch.cli.progress import Progress
from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.traffic.ingest import Counts, ingest

if TYPE_CHECKING:
    from stillwatch.logs.contract import ReadOptions, Reject
    from stillwatch.logs.sources import Source
    from stillwatch.settings import Settings
    from stillwatch.traffic.background import Background
    from stillwatch.traffic.pseudonyms import Pseudonymiser
    from stillwatch.traffic.store import Store

_NUMBERS: Final = re.compile(r"\d+|“[^”]*”|'[^']*'")
_MOST_KINDS: Final = 10_000


class RejectList:
    """Records set aside: written to a file as they come, counted by reason.

    Args:
        path: where to; the file is made by the first reject, or at the end when ``always``.
        always: leave a file, if an empty one, even when nothing was rejected.
    """

    def __init__(self, path: Path, *, always: bool = False) -> None:
        self.path = path
        self.total = 0
        self._always = always
        self._kinds: collections.Counter[str] = collections.Counter()
        self._first: dict[str, Reject] = {}
        self._file = path.open("wb") if always else None

    def __enter__(self) -> RejectList:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, reject: Reject) -> None:
        """Set one aside."""
        if self._file is None:
            self._file = self.path.open("wb")
        line = {"file": reject.file, "line": reject.line, "reason": reject.reason}
        self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        self.total += 1
        kind = _NUMBERS.sub("#", reject.reason)
        if kind in self._first or len(self._first) < _MOST_KINDS:
            self._first.setdefault(kind, reject)
            self._kinds[kind] += 1

    @property
    def first(self) -> Reject | None:
        """The first that was set aside."""
        return next(iter(self._first.values()), None)

    def commonest(self, most: int = 3) -> list[str]:
        """The commonest reasons, one line each, with how many and where the first one stands."""
        return [
            f"  {count:,} × {self._first[kind].reason}"
            f" ({'first ' if count > 1 else ''}{self._first[kind].file}:{self._first[kind].line})"
            for kind, count in self._kinds.most_common(most)
        ]


def take_in(
    sources: Sequence[Source],
    store: Store,
    pseudonyms: Pseudonymiser,
    options: ReadOptions,
    settings: Settings,
    *,
    label: str,
    rejects: RejectList,
    background: Background | None = None,
    quiet: bool = False,
) -> Counts:
    """Read logs into a store, with progress on standard error.

    Args:
        sources: files, already expanded.
        store: where to.
        pseudonyms: the lab's key.
        options: how to read.
        settings: the settings in force.
        label: what the progress line calls it, as a participle.
        rejects: where bad records go.
        background: grams known to be common.
        quiet: no progress.
    """
    sizes = [source.size for source in sources]
    total = None if None in sizes else sum(size or 0 for size in sizes)
    with Progress(total, label, quiet=quiet) as progress:
        return ingest(
            sources,
            store,
            pseudonyms,
            options,
            threads=settings.threads,
            background=background,
            on_reject=rejects.add,
            on_progress=progress.advance,
        )


def intake_words(counts: Counts, rejects: RejectList, kept_at: Path) -> list[str]:
    """What reading came to: a line of counts and, where records were set aside, why.

    Args:
        counts: what was met.
        rejects: what was set aside.
        kept_at: the file that lists the rejects, as the person will find it.
    """
    words = [f"{counts.read:,} records read: {counts.taken:,} taken, {counts.duplicates:,} known already"]
    if rejects.total:
        words[0] += f", {rejects.total:,} rejected"
        words += [f"rejected records are listed in {kept_at}; most often:", *rejects.commonest()]
    return words


def nothing_read(
    sources: Sequence[Source], counts: Counts, rejects: RejectList, kept_at: Path | None
) -> StillwatchError:
    """The error for logs of which nothing could be used.

    Args:
        sources: the logs.
        counts: what was met.
        rejects: what was set aside.
        kept_at: the file that lists the rejects, as the person will find it; None for earlier traffic, whose rejects
            are kept nowhere: the first is told instead.
    """
    where = sources[0].path if len(sources) == 1 else f"{len(sources)} files"
    if not counts.read:
        return StillwatchError(
            "the logs are empty: there is not one record in them",
            code="SW-DET-01",
            where=where,
            hint="name a file that holds records; `stillwatch formats` lists what can be read",
            exit_code=ExitCode.UNREADABLE,
        )
    first = rejects.first
    if kept_at is None and first is not None:
        return StillwatchError(
            f"none of the {counts.read:,} earlier records could be read; the first: {first.reason}",
            code="SW-DET-02",
            where=f"{first.file}:{first.line}",
            hint="`stillwatch formats` lists what can be read",
            exit_code=ExitCode.UNREADABLE,
        )
    reasons = "\n".join(rejects.commonest())
    listed = f"{kept_at} lists each one; " if kept_at is not None else ""
    return StillwatchError(
        f"none of the {counts.read:,} records could be read; most often:\n{reasons}",
        code="SW-DET-02",
        where=where,
        hint=f"{listed}`stillwatch formats` lists what can be read",
        exit_code=ExitCode.UNREADABLE,
    )
