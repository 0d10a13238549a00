"""What one flush comes to before it is written: the record for the log, and what each sender is told."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import numpy as np

from stillwatch.logs.contract import Reject
from stillwatch.node.submissions import Receipt

if TYPE_CHECKING:
    import pyarrow as pa

    from stillwatch.node.segments import Head
    from stillwatch.node.submissions import Submission
    from stillwatch.traffic.ingest import Batch


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """A flush before it is written: what the log gets, and what each sender is told."""

    head: Head
    rows: pa.Table
    answers: dict[Any, Receipt]
    fresh: list[Receipt]


def sender_of(submission: Submission) -> Any:
    """What tells submissions apart: the sender's own key, where it gave one."""
    return submission.key or id(submission)


def receipts_of(fresh: list[Submission], batch: Batch, starts: Any, new: Any) -> list[Receipt]:
    """What each submission is told."""
    owner = np.searchsorted(starts, batch.lines, side="right") - 1
    good = np.bincount(owner, minlength=len(fresh))
    first = np.bincount(owner, weights=new, minlength=len(fresh)).astype(np.int64)
    rejected: list[list[Reject]] = [list(submission.rejects) for submission in fresh]
    for reject in batch.rejects:
        place = int(np.searchsorted(starts, reject.line, side="right")) - 1
        line = reject.line - int(starts[place]) + fresh[place].first_line
        rejected[place].append(Reject(fresh[place].source, line, reject.reason))
    return [Receipt(int(good[k]), int(good[k] - first[k]), tuple(rejected[k])) for k in range(len(fresh))]


def plain(answer: Receipt) -> list[Any]:
    """An answer as the log keeps it."""
    rejected = [[reject.file, reject.line, reject.reason] for reject in answer.rejected[:100]]
    return [answer.acknowledged, answer.duplicates, rejected]
