"""Whether what other labs share still arrives, and the membership's keys are its owner's alone."""

from __future__ import annotations

import datetime
import stat
from collections.abc import Iterator
from typing import Final

from stillwatch import clock
from stillwatch.cli.checkup import Check, Finding, Site, State

_OLD: Final = datetime.timedelta(days=2)


def _look(site: Site) -> Iterator[Finding]:
    from stillwatch.storage.received.store import FAMILY, ReceivedStore
    from stillwatch.storage.sql import SqlDatabase

    membership = site.node / "membership.toml"
    if not membership.is_file():
        yield Finding(State.ABSENT, "this lab is no member of a hub here")
        return
    if membership.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield Finding(State.BROKEN, "others may read the membership file", f"chmod 600 {membership}")
    place = site.node / "sharing.sqlite"
    with SqlDatabase(place, FAMILY) as database:
        read = ReceivedStore(database).last_read() if database.exists() else {}
    if not read:
        yield Finding(State.ATTENTION, "nothing was ever read from the hub", "stillwatch intel pull")
    for (_hub, collection), at in sorted(read.items()):
        age = clock.now() - datetime.datetime.fromisoformat(at)
        sentence = f"collection {collection} was last read {age.total_seconds() / 3600:,.1f} hours ago"
        if age > _OLD:
            yield Finding(State.ATTENTION, sentence, "run `stillwatch intel pull` daily")
        else:
            yield Finding(State.FINE, sentence)


CHECK: Final = Check("sharing", "membership in a hub", _look)
