"""A lab that has worked for five weeks: cases of every end, measures, appeals, a disclosure; its clock is fixed."""

from __future__ import annotations

import datetime
from pathlib import Path

import msgspec
from tests.casework.campaigns import campaign, iso, names, run
from tests.casework.lab import WEEK, Lab

from stillwatch.core.appeal import Outcome
from stillwatch.core.case import Case, CaseDecision
from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.core.verdict import Call, Verdict
from stillwatch.enforcement.backtest import checkpoints_of
from stillwatch.enforcement.drafts import RULE, Draft
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.past import Past
from stillwatch.enforcement.proposals import Proposals
from stillwatch.reporting.reports.sources import Sources

BEGIN = datetime.datetime(2026, 3, 2, 8, tzinfo=datetime.UTC)
CASES = (
    # day, accounts, exchanges an hour, hours until decided, decision
    (0, 24, 180, 5, CaseDecision.CONFIRMED),
    (1, 6, 20, 30, CaseDecision.INNOCENT),
    (3, 14, 90, 9, CaseDecision.CONFIRMED),
    (8, 40, 310, 3, CaseDecision.CONFIRMED),
    (9, 5, 12, 52, CaseDecision.UNDECIDED),
    (10, 11, 60, 20, CaseDecision.INNOCENT),
    (15, 18, 140, 7, CaseDecision.CONFIRMED),
    (16, 9, 45, 26, CaseDecision.CONFIRMED),
    (17, 7, 30, 12, CaseDecision.CONFIRMED),
    (22, 32, 220, 4, CaseDecision.CONFIRMED),
    (23, 5, 15, 40, CaseDecision.INNOCENT),
    (24, 12, 75, 16, CaseDecision.CONFIRMED),
    (25, 8, 35, 0, None),
    (29, 21, 260, 6, CaseDecision.CONFIRMED),
    (30, 10, 55, 21, CaseDecision.INNOCENT),
    (31, 13, 120, 11, CaseDecision.CONFIRMED),
    (32, 17, 95, 0, None),
    (33, 6, 25, 0, None),
)


def busy(folder: Path) -> Lab:
    """The lab, on the morning after its last week."""
    lab = Lab(folder, key=True)
    lab.time.now = BEGIN
    lab.staff()
    first = 1
    for number, (day, accounts, hourly, hours, decision) in enumerate(CASES, 1):
        lab.time.now = BEGIN + datetime.timedelta(days=day, hours=number % 5)
        case = opened(lab, number, first, accounts, hourly)
        first += accounts
        if decision is not None:
            settled(lab, case, hours, decision)
    lab.time.now = BEGIN + datetime.timedelta(days=35, hours=-1)
    return lab


def opened(lab: Lab, number: int, first: int, accounts: int, hourly: int) -> Case:
    """A case that detection opens."""
    until = lab.time.now
    begin = until - datetime.timedelta(days=2)
    found = campaign(f"camp-{number}", names(first, first + accounts - 1), hourly=hourly)
    found = msgspec.structs.replace(
        found,
        first_ts=iso(begin),
        last_ts=iso(until),
        start=iso(begin),
        first_alarm_ts=iso(begin + datetime.timedelta(hours=6 + number % 9)),
        leaked=hourly * (6 + number % 9),
    )
    return lab.office.cases.open_from(msgspec.structs.replace(run(found), judged_until=iso(until)))[0]


def settled(lab: Lab, case: Case, hours: int, decision: CaseDecision) -> None:
    """It is claimed and decided; what follows from a confirmed one is carried out, and some appeal."""
    case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
    lab.time.pass_(hours=hours)
    case = lab.decide(case, decision, by="analyst-1")
    if decision is not CaseDecision.CONFIRMED:
        return
    lab.blocked(case, ttl=WEEK)
    ruled(lab, case)
    appealed(lab, case)


def ruled(lab: Lab, case: Case) -> None:
    """A rule throttles some, another one only simulates, and one block without end is proposed."""
    account = lab.office.cases.accounts(case.case_id, most=1)[0].account_id
    day, limits = 86_400.0, Limits(rate_per_minute=6)
    lab.decisions.add_all(
        [
            Draft(Scope.ACCOUNT, account, Action.THROTTLE, "seen", "policy", 2 * day, limits=limits, origin=RULE,
                  rule="slow-campaigns", grounds=("verdict",)),
            Draft(Scope.ACCOUNT, account, Action.BLOCK, "seen", "policy", day, mode=Mode.SHADOW, origin=RULE,
                  rule="block-reuse", grounds=("verdict",)),
        ]
    )  # fmt: skip
    lab.decisions.expire()
    if case.case_id.endswith("8"):
        wanted = [Draft(Scope.ACCOUNT, account, Action.BLOCK, "again", "analyst-1", None, grounds=("case",))]
        Proposals(lab.decisions).propose(wanted, why="a block without end", by="analyst-1")


def appealed(lab: Lab, case: Case) -> None:
    """Two accounts of every other case appeal; one in three is overturned."""
    number = int(case.case_id.rpartition("-")[2])
    if number % 2:
        return
    for place, account in enumerate(lab.office.cases.accounts(case.case_id, most=2)):
        appeal = lab.claimed(lab.appeal(account.account_id))
        lab.time.pass_(hours=20 + 5 * place)
        overturned = (number + place) % 3 == 0
        lab.office.appeals.decide(
            appeal.appeal_id,
            Outcome.OVERTURNED if overturned else Outcome.UPHELD,
            "reviewer-2",
            appeal.version,
            reason="looked at it again",
        )
    lab.round()


def sources(lab: Lab) -> Sources:
    """What reports of this lab are made from."""
    policy = lab.folder / "policy.yaml"
    policy.write_text(POLICY, encoding="utf-8")
    return Sources(
        lab.records,
        lab.office.cases,
        lab.records.people.get("analyst-1"),
        decisions=lab.decisions,
        policy=policy,
        past=past,
        secret=b"s" * 32,
        now=lab.time,
    )


POLICY = """\
version: 1
name: tried
brakes: {accounts: 0.25, traffic: 0.5}
rules:
  - id: block-attack
    when: verdict == 'attack' && score >= 0.95
    action: block
    ttl: 7d
    reason: Called an attack with certainty.
  - id: slow-watch
    when: verdict != 'clear'
    action: throttle
    ttl: 1d
    limits: {rate_per_minute: 6}
    reason: Not clear.
"""


def past() -> Past:
    """Findings of two weeks, an account of which a person knows to be honest, and one that is blocked already."""
    last = seconds_of("2026-04-05T00:00:00Z")
    calls = [
        *(_verdict(f"acct-{n:05}", Call.ATTACK, f"2026-03-{22 + n % 9:02}T05:00:00Z") for n in range(1, 25)),
        *(_verdict(f"acct-{n:05}", Call.WATCH) for n in range(25, 31)),
        *(_verdict(f"acct-{n:05}", Call.CLEAR) for n in range(31, 231)),
    ]
    labels = {"acct-00003": False, "acct-00004": True, "acct-00026": False, "acct-00040": True}
    line = {
        "campaign_id": "camp-1",
        "accounts": ["acct-00001"],
        "score": 0.99,
        "exchanges": 9,
        "verdict": "attack",
    }
    return Past(tuple(checkpoints_of(calls, [line], last)), labels, frozenset({"acct-00005"}))


def _verdict(account: str, call: Call, alarm: str | None = None) -> Verdict:
    score = {Call.ATTACK: 0.99, Call.WATCH: 0.6, Call.CLEAR: 0.01}[call]
    return Verdict(account, call, score, "camp-1" if call is Call.ATTACK else None, alarm, ())
