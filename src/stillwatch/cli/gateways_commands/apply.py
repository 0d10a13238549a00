"""Put a gateway's files in place and make it take them up."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.gateways_options import decisions, gateway_argument, opened
from stillwatch.cli.output import Output
from stillwatch.errors import ExitCode


@click.command(epilog="\b\nExample:\n  stillwatch gateways apply nginx --site gateways.toml --dry-run")
@gateway_argument
@click.option("--dry-run", is_flag=True, help="Print the difference; change nothing.")
def command(gateway: str, site_file: Path | None, dry_run: bool) -> ExitCode:
    """Put GATEWAY's files in place, have it check them, and make it take them up.

    What is replaced is kept, the last five times: `stillwatch gateways rollback` puts it back.
    """
    from stillwatch.enforcement.gateways import applying

    found, site = opened(gateway, site_file)
    snapshot, now = decisions(site)
    files = applying.wanted(found, site, snapshot, now)
    output = Output()
    for sentence in applying.warnings(found, snapshot, now):
        output.say(f"note: {sentence}")
    if dry_run:
        lines = list(applying.differences(site, files))
        click.echo("\n".join(lines) if lines else "nothing would change")
        return ExitCode.DONE
    applied = applying.apply(found, site, files)
    for name in applied.changed:
        output.path(Path(site.folder) / name)
    if not applied.changed:
        output.say("nothing has changed")
    if applied.reload:
        output.say(f"the files are in place, but {found.name} did not reload: {applied.reload}")
        return ExitCode.REMOTE_FAILED
    return ExitCode.DONE
