"""Options that the commands of the gate share: which policy, which legal bases, where decisions are kept."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.cli.options import current_settings
from stillwatch.cli.records_options import acting, opened, records_options

if TYPE_CHECKING:
    from stillwatch.node.gate_room import GatePlace, Room
    from stillwatch.sharing.gate import Gate, GatePolicy
    from stillwatch.sharing.gate.bases import LegalBases

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


def place_of(options: dict[str, Any]) -> GatePlace:
    """Where the gate of those options keeps everything.

    Raises:
        StillwatchError: a settings file or variable is wrong.
    """
    from stillwatch.node.gate_room import GatePlace  # deferred: help must not wait

    return GatePlace(
        options["folder"],
        options["policy_file"],
        options["bases_file"],
        options["gate_database"] or "",
        options["ledger_key"] or current_settings().ledger_key,
        _roles(options),
    )


@contextlib.contextmanager
def room(options: dict[str, Any], *, make: bool = False) -> Iterator[Room]:
    """The gate's database, opened; see ``node.gate_room``."""
    from stillwatch.node.gate_room import room as opened_room

    with opened_room(place_of(options), make=make) as found:
        yield found


def exists(options: dict[str, Any]) -> bool:
    """Whether the gate has a database."""
    from stillwatch.node.gate_room import exists as there_is

    return there_is(place_of(options))


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
    from stillwatch.node.gate_room import policy_of as read

    return read(file)


def bases_of(file: Path | None) -> LegalBases:
    """The legal bases of the file, or the shipped ones.

    Raises:
        StillwatchError: the file cannot be read.
    """
    from stillwatch.node.gate_room import bases_of as read

    return read(file)


def known_bases(options: dict[str, Any]) -> LegalBases:
    """The legal bases, with what counsel has confirmed where the gate has a database.

    Raises:
        StillwatchError: the file or the database cannot be read.
    """
    from stillwatch.node.gate_room import known_bases as read

    return read(place_of(options))


def gate_for(policy: GatePolicy, bases: LegalBases, options: dict[str, Any]) -> Gate:
    """The gate as it stands today; see ``node.gate_room``."""
    from stillwatch.node.gate_room import gate_for as made

    return made(policy, bases, place_of(options))


def _roles(options: dict[str, Any]) -> Callable[[str], frozenset[str]]:
    """Looks a person up among those who act in casework."""

    def roles(name: str) -> frozenset[str]:
        with opened(options["cases"], options["folder"], options["ledger_key"]) as records:
            return frozenset(role.value for role in records.people.get(name).roles)

    return roles
