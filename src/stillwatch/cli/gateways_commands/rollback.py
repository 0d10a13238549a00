"""Put back what the last apply replaced, byte for byte."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.gateways_options import gateway_argument, opened
from stillwatch.cli.output import Output
from stillwatch.errors import ExitCode


@click.command(epilog="\b\nExample:\n  stillwatch gateways rollback nginx --site gateways.toml")
@gateway_argument
def command(gateway: str, site_file: Path | None) -> ExitCode:
    """Put back what the last `apply` of GATEWAY replaced, byte for byte, and make it take that up."""
    from stillwatch.enforcement.gateways import applying

    found, site = opened(gateway, site_file)
    applied = applying.rollback(found, site)
    output = Output()
    for name in applied.changed:
        output.path(Path(site.folder) / name)
    if applied.reload:
        output.say(f"the files are back, but {found.name} did not reload: {applied.reload}")
        return ExitCode.REMOTE_FAILED
    return ExitCode.DONE
