"""What a case's export is made of, as of one moment."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.casework.disclosure.reading import disclosures_of

if TYPE_CHECKING:
    from stillwatch.casework.cases import CaseStore
    from stillwatch.casework.disclosure.model import Disclosure
    from stillwatch.casework.records import Records
    from stillwatch.core.case import Case, CaseAccount, CaseStep, CaseTask, RelatedCase
    from stillwatch.detection.replay.recorded import CampaignRecord
    from stillwatch.storage.ledger.entry import Logged

_PAGE = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with everything that belongs to it.

    Attributes:
        campaign: what the verdict rested on; None where no evidence was kept.
        entries: what the ledger says about the case and about what was approved for it, oldest first.
        with_ids: whether accounts stand in it by their ids; if not, by names that are good for this case only.
    """

    case: Case
    campaign: CampaignRecord | None
    accounts: tuple[CaseAccount, ...]
    steps: tuple[CaseStep, ...]
    tasks: tuple[CaseTask, ...]
    related: tuple[RelatedCase, ...]
    disclosures: tuple[Disclosure, ...]
    entries: tuple[Logged, ...]
    with_ids: bool = True


def collect(records: Records, store: CaseStore, case_id: str) -> CaseFile:
    """Read a case.

    Raises:
        StillwatchError: SW-CASE-01, there is none; SW-EVID-02, its evidence was changed.
    """
    case = store.get(case_id)
    with records.database.read() as connection:
        disclosures = disclosures_of(connection, records.approvals, case.case_id)
    return CaseFile(
        case,
        store.campaign(case.case_id) if case.evidence else None,
        _accounts(store, case.case_id),
        store.steps(case.case_id),
        store.tasks(case.case_id),
        store.related(case.case_id),
        disclosures,
        _entries(records, case.case_id, disclosures),
    )


def _accounts(store: CaseStore, case_id: str) -> tuple[CaseAccount, ...]:
    found: list[CaseAccount] = []
    while page := store.accounts(case_id, after=found[-1].account_id if found else "", most=_PAGE):
        found += page
    return tuple(found)


def _entries(records: Records, case_id: str, disclosures: tuple[Disclosure, ...]) -> tuple[Logged, ...]:
    """Entries about the case, and about every approval that was asked for it."""
    subjects = {case_id, *(each.approval_id for each in disclosures)}
    subjects |= {each.approval_id for each in records.approvals.list(None, subject=case_id)}
    found = {logged.index: logged for subject in subjects for logged in records.ledger.about(subject)}
    return tuple(found[index] for index in sorted(found))
