"""List the log formats that can be read and the fields each supplies."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, terminal_width

if TYPE_CHECKING:
    from stillwatch.logs.contract import LogFormat

_INDENT = "    "


@click.command(epilog="\b\nExample:\n  stillwatch formats --json")
@click.argument("name", required=False)
@json_option
def command(name: str | None, as_json: bool) -> None:
    """List the log formats that can be read and the fields each supplies.

    With NAME only that format is shown. A field that a format does not supply is "no evidence": detectors
    that need it stay silent, and the report says so.
    """
    from stillwatch.logs import registry  # deferred: readers import their parsers

    chosen = registry.formats() if name is None else {name: registry.get(name)}
    output = Output(as_json=as_json)
    if as_json:
        output.json([_as_json(chosen[each]) for each in sorted(chosen)])
    else:
        click.echo("\n\n".join(_as_text(chosen[each]) for each in sorted(chosen)))


def _fields(log_format: LogFormat) -> tuple[list[str], list[str]]:
    """What the format supplies and what it lacks, both in the order of the canonical exchange."""
    from stillwatch.core.exchange import FIELDS

    supplied = [field for field in FIELDS if field in log_format.supplies]
    return supplied, [field for field in FIELDS if field not in log_format.supplies]


def _as_json(log_format: LogFormat) -> dict[str, object]:
    """One format for programs."""
    supplied, lacking = _fields(log_format)
    return {
        "name": log_format.name,
        "title": log_format.title,
        "needs_account": log_format.needs_account,
        "supplies": supplied,
        "lacks": lacking,
    }


def _as_text(log_format: LogFormat) -> str:
    """One format for people: name and title, then two lists of fields."""
    supplied, lacking = _fields(log_format)
    lines = [f"{log_format.name}: {log_format.title}"]
    lines += _wrapped("supplies", supplied)
    lines += _wrapped("lacks", lacking)
    if log_format.needs_account:
        lines.append(
            f"{_INDENT}needs     --account NAME or --account-from FIELD: its records carry no account"
        )
    return "\n".join(lines)


def _wrapped(label: str, fields: list[str]) -> list[str]:
    """A list of field names, broken to the terminal's width beside its label."""
    head = f"{_INDENT}{label:<10}"
    return textwrap.wrap(
        ", ".join(fields) or "nothing",
        width=terminal_width(),
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_on_hyphens=False,
    )
