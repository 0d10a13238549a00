"""Who stands behind an account: what an organisation says of itself, what was checked, and who owns it.

The rule of ownership: who is more than half owned, all such owners taken together and through any number of
holdings, from regions that a site does not serve, counts as being from there, wherever it is registered.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, Final

from stillwatch.enforcement import located
from stillwatch.enforcement.policy_fields import Section
from stillwatch.errors import StillwatchError

HALF: Final = 0.5
_NAMES: Final = ("id", "name", "country", "verified", "owners")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_ROUNDING: Final = 1e-9


@dataclasses.dataclass(frozen=True, slots=True)
class Owner:
    """A share of an organisation.

    Attributes:
        holder: id of another organisation of the file, or a name.
        share: 0 to 1.
        country: where the holder is; empty where it is in the file itself, or unknown.
    """

    holder: str
    share: float
    country: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Organization:
    """One organisation.

    Attributes:
        declared: country it says it is registered in; empty if it does not say.
        verified: country that was checked; empty where nobody did.
        verified_by: who checked; empty where nobody did.
    """

    organization_id: str
    declared: str = ""
    verified: str = ""
    verified_by: str = ""
    owners: tuple[Owner, ...] = ()

    @property
    def country(self) -> str:
        """Where it is registered: as checked, else as it says."""
        return self.verified or self.declared


class Organizations:
    """The organisations an operator knows about."""

    def __init__(self, known: Mapping[str, Organization] | None = None) -> None:
        self.known = dict(known or {})

    @classmethod
    def load(cls, path: Path) -> Organizations:
        """Those of a YAML file.

        Raises:
            StillwatchError: it cannot be read or something in it is wrong.
        """
        values, mistakes = located.read(path)
        file = Section(values, "file of organisations", ("organizations",), mistakes)
        known = {}
        for item in file.items("organizations"):
            each = _organization(item, mistakes)
            if each.organization_id in known:
                file.wrong("SW-POL-72", f"there are two organisations `{each.organization_id}`", item.line)
            known[each.organization_id] = each
        if mistakes:
            first = min(mistakes, key=lambda mistake: mistake.line)
            raise StillwatchError(
                first.message, code=first.code, where=f"{path}:{first.line}", hint=first.hint
            )
        return cls(known)

    def facts(self, organization_id: str, restricted: Set[str]) -> dict[str, Any]:
        """The fields of ``organization`` in conditions; without a country or owners where none are known."""
        if not organization_id:
            return {}
        each = self.known.get(organization_id, Organization(organization_id))
        found: dict[str, Any] = {
            "id": organization_id,
            "verified": bool(each.verified_by),
            "restricted": organization_id in self.restricted(restricted),
        }
        if each.country:
            found["country"] = each.country
        if each.owners:
            found["owned"] = self.owned(organization_id, restricted)
        return found

    def owned(self, organization_id: str, restricted: Set[str]) -> float:
        """Share of an organisation that is held from restricted regions, 0 to 1."""
        each = self.known.get(organization_id)
        return _held(each, restricted, self.restricted(restricted)) if each else 0.0

    def restricted(self, regions: Set[str]) -> frozenset[str]:
        """Organisations that count as being from those regions: registered there or more than half owned from there."""
        found = {name for name, each in self.known.items() if each.country in regions}
        while True:
            more = {
                name
                for name, each in self.known.items()
                if name not in found and _held(each, regions, found) > HALF + _ROUNDING
            }
            if not more:
                return frozenset(found)
            found |= more


def _held(each: Organization, regions: Set[str], restricted: Set[str]) -> float:
    """Share held from there, directly or by organisations that count as being from there."""
    return sum(owner.share for owner in each.owners if owner.country in regions or owner.holder in restricted)


def _organization(item: located.Located, mistakes: list[located.Mistake]) -> Organization:
    section = Section(item, "organisation", _NAMES, mistakes)
    verified = Section(section.below("verified"), "check", ("country", "by", "at", "method"), mistakes)
    checked_at, checked_by = "", ""
    if "verified" in section:
        checked_at, checked_by = _country(verified), verified.text("by")
    owners = tuple(_owner(each, mistakes) for each in section.items("owners"))
    if sum(owner.share for owner in owners) > 1 + _ROUNDING:
        section.wrong(
            "SW-POL-73", "the shares of its owners add up to more than 1", section.line_of("owners")
        )
    return Organization(
        section.text("id"),
        _country(section) if "country" in section else "",
        checked_at,
        checked_by,
        owners,
    )


def _owner(item: located.Located, mistakes: list[located.Mistake]) -> Owner:
    section = Section(item, "owner", ("holder", "share", "country"), mistakes)
    if "share" not in section:
        section.wrong("SW-POL-17", "an owner needs `share`", item.line)
    return Owner(
        section.text("holder"),
        section.number("share", 0, 1) or 0.0,
        _country(section) if "country" in section else "",
    )


def _country(section: Section) -> str:
    code = section.text("country")
    if code and not _COUNTRY.fullmatch(code):
        section.wrong(
            "SW-POL-29",
            f"'{code}' is no country code",
            section.line_of("country"),
            "write two capital letters",
        )
    return code
