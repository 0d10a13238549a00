"""Looks values up in warninglists."""

from __future__ import annotations

import dataclasses
import datetime
import ipaddress
from typing import TYPE_CHECKING, Final

from stillwatch.core.indicator import IndicatorKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.sharing.trust.warninglists.reading import Prefix, Warninglist

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
        for each in self._lists:
            for prefix in each.prefixes:
                if _inside(network, prefix):
                    return Hit(each.name, str(prefix))
        return None

    def common(self, kind: IndicatorKind, value: str) -> Hit | None:
        """Whether an indicator's value is common; only ``network`` can be told, the others hide or are classes."""
        digits = value.removeprefix("AS")
        return self.network(int(digits)) if kind is IndicatorKind.NETWORK and digits.isdecimal() else None

    def stale(self, today: datetime.date) -> list[str]:
        """Classes whose facts are more than two years old."""
        return [each.name for each in self._lists if today - each.as_of > STALE]


def _inside(network: Prefix, prefix: Prefix) -> bool:
    if isinstance(network, ipaddress.IPv4Network) and isinstance(prefix, ipaddress.IPv4Network):
        return network.subnet_of(prefix)
    if isinstance(network, ipaddress.IPv6Network) and isinstance(prefix, ipaddress.IPv6Network):
        return network.subnet_of(prefix)
    return False
