"""Pull what other members reported since the last time."""

from __future__ import annotations

from pathlib import Path

import click

from stillwatch.cli.options import json_option, quiet_option
from stillwatch.cli.output import Output
from stillwatch.cli.share_desk import desk, desk_options


@click.command(
    epilog="Exit status: 0 done, 5 the hub cannot be reached; what was read before stays.\n\n"
    "\b\nExample:\n  stillwatch intel pull"
)
@desk_options
@quiet_option
@json_option
def command(
    cases: str | None,
    folder: Path,
    ledger_key: Path | None,
    hub: Path | None,
    intel: str | None,
    gate_policy: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Pull indicators and sightings of other members.

    It goes on where the last pull stopped, after minutes or weeks. Each object is checked; with `log_key` in the
    membership file its place in the hub's log is, too. Retractions take effect at once and are acknowledged.
    """
    from stillwatch.node.share_outbox import weigh
    from stillwatch.sharing.client.fetch import pull

    output = Output(as_json=as_json, quiet=quiet)
    with desk(cases, folder, ledger_key, hub, intel, gate_policy) as at:
        pulled = pull(at.connect(), at.membership, at.store, at.journal, at.gate)
        weigh(at)
    applied = pulled.applied
    if as_json:
        output.json(
            {
                "new": applied.new,
                "changed": applied.changed,
                "revoked": list(applied.revoked),
                "sightings": applied.sightings,
                "advisories": applied.advisories,
                "acknowledged": pulled.acknowledged,
                "refused": [{"id": each.object_id, "why": each.why} for each in pulled.refused],
                "pages": pulled.pages,
                "told_after_days": pulled.told_after_days,
            }
        )
    for each in pulled.refused:
        output.say(f"put aside: {each.object_id}: {each.why}")
    for identifier in applied.revoked:
        output.say(f"taken back: {identifier}; nothing rests on it any more")
    output.say(
        f"{applied.new} new, {applied.changed} changed, {applied.sightings} sightings, {applied.advisories} advisories"
    )
    if pulled.told_after_days:
        output.say(
            f"the hub tells this member of indicators {pulled.told_after_days} days after others, for what it gave so "
            "far; retractions come at once. What counts: being right, and checking what others reported "
            "(stillwatch intel sighting)"
        )
    if pulled.trouble is not None:
        raise pulled.trouble
