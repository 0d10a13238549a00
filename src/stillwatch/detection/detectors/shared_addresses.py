"""Addresses in common: the accounts meet on addresses that few others use.

**Sees**: for each address of a linked account, which part of its users are linked accounts too. What everybody shares
(carrier NAT, a campus, a VPN) has many other users and weighs little, yet not nothing: a pool of exits that a
campaign uses far more than the site does still shows.

**Innocent look-alikes**: families, small offices, one customer with several accounts, a class on its campus.

**Evaded by**: residential proxies, an address an account, which costs money; then it gives no evidence, not
innocence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import ibis

    from stillwatch.detection.contract import Tables

_ROOM: Final = 0.02


class SharedAddresses:
    """Addresses in common."""

    name = "shared_addresses"
    title = "Addresses in common"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"ip"})
    references = (
        "Ianus, Yuan et al. CCS 2019",
        "Anthropic, disclosure of 23 Feb 2026 (shared payment methods)",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Logarithm of the mean overlap, as of `overlap`."""
        t = tables.candidates
        return t.select(
            "checkpoint", "candidate", overlap="address_overlap", figure=(t.address_overlap + _ROOM).ln()
        )

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The overlap as it is."""
        return (
            f"its accounts meet on addresses: an overlap of {row['overlap']:.2f} (0 is none, 1 all they have)"
        )


DETECTOR = SharedAddresses()
