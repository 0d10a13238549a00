"""Crews made by hand."""

from __future__ import annotations

import numpy as np

from stillwatch.detection.candidates.snapshots import Snapshot

EACH = 10


def crew(track: int, members: range, nearest: dict[int, list[int]], site_accounts: int = 1000) -> Snapshot:
    """A crew whose members' nearest are each other, but for those that are named."""
    numbers = np.array(list(members), dtype=np.int32)
    rows = []
    for place, member in enumerate(numbers.tolist()):
        named = nearest.get(member, [])
        inside = np.roll(numbers, -place)[1 : EACH - len(named) + 1].tolist()
        rows += [*named, *inside]
    return Snapshot(
        track=track,
        checkpoint=0,
        rows=np.arange(100),
        accounts=numbers,
        site_accounts=site_accounts,
        grams=0,
        earlier=float("nan"),
        members=numbers,
        near=numbers[:0],
        kindred=numbers,
        again=numbers,
        wording=float("nan"),
        own_topics=1.0,
        alike=1.0,
        new_behaviour=2.0,
        nearest=np.array(rows, dtype=np.int32),
    )
