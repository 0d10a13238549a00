"""Look over this installation and say what is broken, what needs attention, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.cli.casework_options import cases_option, cases_place
from stillwatch.cli.options import config_option, current_settings, json_option
from stillwatch.cli.output import Output

if TYPE_CHECKING:
    from stillwatch.cli.checkup import Told


@click.command(epilog="\b\nExample:\n  stillwatch doctor --dir stillwatch-node")
@cases_option
@config_option
@json_option
def command(cases: str | None, folder: Path, as_json: bool) -> None:
    """Look over this installation and say what is broken, what needs attention, and what to do.

    Looks at the settings, keys and who may read them, disks, the traffic store, the node's folder, cases and their
    ledger, what was received from other labs, and the parts that are found by name. It changes nothing, asks nobody
    over the network, and can run beside a node. It ends with status 3 where something is broken.
    """
    from stillwatch.cli.checkup import Site, State, look_over, worst
    from stillwatch.errors import ExitCode

    site = Site(current_settings(), folder, cases_place(cases, folder))
    told = list(look_over(site))
    output = Output(as_json=as_json)
    state = worst(told)
    if as_json:
        findings = [
            {
                "check": each.check,
                "state": each.finding.state,
                "sentence": each.finding.sentence,
                "hint": each.finding.hint,
            }
            for each in told
        ]
        output.json({"state": state, "findings": findings})
    else:
        click.echo(_page(told))
    if state is State.BROKEN:
        click.get_current_context().exit(ExitCode.UNREADABLE)


def _page(told: Sequence[Told]) -> str:
    from stillwatch.cli.checkup import State

    width = max(len(each.check) for each in told)
    lines = []
    for each in told:
        lines.append(f"{each.finding.state:<10} {each.check:<{width}}  {each.finding.sentence}")
        if each.finding.hint:
            lines.append(f"{'':<10} {'':<{width}}  help: {each.finding.hint}")
    broken = sum(each.finding.state is State.BROKEN for each in told)
    attention = sum(each.finding.state is State.ATTENTION for each in told)
    lines += ["", f"{broken} broken, {attention} to look at, {len(told)} findings in all"]
    return "\n".join(lines)
