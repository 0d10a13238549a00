"""Accounts that became others than they were.

**Sees**: how far known members of a crew moved from where they stood in earlier traffic, over some hundred figures of
behaviour, against how far the site's accounts usually move. A hired or stolen account changes hands; a customer hardly
changes habits from one week to the next.

**Innocent look-alikes**: a company that moves to a new product, a student in the week before an exam.

**Evaded by**: fresh accounts, which have no past, or accounts that worked for the campaign all along.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stillwatch.detection.contract import Tables, times

if TYPE_CHECKING:
    import ibis


class ChangedAccounts:
    """No longer what they were."""

    name = "changed_accounts"
    title = "No longer what they were"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_id"})
    references = ("COMPA, Egele et al. NDSS 2013 (compromised accounts by change of behaviour)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Natural logarithm of how many times further than usual the known members moved; null for few known ones."""
        t = tables.candidates
        return t.select("checkpoint", "candidate", figure=t.changed)

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The factor."""
        return (
            f"its known accounts changed {times(math.exp(row['figure']))} as much as accounts usually do here"
        )


DETECTOR = ChangedAccounts()
