"""What is done with the hub from the console: fetched, sent, taken back, and said about others' indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from stillwatch.casework.outbox.store import Outbox
from stillwatch.console.contract import Done
from stillwatch.console.desks import sharing
from stillwatch.console.intel.theirs import one
from stillwatch.core.indicator import CountClass, Marking, SightingKind
from stillwatch.errors import ExitCode
from stillwatch.node.share_outbox import put_retraction, put_sighting, send, weigh
from stillwatch.sharing.client.fetch import pull
from stillwatch.sharing.client.journal import ShipmentState, counts

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form
    from stillwatch.errors import StillwatchError
    from stillwatch.sharing.client.publish import Sent

HOME: Final = "/indicators"
MINE: Final = "/indicators?show=mine"


def fetch(ask: Ask, form: Form) -> Done:  # noqa: ARG001 - every action takes one
    """Fetch what other members reported since the last time."""
    with sharing(ask.office) as desk:
        pulled = pull(desk.connect(), desk.membership, desk.store, desk.journal, desk.gate)
        weigh(desk)
    got = pulled.applied
    said = f"{got.new:,} new, {got.changed:,} changed, {got.sightings:,} sightings, {len(got.revoked):,} taken back."
    if pulled.trouble is not None:
        return Done(HOME, f"{_unreached(pulled.trouble)} What was read before that stays: {said}", warn=True)
    return Done(HOME, said, warn=bool(pulled.refused))


def transmit(ask: Ask, form: Form) -> Done:  # noqa: ARG001 - every action takes one
    """Send what two people approved and what waits besides."""
    with sharing(ask.office) as desk:
        sent = send(desk)
    return _told(sent)


def take_back(ask: Ask, form: Form) -> Done:
    """Take one's own indicator back: every member learns it at its next fetch."""
    with sharing(ask.office) as desk:
        put_retraction(desk, form.needed("indicator"), ask.person.name, form.reason)
        sent = send(desk)
    return _told(sent)


def say(ask: Ask, form: Form) -> Done:
    """Say what was found when somebody looked for another's indicator."""
    name = form.needed("indicator")
    kind = form.word("kind", SightingKind)
    found = one(ask.office, name)
    given = form.text("accounts").strip()
    size = CountClass.of(int(given)) if given.isdecimal() and kind is SightingKind.SEEN else None
    records = ask.office.records
    put_sighting(
        records,
        Outbox(records.database),
        name,
        kind,
        size,
        Marking(found["marking"]),
        ask.person.name,
        form.reason,
    )
    here = f"/indicators/one?{urlencode({'id': name})}"
    return Done(here, f"“{kind}” waits to be sent, and counts here from the next fetch on.")


def _told(sent: Sent) -> Done:
    """What became of what was sent."""
    said = counts(sent.shipments)
    refused = [each.why for each in sent.shipments if each.state is ShipmentState.REFUSED]
    words = (
        ", ".join(f"{number:,} {state}" for state, number in said.items())
        if sent.shipments
        else "nothing waits"
    )
    if sent.trouble is not None:
        return Done(MINE, f"{_unreached(sent.trouble)} It waits and will be sent once ({words}).", warn=True)
    more = f" Refused: {refused[0]}." if refused else ""
    return Done(MINE, f"{words[:1].upper()}{words[1:]}.{more}", warn=bool(refused))


def _unreached(trouble: StillwatchError) -> str:
    first = "The hub cannot be reached" if trouble.exit_code is ExitCode.REMOTE_FAILED else "The hub said no"
    return f"{first}: {trouble.message}."
