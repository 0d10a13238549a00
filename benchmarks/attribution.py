"""Benchmark ``attribution``: is it a copy, on models trained from scratch whose history is known.

A teacher is served, watermarked by cluster of accounts, behind nginx with Stillwatch's sidecar. Campaigns collect its
answers through that; students are trained on them, at many budgets and shares, some after rewording or mixing. Controls
never saw the teacher, most of them trained on the same public text. The product's battery judges all of them.

Models and answers are kept in ``build/attribution`` under digests of what they were made from: a second run is short.
Needs torch (the extra ``attribution``) and nginx. ``BENCH_PROCESSES`` limits the processes (2 at most). Plots and the
table are written to ``build/attribution/report``. ``BENCH_REDUCED=1`` has all controls, fewer students, no live world;
``BENCH_DISCLOSED=1`` adds a live world whose accounts want as many answers as those of the one campaign with published
numbers, which takes long.
"""

from __future__ import annotations

import os
from typing import Any

DESCRIPTION = (
    "copies told from models of the same public data: errors, power by budget and share, leakage, safety"
)

TARGETS = (
    ("hard_controls_accused", "hard controls accused", "<=", 0),
    ("decoy_p01", "decoy keys with p < .01", "<=", 0.015, "share"),
    ("per_key_alarms", "alarms a key, innocents", "<=", 0.05, "share"),
    ("full_share_supported", "students at full share supported", ">=", 0.95, "share"),
    ("half_share_supported", "students at 50 % supported", ">=", 0.6, "share"),
    ("account_trace_right", "right campaign named, share of 50 % or more", ">=", 0.95, "share"),
    ("as_drawn_capability_ratio", "student's capability, enforced over not", "<=", 0.25, "×"),
)


def run(small: bool) -> dict[str, Any]:
    """Everything; the small version has few models and shows that it runs, not how well it works."""
    from benchmarks.attribution_lab.experiment import Experiment  # needs torch
    from benchmarks.attribution_lab.populations import REDUCED, SMALL, Scale

    scale = SMALL if small else REDUCED if os.environ.get("BENCH_REDUCED") == "1" else Scale()
    return Experiment(scale, small=small).figures() | {"reduced": scale is REDUCED}
