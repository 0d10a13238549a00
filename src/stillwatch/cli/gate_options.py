"""Options that the commands of the gate share: which policy, which legal bases, where decisions are kept."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from stillwatch.cli.options import current_settings
from stillwatch.cli.records_options import acting, opened, records_options

if TYPE_CHECKING:
    from stillwatch.sharing.gate import Gate, GatePolicy
    from stillwatch.sharing.gate.bases import LegalBases
    from stillwatch.sharing.gate.counsel import Confirmations, Counsel
    from stillwatch.storage.ledger import Ledger
    from stillwatch.storage.sql import SqlDatabase

FILE: Final = "gate.sqlite"
"""The file in a node's folder."""

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def policy_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--policy`` and ``--bases``; read them with ``policy_of`` and ``bases_of``."""
    options = (
        click.option(
            "--policy",
            "policy_file",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            metavar="FILE",
            show_default="as shipped",
            help="The gate's numbers and lists (TOML).",
        ),
        click.option(
            "--bases",
            "bases_file",
            type=click.Path(path_type=Path, dir_okay=False, exists=True),
            metavar="FILE",
            show_default="as shipped",
            help="Counsel's legal bases (TOML).",
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def room_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--gate`` and the options of records and policy; read them with ``room``."""
    kept = click.option(
        "--gate",
        "gate_database",
        metavar="URL|PATH",
        show_default="gate.sqlite in --dir",
        help="Where the gate keeps its queue and its ledger.",
    )(decorated)
    return policy_options(records_options(kept))


@dataclasses.dataclass(frozen=True, slots=True)
class Room:
    """Everything that the gate's commands work with."""

    database: SqlDatabase
    ledger: Ledger
    policy: GatePolicy
    confirmations: Confirmations
    counsel: Counsel


@contextlib.contextmanager
def room(options: dict[str, Any], *, make: bool = False) -> Iterator[Room]:
    """The gate's database, opened.

    Args:
        options: what the options of ``room_options`` were set to.
        make: whether the database may be made where there is none.

    Raises:
        StillwatchError: it cannot be used, or is not there.
    """
    from stillwatch.sharing.gate.counsel import Confirmations, Counsel  # deferred: help must not wait
    from stillwatch.sharing.gate.tables import GATE
    from stillwatch.storage.ledger import Ledger, Signer
    from stillwatch.storage.sql import SqlDatabase, database_url

    key = options["ledger_key"] or current_settings().ledger_key
    with SqlDatabase(database_url(gate_place(options)), GATE) as database:
        if make:
            database.upgrade()
        ledger = Ledger(database, Signer(key))
        policy = policy_of(options["policy_file"])
        bases = bases_of(options["bases_file"])
        confirmations = Confirmations(database, ledger, _roles(options), bases)
        counsel = Counsel(database, ledger, _roles(options), confirmations, policy.version)
        yield Room(database, ledger, policy, confirmations, counsel)


def exists(options: dict[str, Any]) -> bool:
    """Whether the gate has a database."""
    from stillwatch.sharing.gate.tables import GATE
    from stillwatch.storage.sql import SqlDatabase, database_url

    with SqlDatabase(database_url(gate_place(options)), GATE) as database:
        return database.exists()


def gate_place(options: dict[str, Any]) -> str:
    """The path or URL of the gate's database."""
    return options["gate_database"] or str(options["folder"] / FILE)


def who(options: dict[str, Any]) -> str:
    """The name of whoever acts, once it is clear that it is them.

    Raises:
        StillwatchError: nobody is named, or they are not who they say.
    """
    with opened(options["cases"], options["folder"], options["ledger_key"]) as records:
        return acting(records, options["by"], options["person_token"]).name


def policy_of(file: Path | None) -> GatePolicy:
    """The policy, with this version's own detectors registered.

    Raises:
        StillwatchError: the file cannot be read.
    """
    from stillwatch import __version__  # deferred: the detectors are heavy
    from stillwatch.core.indicator import DetectorRef
    from stillwatch.detection.code_versions import detector_code
    from stillwatch.sharing.gate import GatePolicy

    policy = GatePolicy.load(file) if file is not None else GatePolicy.shipped()
    return policy.with_registers(
        DetectorRef(name, __version__, code) for name, code in detector_code().items()
    )


def bases_of(file: Path | None) -> LegalBases:
    """The legal bases of the file, or the shipped ones.

    Raises:
        StillwatchError: the file cannot be read.
    """
    from stillwatch.sharing.gate.bases import LegalBases

    return LegalBases.load(file) if file is not None else LegalBases.shipped()


def known_bases(options: dict[str, Any]) -> LegalBases:
    """The legal bases, with what counsel has confirmed where the gate has a database.

    Raises:
        StillwatchError: the file or the database cannot be read.
    """
    if not exists(options):
        return bases_of(options["bases_file"])
    with room(options) as opened_room:
        return opened_room.confirmations.bases()


def gate_for(policy: GatePolicy, bases: LegalBases, options: dict[str, Any]) -> Gate:
    """The gate as it stands today: its lane is shut while a basis that it rests on does not hold.

    A text passes where two people released it in the gate's database.
    """
    from stillwatch import clock
    from stillwatch.sharing.gate.standing import standing_gate

    def released(digest: str) -> bool:
        if not exists(options):
            return False
        with room(options) as opened_room:
            return opened_room.counsel.is_released(digest)

    return standing_gate(policy, bases, clock.now().date(), released)


def _roles(options: dict[str, Any]) -> Callable[[str], frozenset[str]]:
    """Looks a person up among those who act in casework."""

    def roles(name: str) -> frozenset[str]:
        with opened(options["cases"], options["folder"], options["ledger_key"]) as records:
            return frozenset(role.value for role in records.people.get(name).roles)

    return roles
