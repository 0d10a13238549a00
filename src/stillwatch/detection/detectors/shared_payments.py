"""Means of payment in common: the accounts meet on means of payment that few others use.

**Sees**: for each means of payment of a linked account, which part of its users are linked accounts too. What
everybody shares (carrier NAT, a campus, a VPN) has many other users and weighs little, yet not nothing: a pool of
exits that a campaign uses far more than the site does still shows.

**Innocent look-alikes**: families, small offices, one customer with several accounts, a class on its campus.

**Evaded by**: one card an account, which costs money; then it gives no evidence, not innocence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import ibis

    from stillwatch.detection.contract import Tables

_ROOM: Final = 0.02


class SharedPayments:
    """Means of payment in common."""

    name = "shared_payments"
    title = "Means of payment in common"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"payment_fingerprint"})
    references = (
        "Ianus, Yuan et al. CCS 2019",
        "Anthropic, disclosure of 23 Feb 2026 (shared payment methods)",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Logarithm of the mean overlap, as of `overlap`."""
        t = tables.candidates
        return t.select(
            "checkpoint", "candidate", overlap="payment_overlap", figure=(t.payment_overlap + _ROOM).ln()
        )

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The overlap as it is."""
        return f"its accounts meet on means of payment: an overlap of {row['overlap']:.2f} (0 is none, 1 all they have)"


DETECTOR = SharedPayments()
