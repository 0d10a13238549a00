"""SynchroTrap: do accounts act on the same thing at the same time, again and again?

**Looks at** pairs of accounts and the Jaccard likeness of their actions, an action being an object in a window of
time; accounts that are alike enough are clustered by single linkage.

**As used here**: the object is the address (logins in the paper) or the template, that is the first eight words,
the last eight or the system prompt (the liked page in the paper). Each kind has its likeness; the greater counts.
Actions that more than a cap of accounts make are left out, as the paper leaves out popular apps. The score is the
highest likeness at which the account lies in a cluster of at least ``cluster`` accounts.

**Known to miss** campaigns without common hours or objects; sharing of the load over time was measured to lose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, number, whole
from stillwatch.range.baselines.pairs import components_of_edges, incidence, mixed, single_linkage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic

_HOUR_MS: Final = 3_600_000
_WEAKEST: Final = 0.05  # likeness below which a pair is not worth keeping


class SynchroTrap:
    """The same things at the same time."""

    name = "synchrotrap"
    title = "SynchroTrap"
    references = ("Cao, Yang, Yu, Palow: Uncovering large groups of active malicious accounts, CCS 2014",)
    about = "Clusters accounts whose actions (object and window of time) overlap, by single linkage."
    knobs = defaults(hours=24.0, cap=100, cluster=5)
    grid = choices(hours=(1.0, 24.0), cap=(30, 150), cluster=(5, 20))
    learns = False
    single = False

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Likeness at which the account joins a large enough cluster; NaN where it never does."""
        accounts, cap = len(traffic.accounts), whole(knobs, "cap")
        window = np.int64(number(knobs, "hours") * _HOUR_MS)
        when = (traffic.ts // window + 1).astype(np.uint64)
        likeness = sparse.csr_array((accounts, accounts), dtype=np.float64)
        for kind in ("address", "opening", "closing", "system"):
            likeness = likeness.maximum(_likeness(traffic, mixed(traffic.identifiers[kind], when), cap))
        edges = sparse.triu(likeness, 1).tocoo()
        left, right = edges.row.astype(np.int32), edges.col.astype(np.int32)
        level = np.round(edges.data.astype(np.float64), 9)
        score = single_linkage(left, right, level, accounts, whole(knobs, "cluster"))
        group = components_of_edges(left[level >= 0.5], right[level >= 0.5], accounts)
        return Scores(score, group)


def _likeness(traffic: Traffic, actions: NDArray[np.uint64], cap: int) -> sparse.csr_array:
    """Jaccard likeness of the accounts' sets of actions, for pairs that share more than one."""
    accounts = len(traffic.accounts)
    done = incidence(traffic.account, actions)
    total = np.bincount(done.account, minlength=accounts)
    matrix = done.shared(cap).matrix(accounts)
    common = sparse.triu(matrix @ matrix.T, 1).tocoo()
    several = common.data > 1
    row, column, both = common.row[several], common.col[several], common.data[several]
    alike = both / (total[row] + total[column] - both)
    kept = alike >= _WEAKEST
    return sparse.csr_array((alike[kept], (row[kept], column[kept])), shape=(accounts, accounts))


BASELINE = SynchroTrap()
