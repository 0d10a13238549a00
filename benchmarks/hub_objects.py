"""Indicators that pass the gate, as many as asked for, the same for the same seed."""

from __future__ import annotations

import datetime
import random
import uuid
from collections.abc import Iterator
from typing import Any

from stillwatch.core.indicator import CountClass, DetectorRef, Indicator, IndicatorKind, Marking
from stillwatch.sharing.stix import to_stix


def indicators(
    count: int, identity: str, detector: DetectorRef, today: datetime.date, seed: int = 1
) -> Iterator[dict[str, Any]]:
    """STIX indicators of blinded identifiers, no two alike.

    Args:
        count: how many.
        identity: STIX identity of the member that sends them.
        detector: one that the hub has registered.
        today: the weeks named in them are the last whole ones before it.
        seed: of the random values.
    """
    dice = random.Random(seed)
    monday = today - datetime.timedelta(days=today.weekday() + 7)
    last, first = monday, monday - datetime.timedelta(days=14)
    until = monday + datetime.timedelta(days=7 * (1 + 4))
    for _ in range(count):
        made = Indicator(
            f"indicator--{uuid.UUID(bytes=dice.randbytes(16), version=4)}",
            IndicatorKind.BLINDED,
            f"e1:payment:{dice.randbytes(32).hex()}",
            ("AML.T0021", "AML.T0024.002"),
            CountClass.HUNDREDS,
            first.isoformat(),
            last.isoformat(),
            (detector,),
            70,
            Marking.AMBER,
            until.isoformat(),
        )
        yield to_stix(made, author=identity, day=today)
