"""Whether the traffic store is whole, fresh, and keeps nothing longer than it may."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stillwatch.cli.checkup import Check, Finding, Site, State

if TYPE_CHECKING:
    from stillwatch.traffic.store import Store

_DAY_S: Final = 86_400
_GRACE_DAYS: Final = 2
_AHEAD_S: Final = 3_600


def _look(site: Site) -> Iterator[Finding]:
    from stillwatch.traffic.store import Store

    if not site.stores:
        yield Finding(
            State.ABSENT, "there is no traffic store yet", "stillwatch ingest LOGS, or stillwatch serve"
        )
    for path in site.stores:
        store = Store.open(path)
        yield from _parts(path, store)
        yield from _ages(store, site.settings.retention_days)


def _parts(path: Path, store: Store) -> Iterator[Finding]:
    missing = sum(not Path(part).is_file() for part in store.part_paths())
    if missing:
        yield Finding(
            State.BROKEN,
            f"{missing:,} of {len(store.manifest.parts):,} files of the store {path} are gone",
            "bring the folder back from a backup, or read the logs again into a new store",
        )
    else:
        yield Finding(
            State.FINE,
            f"the store {path} is whole: {store.rows:,} exchanges in {len(store.manifest.parts):,} files",
        )
    if store.manifest.background is None:
        yield Finding(
            State.ATTENTION,
            "the store has no background: what is common at this site is not known yet, and verdicts are more cautious",
            "stillwatch store background --rebuild, once a week of traffic is in",
        )


def _ages(store: Store, retention_days: int) -> Iterator[Finding]:
    parts = store.manifest.parts
    if not parts:
        return
    now = time.time()
    oldest = (now - min(part.first_ts for part in parts) / 1e6) / _DAY_S
    if oldest > retention_days + _GRACE_DAYS:
        yield Finding(
            State.ATTENTION,
            f"exchanges of {oldest:,.0f} days ago are kept, retention_days says {retention_days}",
            "stillwatch store purge",
        )
    ahead = max(part.last_ts for part in parts) / 1e6 - now
    if ahead > _AHEAD_S:
        yield Finding(
            State.ATTENTION,
            f"the latest exchange lies {ahead / 3600:,.1f} hours in the future",
            "set the clocks of the gateways, or of this machine",
        )


CHECK: Final = Check("store", "the traffic store", _look)
