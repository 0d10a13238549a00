"""The facts that a statement names: one sentence for each kind of ground, the same for everybody.

Which detector spoke, how strongly, and what would have stayed unseen is not among them, and they depend on nothing
that detection measured. Two accounts with the same kind of ground read the same facts, so that nobody learns from a
statement which camouflage worked.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

_CAMPAIGN: Final = (
    "Requests from your account asked for answers in a way that serves to collect training data for another model.",
    "Together with requests from other accounts they formed one piece of work.",
)
_BY_GROUND: Final[dict[str, tuple[str, ...]]] = {
    "case": _CAMPAIGN,
    "campaign": _CAMPAIGN,
    "verdict": _CAMPAIGN,
    "conduct": ("The way in which your account was used.",),
    "verification": ("The account was asked to show who is behind it, and that was not done.",),
    "organization": ("What is known about the organisation that the account belongs to.",),
    "country": ("The country from which requests came.",),
    "asn": ("The network from which requests came.",),
    "indicator": (
        "Technical information that other providers gave us contributed; it was not the only ground.",
    ),
}
"""What each kind of ground is called to an account holder; kinds that only link records say nothing."""
_SILENT: Final = frozenset({"order"})


def facts_of(grounds: Collection[str]) -> tuple[str, ...]:
    """The sentences for some kinds of grounds, each once, in an order that tells nothing."""
    known = [kind for kind in _BY_GROUND if kind in grounds]
    unknown = set(grounds) - set(_BY_GROUND) - _SILENT
    said = [sentence for kind in known for sentence in _BY_GROUND[kind]]
    return tuple(dict.fromkeys([*said, *(_BY_GROUND["conduct"] if unknown or not said else ())]))
