"""In which months a candidate's accounts were opened, against all accounts that the site has seen by then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from stillwatch.detection.frame import Frame

SEASON_DAYS: Final = 240
LEAST_ACCOUNTS: Final = 5
_DAY_US: Final = 86_400_000_000


class Openings:
    """When accounts were opened.

    Args:
        frame: the exchanges; its accounts are numbered by first appearance.
    """

    def __init__(self, frame: Frame) -> None:
        self._first = np.unique(frame.account, return_index=True)[1]
        self._created = frame.created[self._first]
        self._known = 0
        self._site: Any = np.zeros(0, dtype=np.int64)

    def season(self, accounts: Any, known: int) -> tuple[float, float] | None:
        """How many were opened within the eight months in which most of them were.

        Args:
            accounts: int32: account numbers.
            known: exchanges that had been seen.

        Returns:
            The share of them, and the share of all accounts seen by then that were opened in those months; None where
            the log tells of fewer than five of them when they were opened.
        """
        opened = self._created[accounts]
        opened = np.sort(opened[opened > 0])
        if opened.size < LEAST_ACCOUNTS:
            return None
        length = SEASON_DAYS * _DAY_US
        within = np.searchsorted(opened, opened + length, side="right") - np.arange(opened.size)
        begin = int(np.argmax(within))
        site = self._seen(known)
        there = np.searchsorted(site, [opened[begin], opened[begin] + length + 1])
        return float(within[begin] / opened.size), float((there[1] - there[0]) / site.size)

    def _seen(self, known: int) -> Any:
        """int64, sorted: when the accounts were opened that had been seen; kept for the candidates that come next."""
        if known != self._known:
            seen = self._created[: int(np.searchsorted(self._first, known))]
            self._site, self._known = np.sort(seen[seen > 0]), known
        return self._site
