"""What came of judging a case again; apart from what judges, so that others can speak of it without loading that."""

from __future__ import annotations

import dataclasses

from stillwatch.core.verdict import Call  # noqa: TC001 (msgspec resolves annotations at run time)


@dataclasses.dataclass(frozen=True, slots=True)
class Replay:
    """What came of judging a case again.

    Attributes:
        evidence: digest of the snapshot.
        taken_ts: when it was taken.
        same: whether the result is the recorded one in every part.
        differences: what is not, a sentence each.
        in_ledger: whether the ledger has this digest in an entry about the case.
        changed_code: modules and detectors whose source is another one now, with those that are gone.
        changed_thresholds: thresholds that are others now, a sentence each.
        verdict: as recorded; ``score`` and ``accounts`` (called ``attack``) likewise.
        score: see ``verdict``.
        attack: see ``verdict``.
        verdict_now: with the thresholds and scales of now; None where these do not apply to the record.
        attack_now: accounts that would be called ``attack`` now.
        package: version of Stillwatch that judged.
    """

    case_id: str
    evidence: str
    taken_ts: str
    same: bool
    differences: tuple[str, ...]
    in_ledger: bool
    changed_code: tuple[str, ...]
    changed_thresholds: tuple[str, ...]
    verdict: Call
    score: float
    attack: int
    verdict_now: Call | None
    attack_now: int | None
    package: str
