"""Three days of casework on what was found: claimed, confirmed, blocked, appealed, and some of it still waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.casework.appeals.clock import Deadlines
from stillwatch.casework.appeals.filing import Filing
from stillwatch.casework.consequences.measures import Wanted
from stillwatch.casework.consequences.office import open_office
from stillwatch.casework.consequences.rounds import go_round
from stillwatch.core.appeal import Outcome
from stillwatch.core.case import CaseDecision
from stillwatch.core.decision import Action, Limits, Mode
from stillwatch.core.verdict import Call
from stillwatch.enforcement.case_orders import CaseOrders

if TYPE_CHECKING:
    from stillwatch.casework.consequences.office import Office
    from stillwatch.casework.records import Records
    from stillwatch.cli.sample_lab.moments import Hours
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import Record
    from stillwatch.enforcement.store import DecisionStore

_WEEK: Final = 7 * 86_400.0


class Casework:
    """The people's work, one act after the other.

    Args:
        records: an open casework database with its people.
        decisions: the node's store of decisions.
        hours: the clock, which these use too.
    """

    def __init__(self, records: Records, decisions: DecisionStore, hours: Hours) -> None:
        self._hours = hours
        self._enforcement = CaseOrders(decisions)
        self._office: Office = open_office(records, self._enforcement.answerable, Deadlines(), now=hours)
        self._records = records

    def work(self, found: Record) -> None:
        """From the alarm until now."""
        self._hours.at(70)
        cases = self._office.cases.open_from(found, watch=True)
        ranked = sorted(cases, key=lambda case: (-case.leaked, case.case_id))
        first, second, third, *_ = [case for case in ranked if case.verdict is Call.ATTACK]
        confirmed = self._confirm(first)
        self._block(confirmed)
        self._appeals(confirmed)
        self._begin(second)
        self._leave_undecided(third)

    def _confirm(self, case: Case) -> Case:
        """The clearest one: claimed, looked into, simulated, confirmed."""
        office, by = self._office, "analyst-1"
        self._hours.at(68)
        case = office.cases.claim(case.case_id, by, case.version)
        office.cases.note(
            case.case_id, "Asked two owners on the list for their use of the API; no answer so far.", by
        )
        office.cases.task(case.case_id, "Ask sales whether one of the organisations is known", by)
        self._hours.at(66)
        case = office.cases.get(case.case_id)
        simulated = Wanted(Action.BLOCK, Mode.SHADOW, _WEEK, "Simulated before anything is decided.")
        office.measures.order(case.case_id, simulated, by, case.version)
        go_round(office, self._enforcement)
        self._hours.at(60)
        accounts = office.cases.accounts(case.case_id)
        spared = tuple(each.account_id for each in accounts if each.verdict is not Call.ATTACK)[:1]
        return office.cases.decide(
            case.case_id,
            CaseDecision.CONFIRMED,
            by,
            office.cases.get(case.case_id).version,
            reason="One pool of tasks is worked off by accounts that share payments; no owner explains it.",
            spare=spared,
        )

    def _block(self, case: Case) -> None:
        """For a week at once; without end only once somebody else agrees, which nobody has yet."""
        office = self._office
        self._hours.at(59)
        wanted = Wanted(Action.BLOCK, Mode.ENFORCE, _WEEK, "Collects training data; confirmed by a person.")
        office.measures.order(case.case_id, wanted, "analyst-1", office.cases.get(case.case_id).version)
        go_round(office, self._enforcement)
        self._hours.at(20)
        endless = Wanted(Action.BLOCK, Mode.ENFORCE, None, "No answer from any owner within two days.")
        office.measures.order(case.case_id, endless, "analyst-1", office.cases.get(case.case_id).version)

    def _appeals(self, case: Case) -> None:
        """One is upheld, one overturned, one waits."""
        office = self._office
        members = [
            each.account_id
            for each in office.cases.accounts(case.case_id)
            if each.verdict is Call.ATTACK and each.account_id not in case.spared
        ]
        words = (
            "We build study cards for a school. All our tasks come from one list because the teachers share it.",
            "I review my own code with your model, with a template from a tutorial. Please look at it again.",
            "Why was this account blocked? We are three people and use one card.",
        )
        self._hours.at(48)
        appeals = [
            office.intake.file(Filing(account, said), "support-desk").appeal
            for account, said in zip(members, words, strict=False)
        ]
        self._hours.at(40)
        for appeal, outcome, reason in zip(
            appeals,
            (Outcome.UPHELD, Outcome.OVERTURNED),
            (
                "Most of its tasks are of the list that only this campaign has, and nobody knows the school.",
                "It asked a handful of questions about code of its own and shares an address, nothing else.",
            ),
            strict=False,
        ):
            taken = office.appeals.claim(appeal.appeal_id, "reviewer-2", appeal.version)
            office.appeals.decide(taken.appeal_id, outcome, "reviewer-2", taken.version, reason=reason)
            go_round(office, self._enforcement)

    def _begin(self, case: Case) -> None:
        """Claimed, with a measure that only simulates."""
        office, by = self._office, "analyst-2"
        self._hours.at(12)
        case = office.cases.claim(case.case_id, by, case.version)
        slowed = Wanted(
            Action.THROTTLE,
            Mode.SHADOW,
            _WEEK,
            "To see what six requests a minute would cost them.",
            Limits(rate_per_minute=6),
        )
        office.measures.order(case.case_id, slowed, by, case.version)
        go_round(office, self._enforcement)

    def _leave_undecided(self, case: Case) -> None:
        """The evidence carries neither way."""
        office, by = self._office, "analyst-2"
        self._hours.at(8)
        case = office.cases.claim(case.case_id, by, case.version)
        office.cases.decide(
            case.case_id,
            CaseDecision.UNDECIDED,
            by,
            case.version,
            reason="The graders may be one company's evaluation; its owner was asked and has until Friday.",
        )
