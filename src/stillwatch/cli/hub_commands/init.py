"""Make a hub: its folder, keys and database."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.hub_options import place_options
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch hub init --dir hub")
@place_options
@json_option
def command(folder: Path, database: str, as_json: bool) -> None:
    """Make a hub: its folder, keys and database.

    Does no harm where there is one already. Hand the public key that it prints to every member: witnesses check the
    log with it. The detectors of this version are registered in registers.toml; others can be added there.
    """
    from stillwatch import __version__
    from stillwatch.core.indicator import DetectorRef
    from stillwatch.detection.replay.code_versions import detector_code
    from stillwatch.hub.folder import Folder, identity
    from stillwatch.hub.opening import init
    from stillwatch.hub.registers import rendered

    place = Folder(folder)
    opened = init(place, database)
    try:
        if not place.registers.exists():
            own = [DetectorRef(name, __version__, digest) for name, digest in detector_code().items()]
            place.registers.write_text(rendered(own), encoding="utf-8")
        signer = opened.ledger.signer
        assert signer is not None
        said = {"dir": str(folder), "log_key": signer.public_key, "identity": identity(opened.secret)}
    finally:
        opened.database.close()
    if as_json:
        Output(as_json=True).json(said)
    else:
        click.echo(f"log key   {said['log_key']}\nidentity  {said['identity']}")
