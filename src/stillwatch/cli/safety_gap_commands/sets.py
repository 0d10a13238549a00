"""List the sets of prompts, or show the prompts of some."""

from __future__ import annotations

import collections

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(
    epilog="\b\nExamples:\n  stillwatch safety-gap sets\n  stillwatch safety-gap sets project --json\n"
    "  stillwatch safety-gap sets xstest=prompts.jsonl.gz"
)
@click.argument("names", nargs=-1, metavar="[NAME[=PATH]]...")
@json_option
def command(names: tuple[str, ...], as_json: bool) -> None:
    """List the sets of prompts; with NAMES, count what they hold by category, or print it with --json.

    Only `project` ships; others are read from a file that you have, NAME=PATH.
    """
    from stillwatch.attribution.safety_gap.sets.registry import prompt_sets, read_sets  # deferred for help

    output = Output(as_json=as_json)
    if not names:
        known = prompt_sets().values()
        if as_json:
            output.json(
                [{"name": s.name, "title": s.title, "source": s.source, "ships": s.ships} for s in known]
            )
            return
        rows = [(s.name, "yes" if s.ships else "from a file", s.title, s.source) for s in known]
        click.echo(table(("set", "ships", "what it is", "source"), rows))
        return
    prompts = read_sets(names)
    if as_json:
        import dataclasses

        output.json([dataclasses.asdict(each) for each in prompts])
        return
    counts = collections.Counter((each.prompt_id.partition("/")[0], each.category.value) for each in prompts)
    click.echo(
        table(("set", "category", "prompts"), [(*key, count) for key, count in sorted(counts.items())])
    )
