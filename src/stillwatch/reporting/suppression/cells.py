"""Cell suppression: small counts are withheld, and as many others as it takes that none can be worked out again.

A count below the least one is withheld (*primary*). Where it could be found by subtracting what is shown from a total,
or be bounded so closely that it shows as small, the smallest other count of the same sum is withheld with it
(*complementary*), until a linear programme finds no narrow bound any more (L. Cox, "Suppression methodology and
statistical disclosure control", Journal of the American Statistical Association 75, 1980; the audit is that of
M. Fischetti and J. J. Salazar, Management Science 47, 2001). Zeros are shown: nobody stands behind one. A reader
therefore knows of a withheld count that it is at least one, and the audit grants them that.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence

from stillwatch.reporting.suppression.bounds import greatest


@dataclasses.dataclass(frozen=True, slots=True)
class Sum:
    """A total and the counts that make it up; a reader knows that they add up."""

    total: str
    parts: tuple[str, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The total and its parts."""
        return (self.total, *self.parts)


def withheld(counts: Mapping[str, int], sums: Sequence[Sum], least: int) -> frozenset[str]:
    """The counts that must not be shown.

    Args:
        counts: every count of everything that is published together, by name.
        sums: which of them add up to which; every name is one of ``counts``.
        least: the smallest count that may be seen.

    Returns:
        Their names: with them hidden, a reader can tell of none of the small ones that it is below ``least``.

    Raises:
        ValueError: a sum does not add up, or a count is negative: the table would give itself away.
    """
    _check(counts, sums)
    small = [name for name, count in counts.items() if 0 < count < least]
    hidden = set(small)
    for name in small:
        while not _safe(name, hidden, counts, sums, least):
            another = _another(name, hidden, counts, sums)
            if another is None:
                break
            hidden.add(another)
    return frozenset(hidden)


def _check(counts: Mapping[str, int], sums: Iterable[Sum]) -> None:
    for each in sums:
        if counts[each.total] != sum(counts[part] for part in each.parts):
            raise ValueError(f"{each.total} is not the sum of its parts")
    if any(count < 0 for count in counts.values()):
        raise ValueError("a count is negative")


def _safe(name: str, hidden: set[str], counts: Mapping[str, int], sums: Sequence[Sum], least: int) -> bool:
    """Whether a hidden count may as well be one that would be shown, for all that a reader can work out."""
    return greatest(name, hidden, counts, [(each.total, each.parts) for each in sums]) >= least


def _another(name: str, hidden: set[str], counts: Mapping[str, int], sums: Sequence[Sum]) -> str | None:
    """The smallest count that can be hidden besides, of the sums that the hidden counts around this one stand in."""
    near, reach = {name}, 0
    while len(near) > reach:
        reach = len(near)
        for each in sums:
            if near & set(each.cells):
                near |= set(each.cells) & hidden
    open_ = {
        cell
        for each in sums
        if near & set(each.cells)
        for cell in each.cells
        if cell not in hidden and counts[cell] > 0
    }
    return min(open_, key=lambda cell: (counts[cell], cell), default=None)
