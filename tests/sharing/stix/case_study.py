"""ATLAS case study AML.CS0056 (distillation campaigns, made public in February 2026) as a member would share it.

What is public: commercial proxies, crafted prompts, API access, extraction, harm (the chain of techniques); about 24,000
accounts; proxy networks of more than 20,000 accounts; reasoning, grading, rewriting, agentic coding and vision; traffic
in step, replaced accounts, a move to a new model within a day. The case gives no weeks, so the week of publication
stands for all of them.
"""

from __future__ import annotations

import datetime
from typing import Any, Final

from stillwatch.core.indicator import CountClass, DetectorRef, Indicator, IndicatorKind, Marking
from stillwatch.core.shared_campaign import SharedCampaign, SharedInfrastructure, SharedLink
from stillwatch.core.weeks import valid_until
from stillwatch.sharing.stix.bundles import bundle
from stillwatch.sharing.stix.convert import Shared, to_stix
from stillwatch.sharing.stix.identities import identity
from stillwatch.sharing.stix.ids import repeatable_ids
from stillwatch.sharing.stix.markings import marking_refs
from stillwatch.sharing.stix.moments import midnight
from stillwatch.sharing.stix.techniques import mitigation_objects, technique_ref

CHAIN: Final = ("AML.T0008.005", "AML.T0065", "AML.T0040", "AML.T0024.002", "AML.T0048")
DAY: Final = datetime.date(2026, 3, 31)
WEEK: Final = "2026-02-23"
MEMBER: Final = "identity--9a1f0000-0000-4000-8000-000000000001"
DETECTORS: Final = (
    DetectorRef("collective_rhythm", "0.1.0", "1" * 64),
    DetectorRef("work_splitting", "0.1.0", "a" * 64),
)
_MARKS: Final = (
    (IndicatorKind.TIMING, "starts-together"),
    (IndicatorKind.TIMING, "replaced-in-hours"),
    (IndicatorKind.TIMING, "moved-to-new-model"),
    (IndicatorKind.COVERAGE, "reasoning-traces"),
    (IndicatorKind.COVERAGE, "grading"),
    (IndicatorKind.COVERAGE, "rewriting"),
    (IndicatorKind.COVERAGE, "agentic-tasks"),
    (IndicatorKind.COVERAGE, "vision"),
)


def lane_objects() -> list[dict[str, Any]]:
    """The objects of the automatic lane."""
    new = repeatable_ids(56)
    campaign = SharedCampaign(new("campaign"), CHAIN, CountClass.MORE, WEEK, WEEK, 90, Marking.CLEAR)
    proxies = SharedInfrastructure(
        new("infrastructure"), "proxy-network", CountClass.MORE, WEEK, WEEK, 90, Marking.CLEAR
    )
    marks = [
        Indicator(
            new("indicator"),
            kind,
            value,
            ("AML.T0024.002",),
            CountClass.MORE,
            WEEK,
            WEEK,
            DETECTORS,
            90,
            Marking.CLEAR,
            valid_until(WEEK, 26),
        )
        for kind, value in _MARKS
    ]
    links = [
        SharedLink(new("relationship"), campaign.campaign_id, "uses", technique_ref(technique), Marking.CLEAR)
        for technique in CHAIN
    ]
    links.append(
        SharedLink(
            new("relationship"), campaign.campaign_id, "uses", proxies.infrastructure_id, Marking.CLEAR
        )
    )
    links += [
        SharedLink(new("relationship"), mark.indicator_id, "indicates", campaign.campaign_id, Marking.CLEAR)
        for mark in marks
    ]
    things: list[Shared] = [campaign, proxies, *marks, *links]
    return [to_stix(thing, author=MEMBER, day=DAY) for thing in things]


def case_study() -> dict[str, Any]:
    """The whole bundle: the lane's objects, mitigations, and a report that cites the case."""
    shared = lane_objects()
    new = repeatable_ids(57)
    report = {
        "type": "report",
        "spec_version": "2.1",
        "id": new("report"),
        "created_by_ref": MEMBER,
        "created": midnight(DAY.isoformat()),
        "modified": midnight(DAY.isoformat()),
        "name": "AML.CS0056",
        "report_types": ["campaign"],
        "published": midnight(DAY.isoformat()),
        "object_refs": [obj["id"] for obj in shared],
        "external_references": [
            {
                "source_name": "mitre-atlas",
                "external_id": "AML.CS0056",
                "url": "https://atlas.mitre.org/studies/AML.CS0056",
            }
        ],
        "object_marking_refs": marking_refs(Marking.CLEAR),
    }
    member = identity(MEMBER, "Member 1", DAY.isoformat())
    return bundle([member, *shared, *mitigation_objects(), report], new)
