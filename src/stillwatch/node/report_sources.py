"""What reports are made from, as it lies in a node's folder."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.casework.cases import CaseStore
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.folder import Folder
from stillwatch.node.pasts import past_of
from stillwatch.node.share_desk import SHARING
from stillwatch.node.verdicts import VerdictStore
from stillwatch.reporting.reports.missing import lacking
from stillwatch.reporting.reports.sources import Sources
from stillwatch.storage.received.store import FAMILY
from stillwatch.storage.sql import SqlDatabase, database_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records
    from stillwatch.enforcement.past import Past


@contextlib.contextmanager
def report_sources(
    records: Records,
    person: Person,
    folder: Path,
    *,
    policy: Path | None = None,
    findings: Path | None = None,
    intel: str = "",
    secret: bytes | None = None,
    now: clock.Clock = clock.now,
) -> Iterator[Sources]:
    """Open what there is for looking, closed afterwards except for the records.

    Args:
        records: of casework, open.
        person: who asks.
        folder: of the node.
        policy: the policy in force; the node's own unless given.
        findings: what ``detect`` wrote, for where no node judged.
        intel: path or URL of what was received and sent; the node's own unless given.
        secret: of the lab's own, for names that stand in place of account ids; None writes ids.
        now: the clock.

    Raises:
        StillwatchError: something that is there cannot be read.
    """
    at = Folder(folder)
    with contextlib.ExitStack() as opened:
        decisions = verdicts = None
        if at.decisions.is_file():
            decisions = opened.enter_context(DecisionStore(at.decisions, writer=False))
        if at.verdicts.is_file():
            verdicts = VerdictStore(at.verdicts, writer=False)
            opened.callback(verdicts.close)
        database = SqlDatabase(database_url(intel or str(folder / SHARING)), FAMILY)
        opened.callback(database.close)
        own = policy or folder / "policy.yaml"

        def past() -> Past:
            found = past_of(records, decisions, verdicts, findings, now)
            if found is None:
                raise lacking("nothing was ever concluded here", "let a node judge, or name findings")
            return found

        yield Sources(
            records,
            CaseStore(records.database, records.ledger, records.people, now=now),
            person,
            decisions=decisions,
            sharing=database if database.exists() else None,
            policy=own if own.is_file() else None,
            past=past,
            secret=secret,
            now=now,
        )
