"""Looks values up in warninglists."""

from __future__ import annotations

import bisect
import dataclasses
import datetime
import ipaddress
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.sharing.trust.warninglists.form import Prefix, Warninglist

STALE: Final = datetime.timedelta(days=730)
"""After so long a list's facts should be looked at again; holders of networks rarely change."""


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """Why a value is common.

    Attributes:
        list_name: the class, such as ``cloud``.
        entry: what stands on the list.
    """

    list_name: str
    entry: str

    def __str__(self) -> str:
        return f"{self.entry} is on the warninglist {self.list_name}"


class Warninglists:
    """Several lists as one.

    Args:
        lists: the lists; the first that names a value answers.
    """

    def __init__(self, lists: Iterable[Warninglist]) -> None:
        self._lists = tuple(lists)
        self._ranges = [_Ranges(each.prefixes) for each in self._lists]

    def network(self, number: int) -> Hit | None:
        """Whether an autonomous system is common."""
        for each in self._lists:
            if number in each.networks:
                return Hit(each.name, f"AS{number} ({each.networks[number]})")
        return None

    def domain(self, name: str) -> Hit | None:
        """Whether a domain, or one that it lies in, is common."""
        labels = name.lower().rstrip(".").split(".")
        ends = [".".join(labels[at:]) for at in range(len(labels))]
        for each in self._lists:
            for end in ends:
                if end in each.domains:
                    return Hit(each.name, end)
        return None

    def address(self, text: str) -> Hit | None:
        """Whether an address or a network lies in a common range; None as well where it is neither."""
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            return None
        for each, ranges in zip(self._lists, self._ranges, strict=True):
            prefix = ranges.around(network)
            if prefix is not None:
                return Hit(each.name, str(prefix))
        return None

    def common(self, kind: IndicatorKind, value: str) -> Hit | None:
        """Whether an indicator's value is common; only ``network`` can be told, the others hide or are classes."""
        digits = value.removeprefix("AS")
        return self.network(int(digits)) if kind is IndicatorKind.NETWORK and digits.isdecimal() else None

    def stale(self, today: datetime.date) -> list[str]:
        """Classes whose facts are more than two years old."""
        return [each.name for each in self._lists if today - each.as_of > STALE]


class _Ranges:
    """Ranges of one list that overlap nowhere, so that the one before an address is the only one that can hold it.

    Args:
        prefixes: of both versions, in any order, some within others.
    """

    def __init__(self, prefixes: Iterable[Prefix]) -> None:
        fours = [each for each in prefixes if isinstance(each, ipaddress.IPv4Network)]
        sixes = [each for each in prefixes if isinstance(each, ipaddress.IPv6Network)]
        self._widest: dict[int, list[Prefix]] = {
            4: list(_apart(fours)),
            6: list(_apart(sixes)),
        }
        self._begins = {
            version: [int(each.network_address) for each in found] for version, found in self._widest.items()
        }

    def around(self, network: Prefix) -> Prefix | None:
        """The range that holds all of a network."""
        place = bisect.bisect_right(self._begins[network.version], int(network.network_address)) - 1
        if place < 0:
            return None
        found = self._widest[network.version][place]
        return found if int(network.broadcast_address) <= int(found.broadcast_address) else None


def _apart(prefixes: Iterable[Prefix]) -> Iterator[Prefix]:
    """Those that lie in no other one, in order."""
    end = -1
    for each in sorted(prefixes, key=lambda each: (int(each.network_address), each.prefixlen)):
        if int(each.broadcast_address) > end:
            end = int(each.broadcast_address)
            yield each
