"""Check an export or a proof with nothing but the public key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.storage.ledger.head import SignedHead
    from stillwatch.storage.ledger.verified import Verified


@click.command(
    epilog="\b\nExample:\n  stillwatch ledger verify ledger-2026-03 --key ledger.pub --head head.json"
)
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--key", required=True, metavar="PUB", help="Public key: a PEM file, or its 64 digits.")
@click.option(
    "--head",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A head you got earlier: the ledger must have grown out of it.",
)
@json_option
def command(export: Path, key: str, head: Path | None, as_json: bool) -> None:
    """Check EXPORT: the folder of `ledger export`, or a file of `ledger prove`.

    Nothing else is read and nobody is asked. It ends with status 3, and says where, if anything was deleted,
    reordered, back-dated, cut off, swapped or changed.
    """
    from stillwatch.storage.ledger.proof_file import verify_proof  # deferred: help must not wait
    from stillwatch.storage.ledger.verify import verify_export

    known = None if head is None else _head(head)
    found = (
        verify_proof(_document(export), key, known) if export.is_file() else verify_export(export, key, known)
    )
    output = Output(as_json=as_json)
    if as_json:
        output.json(found.as_json())
    else:
        click.echo(_told(found, single=export.is_file()))


def _told(found: Verified, *, single: bool) -> str:
    counted = f"{found.entries:,} {'entry' if found.entries == 1 else 'entries'}"
    size = f"a ledger of {found.head.size:,}" if single else f"the head of {found.head.ts}"
    lines = [f"whole: {counted} of log {found.head.log_id}, under {size}"]
    if found.first_ts:
        lines.append(f"from {found.first_ts} to {found.last_ts}")
    if len(found.keys) > 1:
        lines.append(f"signed by {len(found.keys)} keys, each vouched for by the one before it")
    if found.known_size:
        lines.append(f"grew out of the head you hold, of {found.known_size:,} entries")
    if found.clock_set_back:
        lines.append(
            f"the clock had been set back at {len(found.clock_set_back):,} of them, first at entry "
            f"{found.clock_set_back[0]:,}; what it said stands there as clock_read"
        )
    return "\n".join(lines)


def _head(path: Path) -> SignedHead:
    from stillwatch.storage.ledger.head import read_head

    return read_head(_document(path), str(path))


def _document(path: Path) -> dict[str, Any]:
    """A JSON object from a file.

    Raises:
        StillwatchError: SW-LED-10, the file cannot be read or holds none.
    """
    import orjson

    from stillwatch.storage.ledger.verified import broken

    try:
        found = orjson.loads(path.read_bytes())
    except OSError as error:
        raise broken("SW-LED-10", f"the file cannot be read: {error.strerror}", str(path)) from error
    except orjson.JSONDecodeError as error:
        raise broken("SW-LED-10", "the file is no JSON", str(path)) from error
    if not isinstance(found, dict):
        raise broken("SW-LED-10", "the file holds no JSON object", str(path))
    return found
