"""``stillwatch appeal`` and ``case enforce``: what bad input gives, and where orders go when a node runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.casework.campaigns import campaign, names, run
from tests.casework.lab import template

from stillwatch.casework.cases import CaseStore
from stillwatch.casework.records import open_records
from stillwatch.core.case import CaseDecision
from stillwatch.core.verdict import Call as Called
from stillwatch.core.verdict import Verdict
from stillwatch.enforcement.store import DecisionStore
from stillwatch.node.verdicts import VerdictStore

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def confirmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casework database with a confirmed case of twelve accounts."""
    path = template(tmp_path_factory.mktemp("confirmed"))
    with open_records(path, None) as records:
        cases = CaseStore(records.database, records.ledger, records.people)
        (case,) = cases.open_from(run(campaign("camp-1", names(1, 12))))
        case = cases.claim(case.case_id, "analyst-1", case.version)
        cases.decide(case.case_id, CaseDecision.CONFIRMED, "analyst-1", case.version, reason="one pool")
    return path


@pytest.fixture
def lab(call: Call, confirmed: Path, tmp_path: Path) -> Call:
    (tmp_path / "stillwatch-node").mkdir()
    shutil.copy(confirmed, tmp_path / "stillwatch-node" / "cases.sqlite")
    (tmp_path / "mail.txt").write_text("I review my own code.\n", encoding="utf-8")
    return call


def filed(lab: Call, account: str = "acct-00001") -> str:
    status, out, _ = lab("appeal", "file", account, "--words", "mail.txt", "--by", "support-desk", "--json")
    assert status == 0
    return str(json.loads(out)["appeal_id"])


def test_an_unknown_appeal_is_answered_with_the_nearest(lab: Call) -> None:
    known = filed(lab)
    status, _, err = lab("appeal", "show", known[:-2] + "zz")
    assert status == 2
    assert f"did you mean {known}?" in err


def test_a_service_files_and_claims_nothing(lab: Call) -> None:
    appeal = filed(lab)
    status, _, err = lab("appeal", "claim", appeal, "--by", "support-desk")
    assert status == 2
    assert "error[SW-PPL-01]: support-desk may not do this: decide-appeals" in err


def test_whoever_looked_at_an_older_version_changes_nothing(lab: Call) -> None:
    appeal = filed(lab)
    assert lab("appeal", "claim", appeal, "--seen", 1, "--by", "reviewer-2")[0] == 0
    decide = ("appeal", "decide", appeal, "upheld", "--reason", "it holds", "--by", "reviewer-2")
    status, _, err = lab(*decide, "--seen", 1)
    assert status == 2
    assert "error[SW-APL-18]" in err
    assert lab(*decide, "--seen", 2)[0] == 0


def test_words_that_are_none_are_refused(lab: Call, tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text(" \n", encoding="utf-8")
    status, _, err = lab("appeal", "file", "acct-1", "--words", "mail.txt", "--by", "support-desk")
    assert status == 2
    assert "error[SW-APL-02]: an appeal needs the account holder's own words" in err


def test_an_account_that_nothing_is_known_of_is_taken_in_with_a_warning(lab: Call, tmp_path: Path) -> None:
    file = ("appeal", "file", "acct-typo", "--words", "mail.txt", "--by", "support-desk")
    warning = "nothing kept here names acct-typo (no case, no measure in force, no verdict): is it the right account?"
    assert warning not in lab(*file)[2]  # no decisions lie here, so a measure may well be there
    node = tmp_path / "stillwatch-node"
    DecisionStore(node / "decisions.sqlite").close()
    for more in ((), ("--json",)):
        status, out, err = lab(*file, *more)
        assert (status, warning in err, bool(out)) == (0, True, True)
    assert "nothing kept here names" not in lab(*file[:2], "acct-00001", *file[3:])[2]
    verdicts = VerdictStore(node / "verdicts.sqlite", writer=True)
    verdicts.record([Verdict("acct-typo", Called.CLEAR, 0.0, None, None, ())], [], {}, 0.0, alarm="")
    verdicts.close()
    assert warning not in lab(*file)[2]


def test_a_statement_without_terms_says_what_is_missing(lab: Call) -> None:
    status, _, err = lab("appeal", "statement", "--account", "acct-00001")
    assert status == 3
    assert "error[SW-APL-30]" in err
    assert "--> terms.toml" in err
    assert lab("appeal", "statement")[0] == 2


def test_escalating_needs_one_appeal_or_the_clock(lab: Call) -> None:
    assert lab("appeal", "escalate", "--by", "analyst-1")[0] == 2
    status, out, err = lab("appeal", "escalate", "--overdue")
    assert (status, out) == (0, "")
    assert "0 went to counsel" in err
    appeal = filed(lab)
    assert (
        lab("appeal", "escalate", appeal, "--reason", "a question of law", "--by", "analyst-2")[1].strip()
        == appeal
    )
    assert "escalated" in lab("appeal", "list", "--escalated")[1]


def test_an_order_is_left_to_the_node_that_holds_the_decisions(lab: Call, tmp_path: Path) -> None:
    enforce = (
        "case",
        "enforce",
        "case-1",
        "block",
        "--for",
        "7d",
        "--reason",
        "one pool",
        "--by",
        "analyst-1",
    )
    path = tmp_path / "stillwatch-node" / "decisions.sqlite"
    with DecisionStore(path) as held:
        status, out, err = lab(*enforce)
        assert (status, len(held.active())) == (0, 0)
        assert "the node that runs here carries them out" in err
        assert "enforcement has not carried it out" in out
    assert lab("case", "show", "case-1")[1].count("ord-") == 1
    status, out, _ = lab(*enforce, "--json")
    assert json.loads(out)["order"]["state"] == "done"
    with DecisionStore(path, writer=False) as store:
        assert len(store.active()) == 12  # the second order took the place of the first


def test_what_a_case_would_do_is_shown_and_nothing_is_ordered(lab: Call) -> None:
    status, out, err = lab("case", "enforce", "case-1", "block", "--for", "1d", "--reason", "x", "--dry-run")
    assert (status, out.split()) == (0, names(1, 12))
    assert "nothing was ordered" in err
    assert "ordered" not in lab("case", "show", "case-1")[1]


def test_a_measure_without_a_time_is_a_matter_of_usage(lab: Call) -> None:
    status, _, err = lab("case", "enforce", "case-1", "block", "--reason", "x", "--by", "analyst-1")
    assert status == 2
    assert "say how long with --for, or --permanent" in err


@pytest.mark.parametrize(
    ("action", "code"), [("throttle", "SW-DEC-31: a throttle needs a rate"), ("degrade", "SW-DEC-33")]
)
def test_a_measure_that_could_not_be_carried_out_is_refused_and_leaves_no_order(
    lab: Call, action: str, code: str
) -> None:
    words = ("case", "enforce", "case-1", action, "--for", "7d", "--reason", "x", "--by", "analyst-1")
    for more in ((), ("--dry-run",)):
        status, _, err = lab(*words, *more)
        assert status == 2
        assert code.replace(": ", "]: ") in err
    assert "ord-" not in lab("case", "show", "case-1")[1]


def test_an_appeal_is_for_programs_as_well(lab: Call) -> None:
    appeal = filed(lab)
    said = json.loads(lab("appeal", "show", appeal, "--json")[1])
    assert (said["clock"], said["account_id"], said["orders"]) == ("in time", "acct-00001", [])
    assert said["involved"] == {"analyst-1": "decided case-1"}
    assert [each["appeal_id"] for each in json.loads(lab("appeal", "list", "--json")[1])] == [appeal]
