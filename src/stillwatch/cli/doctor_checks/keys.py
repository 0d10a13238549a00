"""Whether the keys are there, fit what was made with them, and are readable by their owner alone."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stillwatch.cli.checkup import Check, Finding, Site, State

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def _look(site: Site) -> Iterator[Finding]:
    settings = site.settings
    needed = bool(site.stores)
    for setting, path in (
        ("key_file", settings.key_file),
        ("ledger_key", settings.ledger_key),
        ("retention_key", settings.retention_key),
    ):
        yield _key(setting, path, needed=needed and setting == "key_file")
    if needed and settings.key_file.is_file():
        yield from _fits(site)


def _key(setting: str, path: Path, *, needed: bool) -> Finding:
    if not path.is_file():
        if needed:
            return Finding(
                State.BROKEN,
                f"`{setting}` is gone, and a store was written with it",
                "bring it back from your backup of keys; without it new traffic cannot be linked to old",
            )
        return Finding(State.ABSENT, f"`{setting}` is not made yet; it is made on first use")
    if path.stat().st_mode & _OTHERS:
        return Finding(
            State.BROKEN, f"others may read `{setting}`", f"chmod 600 {path}, and think about who has read it"
        )
    return Finding(State.FINE, f"`{setting}` is there, for its owner alone")


def _fits(site: Site) -> Iterator[Finding]:
    from stillwatch.traffic.pseudonyms import load_or_create
    from stillwatch.traffic.store import Store

    fingerprint = load_or_create(site.settings.key_file).fingerprint()
    for path in site.stores:
        if Store.open(path).manifest.key != fingerprint:
            yield Finding(
                State.BROKEN,
                f"the store {path} was written with another key than `key_file`",
                "point key_file to the key it was made with",
            )


CHECK: Final = Check("keys", "keys, whether they fit, and who may read them", _look)
