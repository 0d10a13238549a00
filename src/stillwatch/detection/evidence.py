"""Running the detectors over all candidates of all checkpoints at once."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import duckdb
import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.verdict import Reason, Unjudged
from stillwatch.detection.contract import Detector, Tables
from stillwatch.detection.sharing_facts import NEVER, RARE_LIMITS, rare_between

if TYPE_CHECKING:
    from stillwatch.detection.candidates import Snapshot
    from stillwatch.detection.frame import Frame

AGREEMENT: Final = "agreement"
AGREEMENT_DECIBANS: Final = 12.0
LEAST_BY_ASPECT: Final = {"content": 2.0, "coordination": 6.0}

_COLUMN_OF = {
    "messages": "has_text",
    "ip": "address",
    "user_agent": "client",
    "payment_fingerprint": "payment",
    "api_key_id": "api_key",
    "response_text": "has_answer",
}


@dataclasses.dataclass(frozen=True, slots=True)
class Evidence:
    """What the detectors found.

    Attributes:
        campaign: reasons by (checkpoint, track).
        account: reasons by account number, as of the end of the log.
        unjudged: detectors without the fields they need.
    """

    campaign: dict[tuple[int, int], tuple[Reason, ...]]
    account: dict[int, tuple[Reason, ...]]
    unjudged: tuple[Unjudged, ...]


def gather(
    frame: Frame, snapshots: Sequence[Snapshot], checkpoints: Any, detectors: Sequence[Detector], threads: int
) -> Evidence:
    """Weigh every candidate with every detector; what a log does not carry gives no evidence.

    Args:
        frame: the exchanges.
        snapshots: the candidates.
        checkpoints: int64: exchanges before each checkpoint.
        detectors: which to run.
        threads: for DuckDB.
    """
    con = duckdb.connect()
    con.execute("SET threads = $n", {"n": threads})
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")
    facts = _Facts(frame, checkpoints)
    con.register("traffic", facts.traffic())
    con.register("demand_rows", facts.demand(snapshots))
    con.register("candidates", _candidate_table(snapshots))
    con.execute(
        "CREATE VIEW demand AS SELECT d.*, t.* EXCLUDE (row, bucket, rare_address, rare_payment) "
        "FROM demand_rows d JOIN traffic t USING (row)"
    )
    backend = ibis.duckdb.from_connection(con)
    tables = Tables(backend.table("demand"), backend.table("candidates"), backend.table("traffic"))
    campaign: dict[tuple[int, int], list[Reason]] = defaultdict(list)
    account: dict[int, list[Reason]] = defaultdict(list)
    for detector in detectors:
        if detector.level == "campaign" and not snapshots:
            continue
        for row in detector.measure(tables).to_pyarrow().to_pylist():
            finding = detector.weigh(row)
            if finding is None:
                continue
            reason = Reason(detector.name, round(finding.decibans, 1), finding.sentence)
            if detector.level == "campaign":
                campaign[row["checkpoint"], row["candidate"]].append(reason)
            else:
                account[row["account"]].append(reason)
    con.close()
    aspects = {d.name: d.aspect for d in detectors}
    for reasons in campaign.values():
        if _agree(reasons, aspects):
            reasons.append(
                Reason(
                    AGREEMENT, AGREEMENT_DECIBANS, "what is asked and how the accounts act both point to it"
                )
            )
    spoke = {r.detector for found in (*campaign.values(), *account.values()) for r in found}
    return Evidence(
        {k: _sorted(v) for k, v in campaign.items()},
        {k: _sorted(v) for k, v in account.items()},
        _silent(frame, detectors, spoke),
    )


def _sorted(reasons: list[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda r: (-abs(r.decibans), r.detector)))


def _agree(reasons: list[Reason], aspects: Mapping[str, str]) -> bool:
    """Whether both what is asked and how the accounts act together speak for a campaign.

    A new app has the first, an office the second; both at once is what no honest community of the range showed.
    """
    return all(
        sum(r.decibans for r in reasons if aspects[r.detector] == aspect) >= least
        for aspect, least in LEAST_BY_ASPECT.items()
    )


def _silent(frame: Frame, detectors: Sequence[Detector], spoke: set[str]) -> tuple[Unjudged, ...]:
    """Detectors that lack a field throughout the log and said nothing.

    Only for the reader: every detector is asked, for whether a field comes later in the log must change nothing.
    """
    out = []
    for detector in detectors:
        lacking = tuple(sorted(f for f in detector.needs if not _present(frame, _COLUMN_OF.get(f, f))))
        if lacking and detector.name not in spoke:
            words = f"“{detector.title}” gave no evidence: the log carries no {', '.join(lacking)}"
            out.append(Unjudged(detector.name, lacking, words))
    return tuple(out)


def _present(frame: Frame, column: str) -> bool:
    values = frame.table[column]
    if pa.types.is_boolean(values.type):
        return bool(pc.any(values).as_py())
    return bool(values.null_count < len(values))


class _Facts:
    """Columns whose value depends on what had been seen by a checkpoint."""

    def __init__(self, frame: Frame, checkpoints: Any) -> None:
        self._frame = frame
        self._checkpoints = checkpoints
        self._rare = {
            kind: rare_between(frame.infrastructure[kind], frame.account, limit)
            for kind, limit in RARE_LIMITS.items()
        }

    def traffic(self) -> pa.Table:
        """All exchanges with the checkpoint that first sees each."""
        bucket = np.searchsorted(self._checkpoints, np.arange(self._frame.size), side="right").astype(
            np.int32
        )
        table = self._frame.table.append_column("bucket", pa.array(bucket))
        known = self._checkpoints[bucket]
        for kind in RARE_LIMITS:
            table = table.append_column(f"rare_{kind}", self._rare_values(kind, slice(None), known))
        return table.drop_columns(["account_id"])

    def demand(self, snapshots: Sequence[Snapshot]) -> pa.Table:
        """A row per candidate and exchange."""
        if not snapshots:
            rows = np.zeros(0, dtype=np.int64)
            sizes = [0]
            snapshots = ()
        else:
            rows = np.concatenate([s.rows for s in snapshots])
            sizes = [s.rows.size for s in snapshots]
        checkpoint = np.repeat(
            np.array([s.checkpoint for s in snapshots], dtype=np.int32), sizes[: len(snapshots)]
        )
        candidate = np.repeat(np.array([s.track for s in snapshots], dtype=np.int32), sizes[: len(snapshots)])
        known = self._checkpoints[checkpoint]
        since = self._frame.verbatim_from[rows]
        return pa.table(
            {
                "checkpoint": checkpoint,
                "candidate": candidate,
                "row": rows,
                "verbatim": pa.array(since < known, mask=since < 0),
                **{f"rare_{kind}": self._rare_values(kind, rows, known) for kind in RARE_LIMITS},
            }
        )

    def _rare_values(self, kind: str, rows: Any, known: Any) -> pa.Array:
        second, over = self._rare[kind]
        rare = (second[rows] < known) & (over[rows] >= known) & (second[rows] != NEVER)
        return pa.array(self._frame.infrastructure[kind][rows], mask=~rare)


def _candidate_table(snapshots: Sequence[Snapshot]) -> pa.Table:
    return pa.table(
        {
            "checkpoint": pa.array([s.checkpoint for s in snapshots], pa.int32()),
            "candidate": pa.array([s.track for s in snapshots], pa.int32()),
            "accounts": pa.array([s.accounts.size for s in snapshots], pa.int64()),
            "exchanges": pa.array([s.rows.size for s in snapshots], pa.int64()),
            "grams": pa.array([s.grams for s in snapshots], pa.int64()),
            "share": pa.array([s.accounts.size / s.site_accounts for s in snapshots], pa.float64()),
            "earlier": pa.array([s.earlier for s in snapshots], pa.float64(), from_pandas=True),
            "wording": pa.array([s.wording for s in snapshots], pa.float64()),
            "own_topics": pa.array([s.own_topics for s in snapshots], pa.float64(), from_pandas=True),
        }
    )
