"""Everything that acts on cases, answers appeals and takes mistakes back, put together over one casework database."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch import clock
from stillwatch.casework.appeals.accused import Accusations
from stillwatch.casework.appeals.escalation import Escalation
from stillwatch.casework.appeals.impartial import Answerable, Impartiality
from stillwatch.casework.appeals.intake import Intake
from stillwatch.casework.appeals.reading import AppealReader
from stillwatch.casework.appeals.store import Appeals
from stillwatch.casework.cases.store import CaseStore
from stillwatch.casework.consequences.measures import Measures
from stillwatch.casework.effects.confirmations import Confirmations
from stillwatch.casework.effects.orders import Orders
from stillwatch.casework.effects.taking_back import TakingBack
from stillwatch.casework.labels.store import Labels
from stillwatch.casework.outbox.store import Outbox
from stillwatch.casework.statements.store import Statements

if TYPE_CHECKING:
    from stillwatch.casework.appeals.clock import Deadlines
    from stillwatch.casework.records import Records


@dataclasses.dataclass(frozen=True, slots=True)
class Office:
    """The parts, by what they are for."""

    cases: CaseStore
    accusations: Accusations
    intake: Intake
    appeals: Appeals
    escalation: Escalation
    orders: Orders
    confirmations: Confirmations
    outbox: Outbox
    labels: Labels
    taking_back: TakingBack
    measures: Measures
    statements: Statements


def open_office(
    records: Records, answerable: Answerable, deadlines: Deadlines, *, now: clock.Clock = clock.now
) -> Office:
    """Put the parts together.

    Args:
        records: an open casework database.
        answerable: who decided about an account outside of cases: enforcement's part.
        deadlines: how long an appeal may take.
        now: gives the present moment.
    """
    database, ledger, people = records.database, records.ledger, records.people
    cases = CaseStore(database, ledger, people, now=now)
    appeals = AppealReader(database, now=now)
    accusations = Accusations(cases, appeals)
    orders = Orders(database, ledger, now=now)
    outbox = Outbox(database, now=now)
    labels = Labels(database, now=now)
    taking_back = TakingBack(orders, outbox, labels, now=now)
    impartiality = Impartiality(cases, records.approvals, orders, answerable)
    return Office(
        cases=cases,
        accusations=accusations,
        intake=Intake(people, accusations, deadlines, now=now),
        appeals=Appeals(people, accusations, impartiality, taking_back, now=now),
        escalation=Escalation(people, deadlines, now=now),
        orders=orders,
        confirmations=Confirmations(database, ledger, now=now),
        outbox=outbox,
        labels=labels,
        taking_back=taking_back,
        measures=Measures(records, orders, accusations, appeals, now=now),
        statements=Statements(people, now=now),
    )
