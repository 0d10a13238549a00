"""The evidence behind a case, decoded once: its bytes are named by their digest, so a decoded one never goes stale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.casework.cases.rows import number_of
from stillwatch.casework.evidence import snapshots
from stillwatch.detection.replay import recorded
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.console.office import Office
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import CampaignRecord, Site


def record_of(office: Office, case: Case) -> CampaignRecord | None:
    """The campaign as it was last concluded; None where no evidence was kept.

    Raises:
        StillwatchError: SW-EVID-01 or SW-EVID-02, the evidence is gone or was changed.
    """
    return campaign_of(office, case.evidence) if case.evidence else None


def campaign_of(office: Office, digest: str) -> CampaignRecord:
    """The campaign of a digest.

    Raises:
        StillwatchError: SW-EVID-01 or SW-EVID-02, the evidence is gone or was changed.
    """

    def decoded() -> CampaignRecord:
        with office.records.database.read() as connection:
            return recorded.campaign_from(snapshots.content_of(connection, digest))

    return office.remembered(f"campaign {digest}", digest, decoded)


def site_of(office: Office, digest: str) -> Site | None:
    """The run that a campaign was judged in; None where it is gone or of another version."""

    def decoded() -> Site | None:
        try:
            with office.records.database.read() as connection:
                return recorded.site_from(snapshots.content_of(connection, digest))
        except StillwatchError:
            return None

    return office.remembered(f"site {digest}", digest, decoded) if digest else None


def taken(office: Office, case: Case) -> tuple[snapshots.Snapshot, ...]:
    """What the case's verdicts rested on and when, the oldest first."""
    with office.records.database.read() as connection:
        return snapshots.of_case(connection, number_of(connection, case.case_id))
