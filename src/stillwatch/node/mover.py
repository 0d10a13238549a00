"""From the log into the store: each segment exactly once, and small parts merged so that readers open few files.

The manifest says up to which segment the store has everything, and is replaced in one rename together with the parts; a
segment is deleted only after that. Killed anywhere, the next run goes on from what the manifest says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.node import segments
from stillwatch.traffic.store import Store, writing

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

_ROWS_PER_PART: Final = 131_072  # a window of judgement is made of whole parts
_MERGE_FROM: Final = 8
_STEP: Final = 4


def move(store: Store, log: Path, complete: int) -> int:
    """Move complete segments into the store.

    Args:
        store: where to; its manifest is read anew.
        log: folder of the segments.
        complete: number of the last segment that is no longer written to.

    Returns:
        Rows moved.

    Raises:
        StillwatchError: a segment is damaged, the disk is full, or another run holds the store.
    """
    with writing(store.path):
        store.manifest = Store.open(store.path).manifest
        store.sweep()
        moved = 0
        waiting: list[pa.Table] = []
        upto = store.manifest.segment
        for number in segments.numbers(log):
            if upto < number <= complete:
                waiting += [
                    r.rows for r in segments.records(segments.path_of(log, number)) if r.rows.num_rows
                ]
                upto = number
                if sum(table.num_rows for table in waiting) >= _ROWS_PER_PART:
                    moved += _commit(store, waiting, upto)
                    waiting = []
        if upto > store.manifest.segment:
            moved += _commit(store, waiting, upto)
        for number in segments.numbers(log):
            if number <= store.manifest.segment:
                segments.path_of(log, number).unlink()
        merge(store)
    return moved


def _commit(store: Store, tables: list[pa.Table], upto: int) -> int:
    """Make these rows count as a part, and every segment up to that one as moved."""
    store.take_segments([store.write_part(tables)] if tables else [], upto)
    return sum(table.num_rows for table in tables)


def merge(store: Store) -> None:
    """Merge runs of small parts, so that their number grows with the logarithm of the rows.

    Parts of one size class stand together at the end; when there are enough of a class they become one of the next.
    """
    while run := _mergeable([part.rows for part in store.manifest.parts]):
        begin, end = run
        parts = store.manifest.parts[begin:end]
        store.replace_run(begin, end, store.merged_part(parts))


def _mergeable(rows: list[int]) -> tuple[int, int] | None:
    """Where a run of parts begins and ends that are to become one of at most full size; None where there is none."""
    end = len(rows)
    while end > 0:
        size, total, begin = _size_class(rows[end - 1]), 0, end
        while (
            begin > 0 and _size_class(rows[begin - 1]) <= size and total + rows[begin - 1] <= _ROWS_PER_PART
        ):
            begin -= 1
            total += rows[begin]
        nearly_full = end - begin > 1 and 2 * total > _ROWS_PER_PART
        if total and (end - begin >= _MERGE_FROM or nearly_full):
            return begin, end
        end = min(begin, end - 1)
    return None


def _size_class(rows: int) -> int:
    """Parts of one class differ in size by less than a factor."""
    size = 0
    while rows >= _STEP:
        rows //= _STEP
        size += 1
    return size
