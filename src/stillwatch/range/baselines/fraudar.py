"""FRAUDAR: is there a block of accounts and things that is denser than camouflage can hide?

**Looks at** the graph of accounts and what they use. Edges to popular things weigh little; nodes are peeled off,
the least connected first, and the densest block on the way is the suspicious one. Honest edges added as camouflage
cannot lower a block's density, because they do not touch the weight of the block's own edges.

**As used here**: things are templates (first eight words, last eight, system prompt), addresses, payments and user
agents; an edge to a thing of degree d weighs 1 / ln(d + 5), as in the paper. The block found is taken out and the
next one sought, ``blocks`` times. The score is the density of the account's block.

**Known to miss** small campaigns beside large honest products: those are the densest blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.range.baselines.contract import Knobs, Scores, choices, defaults, whole
from stillwatch.range.baselines.pairs import incidence
from stillwatch.range.baselines.peeling import densest_block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.range.baselines.traffic import Traffic

_KINDS: Final = {
    "wording": ("opening", "closing", "system"),
    "all": ("opening", "closing", "system", "address", "payment", "agent"),
}


class Fraudar:
    """The densest blocks."""

    name = "fraudar"
    title = "FRAUDAR"
    references = ("Hooi et al.: FRAUDAR, bounding graph fraud in the face of camouflage, KDD 2016",)
    about = "Peels the graph of accounts and the templates and addresses they use down to its densest blocks."
    knobs = defaults(things="all", blocks=20, cap=5000)
    grid = choices(things=("wording", "all"), cap=(300, 5000))
    learns = False
    single = False

    def judge(self, traffic: Traffic, knobs: Knobs) -> Scores:
        """Density of the block that an account was found in; NaN for accounts in none."""
        accounts = len(traffic.accounts)
        account, thing, weight = _graph(traffic, _KINDS[str(knobs["things"])], whole(knobs, "cap"))
        score, group = np.full(accounts, np.nan), np.full(accounts, -1, np.int32)
        for block in range(whole(knobs, "blocks")):
            if not len(account):
                break
            members, density = densest_block(account, thing, weight, accounts)
            score[members], group[members] = density, block
            inside = np.zeros(accounts, np.bool_)
            inside[members] = True
            left = ~inside[account]
            account, thing, weight = account[left], thing[left], weight[left]
        return Scores(score, group)


def _graph(
    traffic: Traffic, kinds: tuple[str, ...], cap: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Edges: account, number of the thing, weight."""
    accounts, things, weights, count = [], [], [], 0
    for kind in kinds:
        part = incidence(traffic.account, traffic.identifiers[kind]).shared(cap)
        degree = np.bincount(part.thing, minlength=part.things)
        accounts.append(part.account)
        things.append((part.thing + count).astype(np.int32))
        weights.append(1.0 / np.log(degree[part.thing] + 5.0))
        count += part.things
    return np.concatenate(accounts), np.concatenate(things), np.concatenate(weights)


BASELINE = Fraudar()
