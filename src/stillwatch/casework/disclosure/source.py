"""A case as disclosure needs it: decided, with its accounts, its evidence, and which detectors spoke."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch import __version__
from stillwatch.casework.cases.rows import case_at, number_of
from stillwatch.casework.cases.writing import number_of_case
from stillwatch.casework.disclosure.door import disclosable
from stillwatch.casework.disclosure.drafting import Drafting
from stillwatch.casework.disclosure.gathering import gather
from stillwatch.casework.evidence import snapshots
from stillwatch.casework.tables import cases as tables
from stillwatch.core.indicator import DetectorRef
from stillwatch.detection.replay import code_versions, recorded
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from stillwatch.casework.disclosure.model import Draft, Ports
    from stillwatch.core.case import Case
    from stillwatch.core.indicator import Marking
    from stillwatch.core.verdict import Reason
    from stillwatch.logs.contract import ReadOptions
    from stillwatch.logs.sources import Source


@dataclasses.dataclass(frozen=True, slots=True)
class Decided:
    """What a disclosure is drawn from.

    Attributes:
        members: accounts that the decision holds to be part of it; the spared ones are none.
        detectors: all that ran, with the digest of their source.
    """

    case: Case
    members: tuple[str, ...]
    reasons: tuple[Reason, ...]
    detectors: tuple[DetectorRef, ...]


def decided(connection: Connection, case_id: str) -> Decided:
    """A decided case with its evidence.

    Raises:
        StillwatchError: SW-CASE-01, there is none; SW-DISC-03, it is not decided; SW-DISC-10, it has no evidence.
    """
    number = number_of(connection, case_id)
    case = disclosable(connection, case_at(connection, number).case_id)
    taken = snapshots.of_case(connection, number_of_case(case))
    if not taken:
        raise StillwatchError(
            "no evidence was kept of this case",
            code="SW-DISC-10",
            where=case.case_id,
            hint="open cases from the folder of `stillwatch detect --out`",
        )
    latest = next((each for each in taken if each.digest == case.evidence), taken[-1])
    campaign = recorded.campaign_from(snapshots.content_of(connection, latest.digest))
    digests, package = code_versions.detector_code(), __version__
    if latest.site:
        site = recorded.site_from(snapshots.content_of(connection, latest.site))
        digests, package = site.detectors, site.package
    table = tables.accounts
    present = connection.execute(
        table.select()
        .where(table.c.number == number, table.c.present, table.c.covered)
        .order_by(table.c.account_id)
    )
    members = tuple(row.account_id for row in present if row.account_id not in set(case.spared))
    detectors = tuple(DetectorRef(name, package, digest) for name, digest in sorted(digests.items()))
    return Decided(case, members, campaign.reasons, detectors)


def draft(
    found: Decided, sources: Sequence[Source], options: ReadOptions, ports: Ports, marking: Marking
) -> Draft:
    """What of a decided case would leave.

    Raises:
        StillwatchError: SW-DISC-02, the logs cannot be read twice or hold nothing of it.
    """
    case = found.case
    observed = gather(
        sources,
        options,
        found.members,
        (case.first_ts, case.last_ts),
        ports.templates,
        ports.least_accounts,
        ports.common_place,
    )
    return Drafting(case, found.reasons, found.detectors, observed, ports, marking).draft()
