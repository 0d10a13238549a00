"""Legal bases as dated facts: which are in force on a day, which have run out, and what counsel has confirmed.

The program does not know the law. It knows what counsel wrote into a file, on which day, and for how long; and it
says so when a date has passed.
"""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import enum
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LANES: Final = ("automatic", "counsel", "government")


class BasisState(enum.StrEnum):
    """Where a basis stands on a day."""

    IN_FORCE = "in force"
    NOT_YET = "not yet in force"
    RUN_OUT = "run out"
    CONFIRMED = "run out, confirmed by counsel"


@dataclasses.dataclass(frozen=True, slots=True)
class LegalBasis:
    """One basis, as counsel wrote it down.

    Attributes:
        basis_id: short name that releases and log entries cite.
        strength: ``statute``, ``guidance``, ``letter`` or ``principle``.
        runs_out: the last day on which it is in force; None where no end is known.
        checked_on: when somebody last looked whether this is still so.
        needed_for: lanes that stay shut without it.
    """

    basis_id: str
    title: str
    issued_by: str
    strength: str
    in_force_from: datetime.date
    runs_out: datetime.date | None
    checked_on: datetime.date
    needed_for: tuple[str, ...]
    says: str


@dataclasses.dataclass(frozen=True, slots=True)
class Confirmation:
    """Counsel's word that a basis that has run out may be relied on all the same, for a time.

    Attributes:
        until: the last day for which it counts.
        by: who answers for it; a person with the role counsel.
    """

    basis_id: str
    until: datetime.date
    by: str


@dataclasses.dataclass(frozen=True, slots=True)
class LegalBases:
    """All bases of one file, and what counsel has confirmed."""

    bases: Mapping[str, LegalBasis]
    confirmations: tuple[Confirmation, ...] = ()

    def get(self, basis_id: str) -> LegalBasis:
        """One basis.

        Raises:
            StillwatchError: SW-GATE-03 where there is none of that id, with the nearest one.
        """
        if basis_id in self.bases:
            return self.bases[basis_id]
        near = difflib.get_close_matches(basis_id, self.bases, n=1)
        raise StillwatchError(
            f"there is no legal basis {basis_id!r}",
            code="SW-GATE-03",
            hint=f"did you mean `{near[0]}`?" if near else "`stillwatch gate bases` lists them",
        )

    def state(self, basis_id: str, day: datetime.date) -> BasisState:
        """Where a basis stands on a day."""
        basis = self.get(basis_id)
        if day < basis.in_force_from:
            return BasisState.NOT_YET
        if basis.runs_out is None or day <= basis.runs_out:
            return BasisState.IN_FORCE
        confirmed = any(each.basis_id == basis_id and day <= each.until for each in self.confirmations)
        return BasisState.CONFIRMED if confirmed else BasisState.RUN_OUT

    def may_rest_on(self, basis_id: str, day: datetime.date) -> bool:
        """Whether an act of that day may cite it."""
        return self.state(basis_id, day) in (BasisState.IN_FORCE, BasisState.CONFIRMED)

    def missing_for(self, lane: str, day: datetime.date) -> tuple[LegalBasis, ...]:
        """Bases that a lane rests on and that do not hold on that day."""
        return tuple(
            basis
            for basis in self.bases.values()
            if lane in basis.needed_for and not self.may_rest_on(basis.basis_id, day)
        )

    def notices(self, day: datetime.date) -> tuple[str, ...]:
        """A sentence for each basis that has run out, for every answer, entry and report of that day."""
        return tuple(
            _notice(basis, state)
            for basis in self.bases.values()
            if (state := self.state(basis.basis_id, day)) in (BasisState.RUN_OUT, BasisState.CONFIRMED)
        )

    def confirmed(self, *confirmations: Confirmation) -> LegalBases:
        """The same bases with counsel's confirmations added."""
        for each in confirmations:
            self.get(each.basis_id)
        return dataclasses.replace(self, confirmations=(*self.confirmations, *confirmations))

    @staticmethod
    def shipped() -> LegalBases:
        """The bases that come with the package."""
        text = (files("stillwatch.sharing.gate") / "bases.toml").read_text(encoding="utf-8")
        return _read(text, "bases.toml")

    @staticmethod
    def load(path: Path) -> LegalBases:
        """The bases of counsel's own file, which replaces the shipped one whole.

        Raises:
            StillwatchError: SW-GATE-04 where it cannot be read; the entry and the field are named.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise _wrong("it is no text in UTF-8", str(path)) from error
        return _read(text, str(path))


def _notice(basis: LegalBasis, state: BasisState) -> str:
    ending = (
        "counsel confirmed it"
        if state is BasisState.CONFIRMED
        else "counsel has to confirm it before it is cited"
    )
    return f"{basis.title} ({basis.basis_id}) ran out on {basis.runs_out} as far as is known here; {ending}"


_STRENGTHS: Final = ("statute", "guidance", "letter", "principle")
_TEXTS: Final = ("id", "title", "issued_by", "strength", "says")
_DAYS: Final = ("in_force_from", "checked_on")


def _read(text: str, where: str) -> LegalBases:
    try:
        said = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"it is no TOML: {error}", where) from error
    listed = said.get("basis")
    if set(said) - {"basis"} or not isinstance(listed, list) or not listed:
        raise _wrong("it has to hold `[[basis]]` entries and nothing else", where)
    read = [_basis(each, f"{where}, entry {number}") for number, each in enumerate(listed, 1)]
    return LegalBases({basis.basis_id: basis for basis in read})


def _basis(said: dict[str, Any], where: str) -> LegalBasis:
    for name in said:
        if name not in (*_TEXTS, *_DAYS, "runs_out", "needed_for"):
            near = difflib.get_close_matches(name, (*_TEXTS, *_DAYS, "runs_out", "needed_for"), n=1)
            raise _wrong(
                f"`{name}` is no field of a basis", where, f"did you mean `{near[0]}`?" if near else ""
            )
    for name in _TEXTS:
        if not isinstance(said.get(name), str) or not said[name].strip():
            raise _wrong(f"`{name}` is missing or no text", where)
    for name in (*_DAYS, *(["runs_out"] if "runs_out" in said else [])):
        if type(said.get(name)) is not datetime.date:
            raise _wrong(f"`{name}` is missing or no date", where, "write it as 2026-09-30, without quotes")
    if said["strength"] not in _STRENGTHS:
        raise _wrong(f"`strength` is one of {', '.join(_STRENGTHS)}", where)
    lanes = said.get("needed_for", [])
    if not isinstance(lanes, list) or not set(lanes) <= set(LANES):
        raise _wrong(f"`needed_for` lists some of {', '.join(LANES)}", where)
    return LegalBasis(
        said["id"],
        said["title"],
        said["issued_by"],
        said["strength"],
        said["in_force_from"],
        said.get("runs_out"),
        said["checked_on"],
        tuple(lanes),
        said["says"],
    )


def _wrong(message: str, where: str, hint: str = "") -> StillwatchError:
    return StillwatchError(
        f"the legal bases cannot be read: {message}", code="SW-GATE-04", where=where, hint=hint
    )
