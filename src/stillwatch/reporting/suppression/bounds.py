"""What somebody who knows the published counts can work out about a withheld one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import numpy as np
from scipy.optimize import linprog


def greatest(
    name: str, hidden: Set[str], counts: Mapping[str, int], sums: Sequence[tuple[str, tuple[str, ...]]]
) -> float:
    """The greatest value that a hidden count can have, for all that is shown.

    Args:
        name: of the hidden count.
        hidden: the names of all that are; each is known to be at least one, since zeros are shown.
        counts: every count; only those not hidden are looked at.
        sums: totals and their parts.

    Returns:
        Infinity where nothing bounds it.
    """
    places = {cell: place for place, cell in enumerate(sorted(hidden))}
    rows, values = [], []
    for total, parts in sums:
        row, known = np.zeros(len(places)), 0.0
        for cell, sign in ((total, -1.0), *((part, 1.0) for part in parts)):
            if cell in places:
                row[places[cell]] += sign
            else:
                known += sign * counts[cell]
        if row.any():
            rows.append(row)
            values.append(-known)
    if not rows:
        return float("inf")
    aim = np.zeros(len(places))
    aim[places[name]] = -1.0
    found = linprog(aim, A_eq=np.array(rows), b_eq=np.array(values), bounds=(1, None))
    return round(-float(found.fun), 6) if found.status == 0 else float("inf")
