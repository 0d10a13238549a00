"""Accounts that behave as one script would.

**Sees**: how much closer the members of a crew stand to each other than the site's accounts usually do to their
nearest, over some hundred figures of what an account sends, when, from where and what it gets.

**Innocent look-alikes**: the users of one product, whose requests its code writes.

**Evaded by**: giving every account a manner of its own, and letting each do other people's work besides.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Tables, times

if TYPE_CHECKING:
    import ibis


class AlikeAccounts:
    """Behaving as one."""

    name = "alike_accounts"
    title = "Behaving as one"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_id"})
    references = ("SynchroTrap, Cao et al. CCS 2014 (accounts that act alike)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Natural logarithm of how many times closer they stand; null for candidates that wording made."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", figure=t.alike)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The factor."""
        return f"they behave alike: {times(math.exp(row['figure']))} closer together than accounts usually are here"


DETECTOR = AlikeAccounts()
