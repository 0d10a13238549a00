"""Print or write the files a gateway needs, without touching the gateway."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.gateways_options import decisions, gateway_argument, opened
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch gateways render nginx --site gateways.toml --out rendered")
@gateway_argument
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Write into this folder.")
def command(gateway: str, site_file: Path | None, out: Path | None) -> None:
    """Print the files GATEWAY needs, or write them into a folder; the gateway itself is not touched."""
    from stillwatch.enforcement.gateways import applying

    found, site = opened(gateway, site_file)
    snapshot, now = decisions(site)
    files = applying.wanted(found, site, snapshot, now)
    output = Output()
    for sentence in applying.warnings(found, snapshot, now):
        output.say(f"note: {sentence}")
    if out is None:
        for name, content in files.items():
            click.echo(f"# --- {name}\n{content}")
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        applying.put(out / name, content)
        output.path(out / name)
