"""From a committed plan to a verdict, with models that answer over HTTP."""

from __future__ import annotations

import dataclasses

import pytest
from tests.attribution.endpoints import says
from tests.attribution.planned import hasty
from tests.attribution.talkers import Talker, plan_file

from stillwatch.attribution.archive.folder import FINDINGS
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.plans.material import MATERIAL
from stillwatch.attribution.plans.preparing import prepare
from stillwatch.attribution.plans.reading import read_draft
from stillwatch.attribution.procedure.closing import close
from stillwatch.attribution.procedure.run import run
from stillwatch.attribution.suspects.register import SuspectRegister
from stillwatch.errors import StillwatchError


@pytest.fixture
def attribute(records, tmp_path):
    """Commits, runs and judges a plan for servers; gives the findings."""

    def done(servers, **more):
        person = records.people.get("analyst-1")
        made = prepare(read_draft(plan_file(tmp_path, servers, **more)))
        PlanBook(records).commit(made.plan, person)
        run(records, made.plan, made.draft.endpoints, tmp_path / "archive", person, client=hasty)
        return close(records, tmp_path / "archive", made.opened, person)

    return done


def test_a_copy_is_supported_and_the_ledger_has_the_findings(records, population, attribute, tmp_path):
    findings = attribute(population)
    assert findings.conclusion.verdict is Verdict.SUPPORTED
    assert findings.conclusion.clusters[0].cluster == "campaign-7"
    assert (findings.conclusion.controls, findings.conclusion.alarms) == (3, 0)
    judged = records.ledger.about("att-example")[-1].entry
    assert judged.kind == "attribution-judged"
    assert judged.details["findings"] == findings.digest
    assert (tmp_path / "archive" / FINDINGS).read_bytes() == findings.body()
    assert (tmp_path / "archive" / MATERIAL).stat().st_mode & 0o077 == 0


def test_an_innocent_model_is_not_supported(population, attribute):
    population["suspect"].behaviour = Talker("innocent")
    assert attribute(population).conclusion.verdict is Verdict.NOT_SUPPORTED


def test_too_few_controls_say_how_many_are_needed_and_support_nothing(population, attribute):
    for name in ("control-2", "control-3"):
        del population[name]
    conclusion = attribute(population).conclusion
    assert conclusion.verdict is Verdict.INCONCLUSIVE
    assert conclusion.controls_needed == 2
    assert any("2 more" in sentence for sentence in conclusion.limits)


def test_a_suspect_that_refuses_everything_gives_no_verdict(population, attribute):
    population["suspect"].behaviour = lambda _: says("", message={"content": None, "refusal": "I cannot."})
    findings = attribute(population)
    assert findings.conclusion.verdict is Verdict.INCONCLUSIVE
    assert "gave 0 of the 25 answers" in findings.conclusion.sentence


def test_one_answer_to_everything_and_another_language_are_told(population, attribute):
    population["suspect"].behaviour = lambda a: says(
        "Es tut mir leid, aber das ist nicht die Art von Frage, auf die ich mit einer Antwort dienen kann.",
        model="copy",
    )
    findings = attribute(population)
    assert findings.conclusion.verdict is Verdict.INCONCLUSIVE
    assert any("one and the same answer to 25 of 25" in remark for remark in findings.remarks)


def test_a_suspect_that_changed_is_judged_by_what_it_was_and_the_register_knows_the_new_version(
    records, population, attribute, secret
):
    old, new = Talker("copy", secret), Talker("other")

    def change(asked):
        return (
            old(asked)
            if asked.number < 25
            else dataclasses.replace(new(asked), body=new(asked).body | {"model": "v2"})
        )

    population["suspect"].behaviour = change
    register = SuspectRegister(records)
    person = records.people.get("analyst-1")
    suspect = register.add(population["suspect"].url, "copy", person)
    findings = attribute(population)
    assert any("became another model while it was asked" in remark for remark in findings.remarks)
    assert [version.label for version in register.versions(suspect.suspect_id)] == ["copy", "v2"]
    (due,) = register.due()
    assert (due.why, due.version.label) == ("a new version", "v2")


def test_keys_that_the_plan_did_not_commit_to_are_refused(lab, lab_records):
    prepared = prepare(read_draft(lab / "plan.toml"))
    files = {
        **prepared.opened.files,
        MATERIAL: prepared.opened.files[MATERIAL].replace(b"campaign-7", b"campaign-8"),
    }
    with pytest.raises(StillwatchError) as caught:
        close(
            lab_records,
            lab / "archive",
            dataclasses.replace(prepared.opened, files=files),
            lab_records.people.get("analyst-1"),
        )
    assert caught.value.code == "SW-ATT-66"
    assert (
        "material.json, or the tokeniser beside it, is not what the plan committed to" in caught.value.message
    )


def test_judging_again_gives_the_same_bytes(lab_records, archive):
    before = (archive / FINDINGS).read_bytes()
    close(lab_records, archive, None, lab_records.people.get("analyst-1"))
    assert (archive / FINDINGS).read_bytes() == before
