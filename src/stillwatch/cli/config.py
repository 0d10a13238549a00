"""Show the settings in force and where each comes from."""

from __future__ import annotations

import click

from stillwatch.cli.options import config_option, current_settings, json_option
from stillwatch.cli.output import Output, table
from stillwatch.core.masking import without_password


@click.group(epilog="\b\nExample:\n  stillwatch config show")
def command() -> None:
    """Show the settings in force and where each comes from."""


@command.command(epilog="\b\nExample:\n  STILLWATCH_THREADS=4 stillwatch config show")
@config_option
@json_option
def show(as_json: bool) -> None:
    """Show each setting's value and where it comes from.

    A file given with --config outranks STILLWATCH_* variables, these outrank ./stillwatch.toml, and that
    outranks the file in the configuration folder of your account.
    """
    settings = current_settings()
    values = {name: without_password(value) for name, value in settings.values().items()}
    output = Output(as_json=as_json)
    if as_json:
        rows = {name: {"value": value, "origin": settings.origins[name]} for name, value in values.items()}
        output.json({"settings": rows, "digest": settings.digest()})
    else:
        rows_text = [(name, value, settings.origins[name]) for name, value in values.items()]
        click.echo(table(("setting", "value", "from"), rows_text))
        click.echo(f"\ndigest of what changes verdicts: {settings.digest()}")
