"""The same campaigns attack two labs at once, each with customers of its own; the knob ``overlap`` says how alike."""

from __future__ import annotations

from stillwatch.range.spec import WorldSpec, one_of_each
from stillwatch.range.tactics import CAMOUFLAGED, MIXED, PLAIN

ABOUT = "14 days, two labs of 6,000 accounts each, attacked by the same campaigns; a folder for each lab"
LABS = ("lab-a", "lab-b")
_ACCOUNTS = 6000


def spec(accounts: int | None, split: str) -> WorldSpec:
    """``accounts`` is the number at each lab."""
    wanted = accounts or _ACCOUNTS
    size = wanted / _ACCOUNTS
    campaigns = one_of_each(split, (PLAIN, MIXED, CAMOUFLAGED), size * 0.5)
    return WorldSpec(wanted, round(300_000 * size), 14, tuple(campaigns), labs=LABS)
