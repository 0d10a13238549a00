"""Benchmark ``attribution-many``: how seldom attribution accuses an innocent model, on models by the thousand.

The teacher, its campaigns, the keys and the rule are those of the benchmark ``attribution``; so are its sixty
controls. The crowd is tried as suspects are: models of the same public data, raised from nothing or tuned further, of
other languages, readers of published answers, larger ones; and students of four shares, enough of each for a narrow
interval.

Models are trained together, hundreds at a time. Sized for a GPU, where it takes minutes; on two cores it takes a day
(``SMALL=1`` shows that it runs). What models said is kept in ``build/attribution``, so that a stopped run goes on where
it was. ``BENCH_SECONDS`` begins no further batch after so many seconds; kinds take turns, so that all have some. Needs
torch and nginx.
"""

from __future__ import annotations

from typing import Any

DESCRIPTION = "models by the thousand judged by attribution's rule: innocents accused, students supported"

TARGETS = (
    ("innocents_accused", "innocent models accused, of thousands", "<=", 0),
    ("innocents_accused_upper", "innocent models accused, 95 % upper bound", "<=", 0.001, "share"),
)


def run(small: bool) -> dict[str, Any]:
    """Trains, asks and judges everybody; the small version has a few of each kind."""
    from benchmarks.attribution_lab.crowd import FEW, Numbers  # needs torch
    from benchmarks.attribution_lab.many import many
    from benchmarks.attribution_lab.populations import SMALL, Scale

    return many(SMALL if small else Scale(), FEW if small else Numbers(), small=small)
