"""A decided, disclosed case with everything a case can have, exported from a lab whose clock and keys are fixed."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

from tests.casework.campaigns import BEGIN, campaign, iso, names, run
from tests.casework.disclosure.logs import AUTHOR, MEMBERS, campaign_lines, other_lines, ports, written
from tests.casework.lab import Lab

from stillwatch.casework.disclosure.door import Door
from stillwatch.casework.disclosure.source import decided, draft
from stillwatch.core.case import CaseDecision
from stillwatch.core.indicator import Marking
from stillwatch.core.verdict import Link, Reason
from stillwatch.detection.replay.recorded import CampaignRecord, Exemplar
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.reporting.case_export.export import Exported, export

SECRET = b"s" * 32


def full_campaign(accounts: int) -> CampaignRecord:
    """A campaign with links, an innocent explanation, and a reason that names a partner."""
    import msgspec

    members = names(1, accounts)
    found = campaign("camp-1", members, pivots=[("payment", "00ff00ff00ff00ff")])
    counts = tuple(20 + 15 * (k % 7) for k in range(48))
    return msgspec.structs.replace(
        found,
        counts=counts,
        exchanges=sum(counts),
        reasons=(
            Reason("work_splitting", 9.4, "one request in 210 was sent twice, where 1 in 6 would be usual"),
            Reason("novelty", 6.1, "carried by 0.1 % of earlier accounts"),
            Reason("no_follow_up", -3.0, "a third of the exchanges go on in a conversation"),
            Reason("declared_reseller", -2.5, "common addresses are those of the reseller “Example Resale”"),
        ),
        innocent_explanation="One customer with many accounts: 60 % of them belong to organisation org-example. "
        "Ask its owner what they work on and whether its contract allows it.",
        missing=("user_agent",),
        links=tuple(
            Link(left, right, "content", 20.0 - place, f"both sent phrases that {left} sent first")
            for place, (left, right) in enumerate(itertools.pairwise(members[:6]))
        ),
        exemplars=(Exemplar(members[0], "req-secret-1", iso(BEGIN)),),
    )


def worked_case(lab: Lab, accounts: int = len(MEMBERS)) -> str:
    """A case that was claimed, noted on, decided and, where it is large enough, disclosed; returns its id."""
    cases = lab.office.cases
    case = cases.open_from(run(full_campaign(accounts)))[0]
    lab.time.pass_(minutes=10)
    case = cases.claim(case.case_id, "analyst-1", case.version)
    case = cases.note(case.case_id, "acct-00003 wrote to us; see ticket 12.", "analyst-1", case.version)
    cases.task(case.case_id, "Ask the owner of acct-00004.", "analyst-1", due_ts="2026-03-12T09:00:00.000Z")
    lab.time.pass_(hours=1)
    case = cases.get(case.case_id)
    cases.decide(
        case.case_id,
        CaseDecision.CONFIRMED,
        "analyst-1",
        case.version,
        reason="One pool of prompts; acct-00002 is a bystander.",
        spare=["acct-00002"],
    )
    if accounts >= len(MEMBERS):
        disclosed(lab, case.case_id)
    return case.case_id


def disclosed(lab: Lab, case_id: str) -> None:
    """The case's indicators, approved by a reviewer and by counsel."""
    use = ports()
    place = written(lab.folder, campaign_lines(MEMBERS) + other_lines())
    with lab.records.database.read() as connection:
        found = decided(connection, case_id)
    door = Door(lab.records, use, now=lab.time)
    asked = door.request(
        draft(found, expand((str(place),)), ReadOptions(), use, Marking.AMBER), "hub-1", AUTHOR, "analyst-1"
    )
    for who in ("reviewer-1", "counsel-1"):
        lab.time.pass_(minutes=5)
        door.approve(asked.disclosure_id, who, asked.digest)


def exported(lab: Lab, case_id: str, out: Path, *, with_ids: bool = False, by: str = "counsel-1") -> Exported:
    """The case's export."""
    return export(
        lab.records,
        lab.office.cases,
        case_id,
        lab.records.people.get(by),
        out,
        None if with_ids else SECRET,
        now=lab.time,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Made:
    """A lab with two exports of one case."""

    lab: Lab
    case_id: str
    masked: Path
    plain: Path
    told: Exported
