"""Commit a plan to the ledger, before the suspect is asked anything."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting, acting_options, opened, records_options


@click.command(
    epilog="Exit status: 0 done, 2 the plan is wrong or was altered, 3 a file cannot be read.\n\n"
    "\b\nExample:\n  stillwatch attribute commit plan.toml --by analyst-1"
)
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@acting_options
@records_options
@json_option
def command(
    plan: Path,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    as_json: bool,
) -> None:
    """Commit PLAN: everything in it is settled from here on.

    The ledger gets its SHA-256 and who committed it. The same plan again changes nothing; an altered one is refused.
    """
    from stillwatch.attribution.plans.book import PlanBook  # deferred: help must not wait for numpy
    from stillwatch.attribution.plans.preparing import prepare
    from stillwatch.attribution.plans.reading import read_draft
    from stillwatch.attribution.plans.sufficiency import shortfalls

    prepared = prepare(read_draft(plan))
    with opened(cases, folder, ledger_key, make=True) as records:
        found = PlanBook(records).commit(prepared.plan, acting(records, by, person_token))
    output = Output(as_json=as_json)
    for words in shortfalls(found.plan):
        output.say(f"note: {words}")
    if as_json:
        output.json(
            {
                "plan": found.plan.plan_id,
                "sha256": found.digest,
                "committed": found.committed,
                "committed_by": found.committed_by,
                "prompts": len(found.plan.prompts),
            }
        )
        return
    click.echo(found.digest)
    output.say(f"{found.plan.plan_id} was committed by {found.committed_by} at {found.committed}")
