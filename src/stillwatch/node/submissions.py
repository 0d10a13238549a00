"""What sources hand to the intake, and what they are told."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stillwatch.logs.contract import Reject


@dataclasses.dataclass(frozen=True, slots=True)
class Submission:
    """What a source hands over.

    Attributes:
        data: lines of JSON, canonical ones or of a known format; the last one may lack its newline.
        source: where it came from, for rejects.
        first_line: number of the first line there.
        positions: how far the source will have been read once this is taken; kept with the rows.
        key: the sender's idempotency key; empty where there is none.
        rejects: what the source had to set aside itself.
        settled: whether the source itself has found out whose each exchange is, as the operator said.
    """

    data: bytes
    source: str
    first_line: int = 1
    positions: dict[str, Any] = dataclasses.field(default_factory=dict)
    key: str = ""
    rejects: tuple[Reject, ...] = ()
    settled: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a submission.

    Attributes:
        acknowledged: exchanges that are durable now, those known before among them.
        duplicates: exchanges that were known before.
        rejected: what was set aside.
    """

    acknowledged: int
    duplicates: int
    rejected: tuple[Reject, ...]


@dataclasses.dataclass(slots=True)
class Tally:
    """What the intake has met since it started; written by its thread only.

    Attributes:
        ahead_s: by how much the latest exchange was ahead of this machine's clock.
        latest_ts: time of the latest exchange, in microseconds since 1970 UTC.
    """

    acknowledged: int = 0
    duplicates: int = 0
    rejected: int = 0
    flushes: int = 0
    refused: int = 0
    ahead_s: float = 0.0
    latest_ts: int = 0
