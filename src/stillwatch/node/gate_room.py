"""The antitrust gate of one lab: its policy, the legal bases with what counsel confirmed, and the queue of texts.

What the command line and the console let through is what this gate lets through.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from stillwatch import __version__, clock
from stillwatch.core.indicator import DetectorRef
from stillwatch.detection.replay.code_versions import detector_code
from stillwatch.sharing.gate import Gate, GatePolicy
from stillwatch.sharing.gate.bases import LegalBases
from stillwatch.sharing.gate.counsel import Confirmations, Counsel
from stillwatch.sharing.gate.standing import standing_gate
from stillwatch.sharing.gate.tables import GATE
from stillwatch.sharing.trust.warninglists import Warninglists, shipped_lists
from stillwatch.storage.ledger import Ledger, Signer
from stillwatch.storage.sql import SqlDatabase, database_url

FILE: Final = "gate.sqlite"
"""The file in a node's folder."""


@dataclasses.dataclass(frozen=True, slots=True)
class GatePlace:
    """Where a gate keeps everything.

    Attributes:
        folder: of the node.
        policy_file: numbers and lists; None for the shipped ones.
        bases_file: counsel's legal bases; None for the shipped ones.
        database: path or URL of the queue and its ledger; empty for the node's own.
        ledger_key: signs that ledger's heads.
        roles: the roles of a person by name.
    """

    folder: Path
    policy_file: Path | None
    bases_file: Path | None
    database: str
    ledger_key: Path
    roles: Callable[[str], frozenset[str]]

    @property
    def url(self) -> str:
        """The database's URL."""
        return database_url(self.database or str(self.folder / FILE))


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """Everything that people at the gate work with."""

    database: SqlDatabase
    ledger: Ledger
    policy: GatePolicy
    confirmations: Confirmations
    counsel: Counsel


@contextlib.contextmanager
def room(place: GatePlace, *, make: bool = False) -> Iterator[Room]:
    """The gate's database, opened.

    Args:
        place: where it is.
        make: whether it may be made where there is none.

    Raises:
        StillwatchError: it cannot be used, or is not there.
    """
    with SqlDatabase(place.url, GATE) as database:
        if make:
            database.upgrade()
        ledger = Ledger(database, Signer(place.ledger_key))
        policy = policy_of(place.policy_file)
        bases = bases_of(place.bases_file)
        confirmations = Confirmations(database, ledger, place.roles, bases)
        counsel = Counsel(database, ledger, place.roles, confirmations, policy.version)
        yield Room(database, ledger, policy, confirmations, counsel)


def exists(place: GatePlace) -> bool:
    """Whether the gate has a database."""
    with SqlDatabase(place.url, GATE) as database:
        return database.exists()


def policy_of(file: Path | None) -> GatePolicy:
    """The policy, with this version's own detectors registered, and what many honest customers share left out.

    Raises:
        StillwatchError: the file cannot be read.
    """
    policy = GatePolicy.load(file) if file is not None else GatePolicy.shipped()
    return policy.with_registers(
        (DetectorRef(name, __version__, code) for name, code in detector_code().items()),
        common=Warninglists(shipped_lists()).common,
    )


def bases_of(file: Path | None) -> LegalBases:
    """The legal bases of the file, or the shipped ones.

    Raises:
        StillwatchError: the file cannot be read.
    """
    return LegalBases.load(file) if file is not None else LegalBases.shipped()


def known_bases(place: GatePlace) -> LegalBases:
    """The legal bases, with what counsel has confirmed where the gate has a database.

    Raises:
        StillwatchError: the file or the database cannot be read.
    """
    if not exists(place):
        return bases_of(place.bases_file)
    with room(place) as opened:
        return opened.confirmations.bases()


def gate_for(policy: GatePolicy, bases: LegalBases, place: GatePlace) -> Gate:
    """The gate as it stands today: its lane is shut while a basis that it rests on does not hold.

    A text passes where two people released it in the gate's database.
    """

    def released(digest: str) -> bool:
        if not exists(place):
            return False
        with room(place) as opened:
            return opened.counsel.is_released(digest)

    return standing_gate(policy, bases, clock.now().date(), released)


def gate_at(place: GatePlace) -> Gate:
    """The gate of a place as it stands today.

    Raises:
        StillwatchError: its policy, its bases or its database cannot be read.
    """
    return gate_for(policy_of(place.policy_file), known_bases(place), place)
