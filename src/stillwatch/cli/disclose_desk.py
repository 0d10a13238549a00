"""Where the commands that disclose get everything from: the gate, the hub's name, the key service, the door."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from stillwatch.cli.log_options import read_options, reading_options
from stillwatch.cli.share_desk import gate_option, hub_option, membership_of
from stillwatch.core.indicator import Marking
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Draft, Ports
    from stillwatch.casework.records import Records
    from stillwatch.sharing.client.membership import Membership
    from stillwatch.sharing.matching.blinder import Blinder

_CACHE: Final = "matching.sqlite"
_Decorated = TypeVar("_Decorated", bound=Callable[..., Any] | click.Command)


def drafting_options(decorated: _Decorated) -> _Decorated:
    """Adds what making a draft needs: logs and how to read them, marking, key service."""
    options = (
        click.option(
            "--logs",
            multiple=True,
            required=True,
            metavar="LOGS",
            help="The logs that the case was found in; read twice, and no text of them is kept.",
        ),
        click.option(
            "--marking",
            type=click.Choice([each.value for each in Marking]),
            default=Marking.AMBER.value,
            show_default=True,
            help="How far it may travel (Traffic Light Protocol 2.0).",
        ),
        click.option("--keyservice", metavar="URL", help="Key service that blinds, and keys signatures."),
        click.option("--keyservice-key", metavar="HEX", help="The key that signs its list of epochs."),
        click.option(
            "--keyservice-token",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="File with this lab's token there.",
        ),
    )
    for option in reversed(options):
        decorated = option(decorated)
    return reading_options(decorated)


def door_options(decorated: _Decorated) -> _Decorated:
    """Adds ``--hub`` and ``--gate-policy``."""
    return hub_option(gate_option(decorated))


@contextlib.contextmanager
def blinder_of(
    url: str | None, signer: str | None, token: Path | None, folder: Path
) -> Iterator[Blinder | None]:
    """What blinds; None where no key service is named.

    Raises:
        StillwatchError: SW-DISC-11, half of what it needs is missing; or the cache cannot be used.
    """
    if url is None:
        yield None
        return
    if signer is None or token is None:
        raise StillwatchError(
            "a key service needs the key it signs with and a token",
            code="SW-DISC-11",
            where="--keyservice",
            hint="give --keyservice-key HEX and --keyservice-token FILE; its operator tells you both",
        )
    from stillwatch import clock
    from stillwatch.sharing.matching.blinder import Blinder
    from stillwatch.sharing.matching.cache import Cache
    from stillwatch.sharing.matching.key_client import Address, KeyClient

    client = KeyClient(Address(url, _token(token)))
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(client), Cache(folder / _CACHE) as cache:
        yield Blinder(client, _key(signer), cache, clock.now)


def drafted(
    records: Records,
    case_id: str,
    logs: Sequence[str],
    reading: tuple[str | None, str | None, str | None, Path | None],
    ports: Ports,
    marking: str,
) -> Draft:
    """What of a case would leave.

    Raises:
        StillwatchError: the case is not decided, or the logs cannot be used.
    """
    from stillwatch.node.disclosing import drafted as made

    return made(records, case_id, logs, read_options(*reading), ports, Marking(marking))


def _token(path: Path) -> str:
    try:
        if path.stat().st_mode & 0o077:
            raise StillwatchError(
                "others may read the token",
                code="SW-DISC-11",
                where=str(path),
                hint=f"make it yours alone: chmod 600 {path}",
            )
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StillwatchError(
            "the token cannot be read",
            code="SW-DISC-11",
            where=str(path),
            exit_code=ExitCode.UNREADABLE,
        ) from error


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise StillwatchError(
            "the key is not 32 bytes in hexadecimal",
            code="SW-DISC-11",
            where="--keyservice-key",
            hint="`stillwatch keyservice epochs` prints it there",
        )
    return key


def membership(hub: Path | None, folder: Path) -> Membership:
    """Which hub, and who this lab is there.

    Raises:
        StillwatchError: the membership file cannot be used.
    """
    return membership_of(hub, folder)
