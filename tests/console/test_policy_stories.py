"""Policy, decisions, indicators and reports as people use them: with and without scripts, by two people where it takes two."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.console.running import Console, Visit, copied, running

from stillwatch.sharing.keys import make_key

HUB = """\
[hub]
name = "example-hub"
url = "http://127.0.0.1:9/taxii2/stillwatch/"
identity = "identity--00000000-0000-4000-8000-000000000001"
token_file = "hub.token"
signing_key = "signing.key"
"""


@pytest.fixture(scope="module")
def own(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console of this module's own, in a lab whose hub does not answer."""
    lab = copied(sample, tmp_path_factory.mktemp("policy") / "lab")
    (lab.node / "membership.toml").write_text(HUB, encoding="utf-8")
    (lab.node / "hub.token").touch(mode=0o600)
    (lab.node / "hub.token").write_text("token", encoding="ascii")
    make_key(lab.node / "signing.key")
    with running(lab) as found:
        yield found


@pytest.fixture
def enter(visit: Callable[..., Visit], own: Console) -> Callable[..., Visit]:
    return lambda name="analyst-1", **how: visit(name, at=own, **how)


def data(own: Console, path: str, name: str = "analyst-1") -> dict:
    status, body = own.get(path, name)
    assert status == 200, body
    return json.loads(body)


def test_a_rule_is_changed_tried_saved_and_let_act_by_two_people(
    enter: Callable[..., Visit], own: Console
) -> None:
    analyst = enter()
    page = analyst.page
    analyst.go("/policy/edit")
    text = page.input_value("#text")
    page.fill("#text", text.replace("score >= 0.95", "score >= "))
    page.wait_for_selector("#check :text('It cannot be used yet')", timeout=15_000)
    page.fill("#text", text.replace("score >= 0.95", "score >= 0.97"))
    page.wait_for_selector("#check :text('What saving changes')", timeout=15_000)
    analyst.go("/policy/edit")
    page.click("button[form=try]")
    assert "Innocent hit" in analyst.text()
    assert data(own, "/policy/backtest.json?of=draft")["run"] is True
    analyst.go("/policy/edit")
    page.fill("#reason", "only where it is surer")
    page.click("button.primary")
    assert "The policy was saved" in page.inner_text(".flash")
    rule = page.locator("section[aria-labelledby=rule-stop-attack]")
    rule.locator("summary").click()
    rule.locator("textarea").fill("the back-test looks right")
    rule.locator("button").click()
    assert "as soon as a reviewer agrees" in page.inner_text(".flash")
    assert "somebody else has to agree" in analyst.text()
    assert analyst.complaints == []

    reviewer = enter("reviewer-1", scripts=False)
    reviewer.go("/policy")
    asked = reviewer.page.locator("section.panel").first
    asked.locator("textarea").fill("seen the lists")
    asked.locator("button.primary").click()
    assert "acts from the node's next look on" in reviewer.page.inner_text(".flash")
    modes = {each["rule"]: each["mode"] for each in data(own, "/policy.json")["rules"]}
    assert modes["stop-attack"] == "enforce"
    reviewer.page.click(".flash button")
    modes = {each["rule"]: each["mode"] for each in data(own, "/policy.json")["rules"]}
    assert modes["stop-attack"] == "shadow"


def test_somebody_who_began_from_an_older_policy_is_told_and_loses_nothing(
    enter: Callable[..., Visit], own: Console
) -> None:
    late, quick = enter("analyst-2", scripts=False), enter("analyst-1", scripts=False)
    for visitor in (late, quick):
        visitor.go("/policy/edit")
    for visitor, words in ((quick, "# quick\n"), (late, "# late\n")):
        visitor.page.fill("#text", words + visitor.page.input_value("#text"))
        visitor.page.fill("#reason", "a comment")
        visitor.page.click("button.primary")
    assert "changed since you began" in late.text()
    late.go("/policy/edit")
    assert late.page.input_value("#text").startswith("# late")
    assert data(own, "/policy/edit.json", "analyst-2")["has_draft"] is True


def test_decisions_are_lifted_after_a_count_and_taken_again(
    enter: Callable[..., Visit], own: Console
) -> None:
    visitor = enter(scripts=False)
    page = visitor.page
    visitor.go("/decisions?show=acting&rule=hide-reasoning")
    before = data(own, "/decisions.json?rule=hide-reasoning")["paging"]["total"]
    page.click("a:has-text('Lift all of')")
    assert f"Lift {before} decisions?" in visitor.text()
    page.fill("#reason", "the rule was wrong")
    page.click("button.primary")
    assert f"{before} decisions were lifted" in page.inner_text(".flash")
    assert data(own, "/decisions.json?rule=hide-reasoning")["paging"]["total"] == 0
    page.click(".flash button")
    assert f"{before} decided again" in page.inner_text(".flash")
    account = data(own, "/decisions.json?action=degrade")["decisions"][0]["about"]
    visitor.go(f"/decisions?covers={account}")
    assert "wins" in visitor.text()


