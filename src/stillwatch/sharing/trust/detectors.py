"""Which reports count fully: those of detectors whose source is, byte for byte, what the hub has registered.

A changed detector may be a better one, but nobody else can say what it sees. The hub lets a report name no other
detector than those it has registered (the gate's rule ``registered-detectors``), so a changed one can only go unnamed;
such a report is carried and shown, and weighs little (the rule CrowdSec applies to its shared blocklist).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from stillwatch.core.indicator import DetectorRef

FULL: Final = 1.0
UNNAMED: Final = 0.25


def weight(detectors: Collection[DetectorRef]) -> float:
    """How much a report counts, `FULL` or `UNNAMED`.

    Args:
        detectors: what it names, as the hub let it pass.
    """
    return FULL if detectors else UNNAMED
