"""``stix.json``: the campaign and what was approved to be told of it, as a STIX 2.1 bundle that stands alone."""

from __future__ import annotations

import datetime
import uuid
from typing import TYPE_CHECKING, Any

from stillwatch.casework.disclosure.model import Stage
from stillwatch.core.indicator import CountClass, Marking
from stillwatch.core.shared_campaign import SharedCampaign, SharedLink
from stillwatch.core.weeks import week_of
from stillwatch.sharing.stix import to_stix
from stillwatch.sharing.stix.bundles import bundle

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator
    from stillwatch.reporting.case_export.contents import CaseFile

_ALWAYS = ("AML.T0024.002", "AML.T0040")
_OUT = (Stage.APPROVED, Stage.RELEASED)


def bundle_of(file: CaseFile, marking: Marking, day: datetime.date) -> dict[str, Any] | None:
    """The bundle; None where the case has too few accounts to be spoken of in classes."""
    size = CountClass.of(sum(account.present for account in file.accounts))
    if size is None:
        return None
    case = file.case
    first, last = (week_of(datetime.datetime.fromisoformat(ts)) for ts in (case.first_ts, case.last_ts))
    indicators = _indicators(file)
    techniques = sorted({each for indicator in indicators for each in indicator.techniques} | set(_ALWAYS))
    campaign = SharedCampaign(
        f"campaign--{uuid.uuid4()}",
        tuple(techniques),
        size,
        first,
        last,
        10 * int(10 * min(case.score, 0.9)),
        marking,
    )
    links = [
        SharedLink(
            f"relationship--{uuid.uuid4()}",
            indicator.indicator_id,
            "indicates",
            campaign.campaign_id,
            marking,
        )
        for indicator in indicators
    ]
    things: list[SharedCampaign | Indicator | SharedLink] = [campaign, *indicators, *links]
    return bundle([to_stix(each, day=day) for each in things])


def _indicators(file: CaseFile) -> list[Indicator]:
    found = {
        indicator.indicator_id: indicator
        for disclosure in file.disclosures
        if disclosure.stage in _OUT
        for indicator in disclosure.indicators
    }
    return list(found.values())
