"""Which reports count fully: those of detectors whose source is, byte for byte, what the hub has registered.

A changed detector may be a better one, but nobody else can say what it sees; its reports are carried and shown, and
establish nothing together with others (the rule CrowdSec applies to its shared blocklist).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from stillwatch.core.indicator import DetectorRef

FULL: Final = 1.0
MODIFIED: Final = 0.25
"""What a report of a changed or unknown detector weighs in a noisy-or; it is no report for `corroboration`."""


def weight(detectors: Iterable[DetectorRef], registered: Collection[str]) -> float:
    """How much a report counts.

    Args:
        detectors: what made the indicator; a report that names none counts as modified.
        registered: content hashes known to the hub.

    Returns:
        `FULL` where every detector is registered, `MODIFIED` otherwise.
    """
    hashes = [detector.content_hash for detector in detectors]
    return FULL if hashes and all(each in registered for each in hashes) else MODIFIED


def full_reporters(
    reports: Iterable[tuple[str, Iterable[DetectorRef]]], registered: Collection[str]
) -> frozenset[str]:
    """Members whose report of one indicator counts fully: what `corroboration` takes.

    Args:
        reports: members with the detectors behind their report; one full report of a member suffices.
        registered: content hashes known to the hub.
    """
    return frozenset(member for member, detectors in reports if weight(detectors, registered) == FULL)
