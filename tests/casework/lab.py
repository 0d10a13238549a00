"""A lab at work: casework and decisions on disk, people in their roles, and a clock that moves when a test says so."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from pathlib import Path

from tests.casework.campaigns import campaign, names, run

from stillwatch.casework.appeals.clock import Deadlines
from stillwatch.casework.appeals.filing import Filing
from stillwatch.casework.consequences.measures import Wanted
from stillwatch.casework.consequences.office import Office, open_office
from stillwatch.casework.consequences.rounds import Round, go_round
from stillwatch.casework.effects.model import GatewayReport
from stillwatch.casework.people import Role
from stillwatch.casework.records import open_records
from stillwatch.core.appeal import Appeal
from stillwatch.core.case import Case, CaseDecision
from stillwatch.core.decision import Action, Mode
from stillwatch.enforcement.case_orders import CaseOrders
from stillwatch.enforcement.store import DecisionStore

PEOPLE = {
    "admin-1": {Role.ADMINISTRATOR},
    "analyst-1": {Role.ANALYST},
    "analyst-2": {Role.ANALYST},
    "reviewer-1": {Role.REVIEWER},
    "reviewer-2": {Role.REVIEWER},
    "reviewer-3": {Role.REVIEWER},
    "counsel-1": {Role.COUNSEL},
    "auditor-1": {Role.AUDITOR},
    "support-desk": {Role.SERVICE},
}
WEEK = 7 * 86_400.0


class Time:
    """A clock."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 10, 9, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        return self.now

    def pass_(self, **some: float) -> None:
        self.now += datetime.timedelta(**some)


def template(folder: Path) -> Path:
    """A staffed casework database to copy, because making one takes longer than a test."""
    lab = Lab(folder)
    lab.staff()
    lab.close()
    return folder / "cases.sqlite"


class Lab:
    """Everything that a lab has, in one folder."""

    def __init__(self, folder: Path, *, place: str = "", key: bool = False) -> None:
        self.folder = folder
        self.time = Time()
        self.records = open_records(
            place or folder / "cases.sqlite", folder / "ledger.key" if key else None, now=self.time
        )
        self.decisions = DecisionStore(folder / "decisions.sqlite", clock=lambda: self.time.now.timestamp())
        self.enforcement = CaseOrders(self.decisions)
        self.office: Office = open_office(
            self.records, self.enforcement.answerable, Deadlines(), now=self.time
        )

    def staff(self) -> None:
        """Let everybody in."""
        for name, roles in PEOPLE.items():
            self.records.people.add(name, roles, by="admin-1")

    def close(self) -> None:
        self.decisions.close()
        self.records.database.close()

    def case(self, accounts: int = 12, name: str = "camp-1", *, first: int = 1) -> Case:
        """A case of so many accounts, opened by detection."""
        return self.office.cases.open_from(run(campaign(name, names(first, first + accounts - 1))))[0]

    def confirmed(self, accounts: int = 12, *, by: str = "analyst-1", spare: Iterable[str] = ()) -> Case:
        """The same, claimed and confirmed."""
        case = self.case(accounts)
        case = self.office.cases.claim(case.case_id, by, case.version)
        return self.decide(case, CaseDecision.CONFIRMED, by=by, spare=tuple(spare))

    def decide(self, case: Case, decision: CaseDecision, *, by: str, spare: tuple[str, ...] = ()) -> Case:
        return self.office.cases.decide(
            case.case_id, decision, by, case.version, reason="seen it", spare=spare
        )

    def blocked(self, case: Case, *, by: str = "analyst-1", ttl: float | None = WEEK) -> None:
        """The case's accounts blocked for a week, carried out."""
        wanted = Wanted(Action.BLOCK, Mode.ENFORCE, ttl, "collects training data")
        order = self.office.measures.order(
            case.case_id, wanted, by, self.office.cases.get(case.case_id).version
        )
        if order.approval_id:
            with self.records.database.write() as connection:
                self.records.approvals.approve(connection, order.approval_id, "reviewer-1", "agreed")
        self.round()

    def appeal(self, account: str = "acct-00001", words: str = "I review my own code.") -> Appeal:
        """An appeal of an account, as the support system files it."""
        self.time.pass_(seconds=1)
        return self.office.intake.file(Filing(account, words), "support-desk").appeal

    def claimed(self, appeal: Appeal, by: str = "reviewer-2") -> Appeal:
        return self.office.appeals.claim(appeal.appeal_id, by, appeal.version)

    def round(self) -> Round:
        return go_round(self.office, self.enforcement)

    def standing(self) -> set[str]:
        """Values of decisions in force that act."""
        return {
            each.value for each in self.decisions.active(mode=Mode.ENFORCE) if each.action is not Action.ALLOW
        }

    def gateway(self, name: str, version: int | None = None, *, epoch: str | None = None) -> int:
        """A gateway reports; the version it should have unless another is said. Returns what it confirmed."""
        report = GatewayReport(
            name,
            self.decisions.epoch if epoch is None else epoch,
            self.decisions.version if version is None else version,
            epoch is None,
            self.time.now.isoformat().replace("+00:00", "Z"),
        )
        return self.office.confirmations.take([report])
