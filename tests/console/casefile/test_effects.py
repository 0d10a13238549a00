"""What the page says would happen is what happens: counted before, done, and counted again."""

from __future__ import annotations

import pytest
from tests.casework.campaigns import campaign, names, run
from tests.casework.lab import WEEK
from tests.console.casefile.office import Desk, text_of

from stillwatch.casework.consequences.measures import Wanted
from stillwatch.casework.effects.model import Effect
from stillwatch.core.case import CaseDecision
from stillwatch.core.decision import Action, Mode


def simulated(lab, case_id="case-1"):
    wanted = Wanted(Action.BLOCK, Mode.SHADOW, WEEK, "collects training data")
    lab.office.measures.order(case_id, wanted, "analyst-1", lab.office.cases.get(case_id).version)
    lab.round()


def test_deciding_that_it_is_innocent_takes_back_as_much_as_was_said(lab):
    case = lab.confirmed(12)
    lab.blocked(case)
    said = Desk(lab).show("case", case_id="case-1").data["effects"]["innocent"]
    assert (said["accounts"], said["ended"]) == (12, 12)
    case = lab.office.cases.reopen("case-1", "analyst-1", case.version, reason="again")
    case = lab.office.cases.claim("case-1", "analyst-1", case.version)
    lab.time.pass_(seconds=1)
    lab.decide(case, CaseDecision.INNOCENT, by="analyst-1")
    lab.round()
    order = lab.office.orders.of_case("case-1")[-1]
    effects = [each.effect for each in lab.office.orders.touched(order.order_id)]
    assert effects == [Effect.ENDED] * said["ended"]
    assert len(lab.office.labels.all()) == said["accounts"]


def test_confirming_says_what_acts_now_and_what_is_simulated(lab):
    lab.case(12)
    simulated(lab)
    said = Desk(lab).show("case", case_id="case-1").data["effects"]["confirmed"]
    assert (said["accounts"], said["acting_now"], said["simulated_now"]) == (12, 0, 12)


def test_a_measure_is_counted_by_whom_it_would_be_new_for(lab):
    case = lab.confirmed(12, spare=["acct-00001"])
    lab.blocked(case)
    desk = Desk(lab)
    found = desk.show("case", "action=verify&mode=enforce&lasts=1d", case_id="case-1").data["measure"]
    assert (found["accounts"], found["handled"], found["new"]) == (11, 11, 0)
    assert "11 have a decision that acts already" in text_of(
        desk.html("case", "action=verify&mode=enforce&lasts=1d", case_id="case-1")
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("action=block&mode=enforce&lasts=7d", "Only a confirmed case carries a measure that acts"),
        ("action=throttle&lasts=permanent", "Only a block that acts can be without end"),
        ("action=shout&lasts=7d", "The measure is none that a case can order"),
        ("action=throttle&rate=many", "A limit is a number"),
    ],
)
def test_a_measure_that_cannot_be_ordered_says_why(lab, query, words):
    lab.case(12)
    assert words in text_of(Desk(lab).html("case", query, case_id="case-1"))


def test_an_order_whose_decisions_are_gone_cannot_be_lifted_from_the_page(lab):
    case = lab.confirmed(12)
    simulated(lab)
    lab.time.pass_(seconds=1)
    lab.blocked(case)
    rows = Desk(lab).show("case", case_id="case-1").data["orders"]
    assert [(row["mode"], row["in_force"], row["liftable"]) for row in rows] == [
        ("enforce", 12, True),
        ("shadow", 0, False),
    ]


def test_a_case_of_thousands_is_counted_whole_and_listed_in_part(lab):
    lab.office.cases.open_from(run(campaign("camp-9", names(1, 5000))))
    desk = Desk(lab)
    data = desk.show("case", case_id="case-1").data
    assert data["account_counts"]["attack"] == data["account_counts"]["all"] == 5000
    assert len(data["accounts"]) == 12
    assert data["links"]["accounts"] == 5000
    words = text_of(desk.html("case", case_id="case-1"))
    assert "The busiest 12 of 5,000" in words
    graph = desk.show("campaign", case_id="case-1").data["graph"]
    assert graph["drawn"] + graph["folded"] + graph["later"] == 5000
    assert len(desk.show("case", "rows=5000", case_id="case-1").data["accounts"]) == 5000
