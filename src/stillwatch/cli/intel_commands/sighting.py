"""Say what you found when you looked for an indicator: seen, a false positive, or expired."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.casework_options import reason_option
from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.records_options import acting
from stillwatch.cli.share_desk import desk, desk_options, person_options


@click.command(
    epilog="\b\nExample:\n  stillwatch intel sighting indicator--6f0c… seen --reason 'in case 7' --by analyst-1"
)
@click.argument("indicator")
@click.argument("kind", type=click.Choice(["seen", "false-positive", "expired"]))
@click.option(
    "--accounts", type=click.IntRange(min=10), metavar="N", help="How many accounts; told as a class."
)
@reason_option
@person_options
@desk_options
@quiet_option
@json_option
def command(
    indicator: str,
    kind: str,
    accounts: int | None,
    reason: str,
    by: str,
    person_token: Path | None,
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Say what you found about INDICATOR.

    It counts at once for how far its reporter is believed here, and waits in the outbox for `share publish`. The
    reason stays in your ledger.
    """
    from stillwatch.core.indicator import CountClass, SightingKind
    from stillwatch.errors import StillwatchError
    from stillwatch.node.share_outbox import put_sighting, weigh

    chosen = SightingKind(kind)
    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        person = acting(at.records, by, person_token)
        received = at.store.get(indicator)
        if received is None:
            import difflib

            near = difflib.get_close_matches(
                indicator, [r.indicator.indicator_id for r in at.store.indicators()], n=1
            )
            raise StillwatchError(
                "no indicator of that id was received",
                code="SW-INTEL-01",
                where=indicator,
                hint=f"did you mean {near[0]}?" if near else "`stillwatch intel list --all` lists them",
            )
        size = CountClass.of(accounts or 0) if chosen is SightingKind.SEEN else None
        marking = received.indicator.marking
        item = put_sighting(at.records, at.outbox, indicator, chosen, size, marking, person.name, reason)
        weigh(at)
    output = Output(as_json=as_json, quiet=quiet)
    if as_json:
        output.json({"item": item.item_id, "indicator": indicator, "kind": kind})
    output.say("it waits for `stillwatch share publish`")
