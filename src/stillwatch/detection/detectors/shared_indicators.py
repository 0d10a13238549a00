"""Marks that other members reported: the accounts bear them, and hardly anybody else here does.

**Sees**: which of the linked accounts bear a mark that another lab met in a campaign and shared (a keyed template, a
blinded payment, a network), against everybody else on the site. What it weighs is bounded by how far the reporter's
word has proved right and fades from the week in which the mark was last seen. It is evidence from others, never a
verdict of theirs: it can tip to attack what this site's own evidence has put on watch, and does nothing else.

**Innocent look-alikes**: customers of one reseller of whom one was an attacker, a network that many honest people
share, a template published since.

**Evaded by**: giving up, at every lab one moves to, the payments, clients, networks and wording that were met
elsewhere, which is what an attacker keeps for money.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import ibis

    from stillwatch.detection.contract import Tables

_WORDS: Final = {
    "template": "prompts like a template",
    "blinded": "a blinded identifier",
    "network": "a network",
    "client": "a kind of client",
}


class SharedIndicators:
    """Marks that other members reported."""

    name = "shared_indicators"
    title = "Marks that other members reported"
    level = "campaign"
    aspect = "coordination"
    rises = True
    needs = frozenset({"account_id"})
    references = (
        "STIX 2.1, OASIS 2021, section 4.7 (indicator)",
        "Decaying Indicators of Compromise, Iklody et al. 2018, arXiv:1803.11052",
    )

    def measure(self, tables: Tables) -> ibis.Table:
        """Decibans of the received marks the accounts bear, as of `received`; null where they bear none."""
        t = tables.candidates
        return t.select(
            "checkpoint",
            "candidate",
            bearers="received_bearers",
            kind="received_kind",
            marks="received_marks",
            figure="received",
        )

    def sentence(self, row: Mapping[str, Any]) -> str:
        """How many bear what, and that it was received from others."""
        what = _WORDS.get(row["kind"], "a mark")
        more = f" ({row['marks']} marks in all)" if row["marks"] > 1 else ""
        return (
            f"received from other members: {row['bearers']:,} of its accounts bear {what} they reported{more}"
        )


DETECTOR = SharedIndicators()
