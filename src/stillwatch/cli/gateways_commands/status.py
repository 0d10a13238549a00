"""Say how a gateway stands: its files, its sidecar, its node."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from stillwatch.cli.gateways_options import decisions, gateway_argument, opened, sidecar_health
from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output


@click.command(epilog="\b\nExample:\n  stillwatch gateways status nginx --site gateways.toml")
@gateway_argument
@json_option
def command(gateway: str, site_file: Path | None, as_json: bool) -> None:
    """Say how GATEWAY stands: files that differ from what they should be, its sidecar, what it cannot do."""
    from stillwatch.enforcement.gateways import applying

    found, site = opened(gateway, site_file)
    snapshot, now = decisions(site)
    files = applying.wanted(found, site, snapshot, now)
    behind = [name for name, content in files.items() if not _same(Path(site.folder) / name, content)]
    facts: dict[str, Any] = {
        "gateway": found.name,
        "folder": site.folder,
        "files_behind": behind,
        "decisions": 0 if snapshot is None else len(snapshot),
        "sidecar": sidecar_health(site),
        "notes": applying.warnings(found, snapshot, now),
    }
    if as_json:
        Output(as_json=True).json(facts)
        return
    click.echo(
        f"{'files':<12}{', '.join(behind) + ' differ' if behind else 'as they should be'} ({site.folder})"
    )
    click.echo(f"{'decisions':<12}{facts['decisions']:,}")
    click.echo(f"{'sidecar':<12}{_sidecar(facts['sidecar'], site.socket)}")
    for note in facts["notes"]:
        click.echo(f"{'note':<12}{note}")


def _same(path: Path, content: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == content
    except (OSError, UnicodeError):
        return False


def _sidecar(health: dict[str, Any] | None, where: str) -> str:
    """The sidecar in a line."""
    if health is None:
        return f"none answers at {where}"
    follows = "follows the node" if health.get("connected") else "the node is away, acts on what it knew last"
    trouble = f"; {health['trouble']}" if health.get("trouble") else ""
    return f"version {health.get('version')}, {health.get('decisions', 0):,} decisions, {follows}{trouble}"
