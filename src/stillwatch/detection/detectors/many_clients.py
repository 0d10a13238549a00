"""One template out of many kinds of software.

**Sees**: how often two of the linked accounts use the same client software. An app is one software: whoever sends its
template sends it with the app's client.

**Innocent look-alikes**: a prompt passed on by hand, which people send with whatever they have.

**Evaded by**: one client for all accounts, which makes them one product that can be asked about.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from stillwatch.detection.contract import Tables, percent


class ManyClients:
    """One demand from many kinds of software."""

    name = "many_clients"
    title = "One demand from many kinds of software"
    level = "campaign"
    aspect = "product"
    rises = False
    needs = frozenset({"user_agent"})
    references = ("Anthropic, disclosure of 23 Feb 2026 (identical prompts over unrelated accounts)",)

    def measure(self, tables: Tables) -> ibis.Table:
        """Chance that two members have the same client; from four with a client on."""
        m = tables.members
        known = m.filter(m.client.notnull())
        clients = known.group_by("checkpoint", "candidate", "client").agg(k=known.count())
        pairs = clients.group_by("checkpoint", "candidate").agg(
            same=(clients.k * (clients.k - 1)).sum(), members=clients.k.sum()
        )
        chance = pairs.same / (pairs.members * (pairs.members - 1)).cast("float64").nullif(0.0)
        return pairs.mutate(figure=(pairs.members >= 4).ifelse(chance, ibis.null("float64")))

    def sentence(self, row: Mapping[str, Any]) -> str:
        """The chance."""
        return f"two of its accounts use the same client software with a chance of {percent(row['figure'])}"


DETECTOR = ManyClients()
