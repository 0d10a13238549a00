"""Evidence that is missing, gone or changed is said on the page, and the case can still be looked at."""

from __future__ import annotations

import sqlalchemy
from tests.casework.campaigns import campaign, names, run
from tests.console.casefile.office import Desk, text_of

from stillwatch.casework.tables import evidence as tables


def test_evidence_that_was_changed_is_told_and_nothing_is_shown_of_it(lab):
    case = lab.case(12)
    with lab.records.database.write() as connection:
        connection.execute(
            sqlalchemy.update(tables.contents)
            .where(tables.contents.c.digest == case.evidence)
            .values(content=b"another")
        )
    desk = Desk(lab)
    words = text_of(desk.html("case", case_id="case-1"))
    assert "This evidence was changed after it was taken. Do not decide on it" in words
    assert desk.show("case", case_id="case-1").data["links"] is None
    assert "12 attack" in words


def test_a_case_from_before_accounts_had_times_has_a_graph_without_a_slider(lab):
    lab.case(12)
    words = Desk(lab).html("campaign", case_id="case-1")
    assert 'type="range"' not in words
    assert "12 of 12 accounts drawn" in text_of(words)


def test_a_case_that_was_merged_leads_to_the_one_that_took_it_in(lab):
    one = lab.case(12)
    two = lab.office.cases.open_from(run(campaign("camp-2", names(50, 60))))[0]
    lab.office.cases.merge(
        one.case_id, two.case_id, "analyst-1", (one.version, two.version), reason="one card pays for both"
    )
    view = Desk(lab).show("case", case_id=two.case_id)
    assert view.data["case"]["merged_into"] == one.case_id
    assert not any(view.data["may"][each] for each in ("claim", "decide", "measure", "close", "reopen"))


def test_who_may_not_is_offered_nothing_that_changes_a_case(lab):
    lab.case(12)
    may = Desk(lab, "auditor-1").show("case", case_id="case-1").data["may"]
    assert {name for name, allowed in may.items() if allowed} == {"evidence"}
