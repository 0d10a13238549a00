"""What all tests together show about each cluster's keys.

Keys of two epochs are drawn apart, and so are a slot's keys for two purposes: their e-values multiply. Tests with one
purpose under one key rest on the same chance: theirs are averaged. Who looks for several clusters divides by their
number, since the strongest is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from stillwatch.attribution.combine.conclusion import ClusterFinding
from stillwatch.attribution.combine.evalues import averaged, calibrated, multiplied

if TYPE_CHECKING:
    from stillwatch.attribution.battery.contract import KeyFinding, TestResult, Trace


def by_cluster(results: Sequence[TestResult], purposes: Mapping[str, str]) -> tuple[ClusterFinding, ...]:
    """What was found cluster by cluster, the strongest first.

    Args:
        results: of every test.
        purposes: which derived key a test rests on, by its name; tests without one carry no evidence.
    """
    under: dict[str, dict[tuple[str, str], list[float]]] = {}
    for result in results:
        purpose = purposes.get(result.name, "")
        if purpose:
            for finding in result.keys:
                place = (finding.epoch, purpose)
                under.setdefault(finding.cluster, {}).setdefault(place, []).append(_e(finding))
    traces = {trace.cluster: trace for result in results for trace in result.traces}
    found = [_finding(cluster, places, len(under), traces) for cluster, places in under.items()]
    return tuple(sorted(found, key=lambda each: (-each.e, each.rank, each.cluster)))


def _finding(
    cluster: str,
    places: Mapping[tuple[str, str], Sequence[float]],
    clusters: int,
    traces: Mapping[str, Trace],
) -> ClusterFinding:
    raw = multiplied(averaged(values) for values in places.values())
    trace = traces.get(cluster)
    return ClusterFinding(
        cluster=cluster,
        e=raw / clusters,
        epochs=tuple(sorted({epoch for epoch, _ in places})),
        rank=0 if trace is None else trace.rank,
        decoys=0 if trace is None else trace.decoys,
    )


def _e(finding: KeyFinding) -> float:
    return calibrated(finding.p) if finding.e is None else finding.e
