"""What the ledger says of an attribution, and the proof of it that goes with the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch import clock
from stillwatch.attribution.archive.folder import PROOF
from stillwatch.attribution.keys.entries import subject
from stillwatch.casework.times import written
from stillwatch.storage.ledger import Entry
from stillwatch.storage.ledger.proof_file import prove

if TYPE_CHECKING:
    from stillwatch.attribution.archive.folder import ArchiveFolder
    from stillwatch.attribution.plans.plan import Plan
    from stillwatch.casework.records import Records

STARTED: Final = "attribution-run-started"
STOPPED: Final = "attribution-run-stopped"
JUDGED: Final = "attribution-judged"


def enter(
    records: Records, kind: str, plan_id: str, by: str, details: dict[str, Any], now: clock.Clock = clock.now
) -> None:
    """An entry about a plan."""
    with records.database.write() as connection:
        records.ledger.append(connection, [Entry(kind, plan_id, by, written(now()), details)])


def write_proof(records: Records, plan: Plan, folder: ArchiveFolder) -> None:
    """Every entry about a plan and its keys with its proof, beside the answers; nothing where no head was ever signed.

    Raises:
        StillwatchError: SW-ATT-63, it cannot be written.
    """
    if not records.ledger.current_key():
        return
    size = records.ledger.head().size
    subjects = {plan.plan_id, *(subject(key.epoch) for key in plan.material.keys)}
    about = [logged.index for each in sorted(subjects) for logged in records.ledger.about(each)]
    document = prove(records.ledger, [index for index in about if index < size])
    folder.write(PROOF, orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
