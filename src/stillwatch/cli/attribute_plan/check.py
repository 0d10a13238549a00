"""See what a plan comes to: how much is asked of whom, and what it cannot show."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output, table


@click.command(epilog="\b\nExample:\n  stillwatch attribute plan check plan.toml")
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def command(plan: Path, as_json: bool) -> None:
    """Prepare PLAN as `commit` would, and say what it comes to. Nothing is asked or kept."""
    from stillwatch.attribution.plans.preparing import prepare  # deferred: help must not wait for numpy
    from stillwatch.attribution.plans.reading import read_draft
    from stillwatch.attribution.plans.sufficiency import shortfalls

    found = prepare(read_draft(plan)).plan
    rows = [(each.name, each.side, found.questions(each.side), each.url) for each in found.models]
    lacking = shortfalls(found)
    output = Output(as_json=as_json)
    if as_json:
        output.json(
            {
                "plan": found.plan_id,
                "sha256": found.digest,
                "tests": list(found.tests),
                "prompts": len(found.prompts),
                "models": [{"name": name, "side": side, "questions": count} for name, side, count, _ in rows],
                "lacking": list(lacking),
            }
        )
        return
    click.echo(table(("model", "side", "questions", "address"), rows))
    output.say(f"{found.plan_id}: {len(found.prompts):,} prompts for the tests {', '.join(found.tests)}")
    output.say(f"SHA-256 {found.digest}")
    for words in lacking:
        output.say(f"note: {words}")
