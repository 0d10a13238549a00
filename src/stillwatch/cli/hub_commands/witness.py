"""Watch a hub's log as a member: it may only grow."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.hub.witness import Seen

_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.command(
    epilog="\b\nExample:\n  stillwatch hub witness https://hub.example.com --token-file token --key log.pem"
)
@click.argument("url")
@click.option("--token-file", type=_FILE, required=True, metavar="FILE", help="File with a member's token.")
@click.option(
    "--key",
    required=True,
    metavar="HEX|FILE",
    help="The log's public key, as `hub init` printed it for the operator.",
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("hub-heads.jsonl"),
    show_default=True,
    metavar="FILE",
    help="Where heads are kept, a line each.",
)
@click.option(
    "--compare",
    "others",
    type=_FILE,
    multiple=True,
    metavar="FILE",
    help="Another witness's record; shows whether the hub tells members different things. May be given more than once.",
)
@click.option("--ca", type=_FILE, metavar="FILE", help="Certificates that the hub's is signed with (PEM).")
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    metavar="SECONDS",
    help="Look again and again; looks once unless given.",
)
@json_option
@quiet_option
def command(
    url: str,
    token_file: Path,
    key: str,
    record: Path,
    others: tuple[Path, ...],
    ca: Path | None,
    every: float | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Watch the log of the hub at URL as a member.

    Checks that what the hub shows grew out of what it showed before, and that other witnesses were shown the same. A
    log that was changed, cut or forked ends it with status 5, and both signed heads are kept as proof.
    """
    from stillwatch.errors import StillwatchError
    from stillwatch.hub.asking import Asking
    from stillwatch.hub.witness import Witness
    from stillwatch.storage.ledger.signer import read_public_key

    output = Output(as_json=as_json, quiet=quiet)
    ask = Asking(url, _token(token_file), ca)
    witness = Witness(ask, read_public_key(key), record)
    while True:
        try:
            _tell(output, witness.look(others))
        except StillwatchError as error:
            if every is None or error.code != "SW-HUB-43":
                raise
            output.say(error.render())  # a hub that is away for a while is no alarm
        if every is None:
            return
        time.sleep(every)


def _token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError as error:
        raise click.BadParameter("it is no text in UTF-8", param_hint="--token-file") from error


def _tell(output: Output, seen: Seen) -> None:
    if output.as_json:
        output.json({"grew_by": seen.grew_by, **seen.head.as_json()})
    elif seen.grew_by is None:
        click.echo(f"{seen.head.size} entries, signed {seen.head.ts}; remembered")
    else:
        click.echo(f"{seen.head.size} entries, {seen.grew_by} more than at the last look; it only grew")
