"""One export from beginning to end: who may, what it holds, where it goes, and that the ledger knows of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stillwatch import clock
from stillwatch.casework.people import Act, may
from stillwatch.casework.times import written
from stillwatch.core.indicator import Marking
from stillwatch.reporting.case_export.contents import collect
from stillwatch.reporting.case_export.instructions import instructions_of
from stillwatch.reporting.case_export.masking import Masks, masked
from stillwatch.reporting.case_export.package import pretty, refuse_taken, with_manifest, write
from stillwatch.reporting.case_export.page import page_of
from stillwatch.reporting.case_export.proofs import proofs_of
from stillwatch.reporting.case_export.records import FORMAT, record_of
from stillwatch.reporting.case_export.stix import bundle_of
from stillwatch.storage.ledger import Entry

if TYPE_CHECKING:
    from stillwatch.casework.cases import CaseStore
    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records


@dataclasses.dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        manifest: BLAKE3 of the manifest, which the ledger has.
        entries: of the ledger, with their words; ``withheld`` as hashes only, ``pending`` not proven yet.
        withheld: see ``entries``.
        pending: see ``entries``.
        stix: whether the case is large enough for a bundle.
    """

    case_id: str
    out: Path
    manifest: str
    entries: int
    withheld: int
    pending: int
    stix: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Parts:
    """An export before it is written.

    Attributes:
        files: by name, without their manifest.
        about: what the manifest says besides.
        entries: of the ledger, with their words; ``withheld`` as hashes only, ``pending`` not proven yet.
    """

    case_id: str
    files: dict[str, bytes]
    about: dict[str, Any]
    made_ts: str
    entries: int
    withheld: int
    pending: int
    stix: bool


def parts_of(
    records: Records,
    store: CaseStore,
    case_id: str,
    person: Person,
    secret: bytes | None,
    *,
    now: clock.Clock = clock.now,
) -> Parts:
    """What an export of a case holds; see ``export``.

    Raises:
        StillwatchError: the person may not read evidence; SW-CASE-01, there is no such case; SW-LED-07, the ledger was
            never signed.
    """
    may(person, Act.READ_EVIDENCE)
    file = collect(records, store, case_id)
    with records.people.reading(
        person, file.case.case_id, "case export", "" if secret else "with account ids"
    ):
        file = collect(records, store, case_id)  # as of now, with the entry that says who reads it
    masks = None
    if secret is not None:
        ids = {account.account_id for account in file.accounts} | set(file.case.spared)
        if file.campaign is not None:
            ids |= {account.account_id for account in file.campaign.accounts}
        masks = Masks(secret, ids)
        file = masked(file, masks)
    moment = now()
    made_ts = written(moment)
    proofs = proofs_of(records.ledger, file.entries, masks)
    bundle = bundle_of(file, Marking.RED, moment.date())
    files = {
        "case.html": page_of(file, proofs, made_ts).encode(),
        "case.json": pretty(record_of(file, made_ts)),
        "ledger/proof.json": pretty(proofs.document),
        "ledger/withheld.json": pretty(list(proofs.withheld)),
        "ledger/public-key.txt": f"{proofs.public_key}\n".encode(),
        "HOW-TO-VERIFY.md": instructions_of(file, proofs, made_ts, stix=bundle is not None).encode(),
    } | ({} if bundle is None else {"stix.json": pretty(bundle)})
    return Parts(
        file.case.case_id,
        files,
        {"format": FORMAT, "case": file.case.case_id, "made_ts": made_ts, "account_ids": file.with_ids},
        made_ts,
        len(proofs.document["entries"]),
        len(proofs.withheld),
        len(proofs.pending),
        bundle is not None,
    )


def export(
    records: Records,
    store: CaseStore,
    case_id: str,
    person: Person,
    out: Path,
    secret: bytes | None,
    *,
    now: clock.Clock = clock.now,
) -> Exported:
    """Write the export of a case.

    Args:
        records: the open casework database.
        store: its cases.
        case_id: which.
        person: who exports; the ledger says so before anything is read, and what was written afterwards.
        out: a new folder, or a new file that ends in ``.zip``.
        secret: 32 bytes of the lab's own for the names that stand in place of account ids; None writes the ids.
        now: the clock.

    Raises:
        StillwatchError: the person may not read evidence; SW-CASE-01, there is no such case; SW-LED-07, the ledger was
            never signed; SW-EXP-11 and SW-EXP-12, it cannot be written there.
    """
    refuse_taken(out)
    parts = parts_of(records, store, case_id, person, secret, now=now)
    whole, digest = with_manifest(parts.files, parts.about)
    write(whole, out)
    details = {"manifest": digest, "account_ids": secret is None, "files": len(whole)}
    with records.database.write() as connection:
        entry = Entry("case-exported", parts.case_id, person.name, parts.made_ts, details)
        records.ledger.append(connection, [entry])
    return Exported(parts.case_id, out, digest, parts.entries, parts.withheld, parts.pending, parts.stix)