def test_nothing_is_lifted_where_it_is_not_what_was_counted(
    enter: Callable[..., Visit], own: Console
) -> None:
    visitor = enter(scripts=False)
    visitor.go("/decisions/lift?rule=stop-attack")
    visitor.page.evaluate("document.querySelector('[name=seen]').value = '1'")
    visitor.page.fill("#reason", "x")
    visitor.page.click("button.primary")
    assert "when you looked" in visitor.text()
    assert data(own, "/decisions.json?show=simulated&rule=stop-attack")["paging"]["total"] > 1


def test_a_block_without_end_waits_for_somebody_else(enter: Callable[..., Visit], own: Console) -> None:
    analyst = enter(scripts=False)
    analyst.go("/decisions/add?scope=account&value=acct-by-hand")
    analyst.page.select_option("#f-action", "block")
    analyst.page.check("[name=permanent]")
    analyst.page.fill("#reason", "came back four times")
    analyst.page.click("aside button.primary")
    assert "You proposed it, so somebody else has to answer" in analyst.text()
    reviewer = enter("reviewer-1", scripts=False)
    reviewer.go("/decisions?show=proposed")
    reviewer.page.fill("section.panel textarea", "seen the case")
    reviewer.page.click("section.panel button.primary")
    assert "1 decided, with you as the second person" in reviewer.page.inner_text(".flash")
    found = data(own, "/decisions.json?about=acct-by-hand")["decisions"]
    assert [(each["action"], each["expires_ts"]) for each in found] == [("block", None)]


def test_a_hub_that_does_not_answer_is_said_and_nothing_is_lost(
    enter: Callable[..., Visit], own: Console
) -> None:
    visitor = enter()
    visitor.go("/indicators")
    visitor.page.click("button:has-text('Fetch')")
    assert "The hub cannot be reached" in visitor.page.inner_text(".flash")
    assert data(own, "/indicators.json")["counts"][0]["indicators"] == 6
    name = data(own, "/indicators.json")["indicators"][0]["id"]
    visitor.go(f"/indicators/one?id={name}")
    visitor.page.click("summary:has-text('Say what you found')")
    visitor.page.select_option("#f-kind", "false-positive")
    visitor.page.fill("#reason", "one of our own test accounts")
    visitor.page.click("form[action='/indicators/say'] button.primary")
    visitor.go("/indicators/leaving")
    shown = data(own, "/indicators/leaving.json")
    assert [each["type"] for each in shown["objects"]] == ["sighting"]
    assert shown["objects"][0]["bytes"] in visitor.page.inner_text("main pre")
    assert visitor.axe() == []
    assert visitor.complaints == []


def test_a_report_is_made_opened_in_a_sandbox_and_saved(enter: Callable[..., Visit], own: Console) -> None:
    visitor = enter(scripts=False)
    page = visitor.page
    visitor.go("/reports")
    page.click("section[aria-labelledby=kind-backtest] button")
    assert "entered in the ledger" in page.inner_text(".flash")
    first = data(own, "/reports.json")["reports"][0]
    assert {"report.html", "report.json", "proof.json"} <= set(first["files"])
    answer = visitor.go(f"/reports/{first['name']}")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "In short" in page.inner_text("main")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('main > section')).borderTopStyle") == "solid"
    )
    status, body = own.get(f"/reports/{first['name']}?file=report.json")
    assert (status, json.loads(body)["report"]) == (200, "backtest")
    assert own.get(f"/reports/{first['name']}?file=../../cases.sqlite")[0] == 404
    assert own.get("/reports/none")[0] == 404


def test_a_suspect_is_entered_and_a_new_version_is_due(enter: Callable[..., Visit], own: Console) -> None:
    visitor = enter()
    page = visitor.page
    visitor.go("/attribution")
    assert "No model is under suspicion" in visitor.text()
    page.click("summary:has-text('Enter a suspect')")
    page.fill("#a-url", "https://models.example.com/v1")
    page.fill("#a-model", "copy<script>alert(1)</script>")
    page.fill("#reason", "answers like ours")
    page.click("form[action='/attribution/enter'] button.primary")
    assert data(own, "/attribution.json")["suspects"][0]["due"] == "never tested"
    assert visitor.axe() == []
    assert visitor.complaints == []


def test_who_may_only_read_is_offered_no_act_and_refused_each(enter: Callable[..., Visit]) -> None:
    visitor = enter("auditor-1")
    for path in ("/policy", "/decisions", "/indicators", "/attribution"):
        assert visitor.go(path).status == 200
        assert visitor.page.locator("main form[method=post] button.primary").count() == 0, path
    for path in ("/policy/edit", "/decisions/add", "/decisions/lift"):
        assert visitor.go(path).status == 403
