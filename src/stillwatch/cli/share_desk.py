"""Where the commands that share get everything from: the outbox, the hub, the journal, what was received."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.cli.records_options import acting_options, opened, records_options

if TYPE_CHECKING:
    from stillwatch.node.share_desk import Desk
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.gate import Gate
    from stillwatch.sharing.gate.counsel import Counsel

_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def intel_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--intel URL|PATH``; read it with ``intel_place``."""
    return click.option(
        "--intel",
        metavar="URL|PATH",
        envvar="STILLWATCH_INTEL",
        show_default="sharing.sqlite in --dir",
        help="Database of what was received and sent.",
    )(decorated)


def node_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--dir NODE`` for commands that need nothing else of a node."""
    return click.option(
        "--dir",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        default=Path("stillwatch-node"),
        show_default=True,
        metavar="NODE",
        help="Folder of a node, which may run meanwhile.",
    )(decorated)


def hub_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--hub FILE``; read it with ``membership_of``."""
    return click.option(
        "--hub",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="STILLWATCH_HUB",
        metavar="FILE",
        show_default="membership.toml in --dir",
        help="Membership file: which hub, and who this lab is there.",
    )(decorated)


def gate_option(decorated: _Decorated) -> _Decorated:
    """Adds ``--gate-policy FILE``."""
    return click.option(
        "--gate-policy",
        type=click.Path(path_type=Path, dir_okay=False, exists=True),
        metavar="FILE",
        help="The antitrust gate's policy; the shipped one unless given.",
    )(decorated)


def desk_options(decorated: _Decorated) -> _Decorated:
    """Adds everything that `desk` takes."""
    return records_options(hub_option(intel_option(gate_option(decorated))))


def person_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--by`` and ``--person-token``."""
    return acting_options(decorated)


def intel_place(intel: str | None, folder: Path) -> str:
    """The path or URL of the database of what was received and sent."""
    from stillwatch.node.share_desk import SHARING  # deferred: help must not wait for the database

    return intel or str(folder / SHARING)


def membership_of(hub: Path | None, folder: Path) -> Membership:
    """The membership.

    Raises:
        StillwatchError: the file cannot be used.
    """
    from stillwatch.node.share_desk import MEMBERSHIP  # deferred: help must not wait for the database
    from stillwatch.sharing.client.membership import read_membership

    return read_membership(hub or folder / MEMBERSHIP)


def gate_of(
    policy: Path | None, folder: Path, cases: str | None = None, ledger_key: Path | None = None
) -> Gate:
    """The gate as it stands at the member today: its policy, this version's detectors, what counsel confirmed.

    Raises:
        StillwatchError: the policy, or the gate's database in the node's folder, cannot be used.
    """
    from stillwatch.cli.gate_options import gate_for, known_bases, policy_of

    options = _gate_options(policy, folder, cases, ledger_key)
    return gate_for(policy_of(policy), known_bases(options), options)


@contextlib.contextmanager
def counsel_of(cases: str | None, folder: Path, ledger_key: Path | None) -> Iterator[Counsel]:
    """The queue of texts in the node's folder.

    Raises:
        StillwatchError: it cannot be used, or is not there.
    """
    from stillwatch.cli.gate_options import room

    with room(_gate_options(None, folder, cases, ledger_key)) as opened_room:
        yield opened_room.counsel


def _gate_options(
    policy: Path | None, folder: Path, cases: str | None, ledger_key: Path | None
) -> dict[str, Any]:
    return {
        "policy_file": policy,
        "bases_file": None,
        "gate_database": None,
        "folder": folder,
        "cases": cases,
        "ledger_key": ledger_key,
    }


@contextlib.contextmanager
def desk(
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
) -> Iterator[Desk]:
    """Everything at hand, closed afterwards.

    Raises:
        StillwatchError: something of it cannot be used.
    """
    from stillwatch.node.share_desk import share_desk  # deferred: help must not wait for the database

    membership = membership_of(hub, folder)
    with opened(cases, folder, ledger_key, make=True) as records:
        gate = gate_of(gate_policy, folder, cases, ledger_key)
        with share_desk(records, membership, gate, intel_place(intel, folder)) as found:
            yield found
