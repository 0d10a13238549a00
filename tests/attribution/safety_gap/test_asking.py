"""From two models behind real endpoints to a report, and what can go wrong on the way."""

from __future__ import annotations

import itertools
import json
import stat
import threading
from collections.abc import Iterator

import pytest
from tests.attribution.safety_gap.models import COMPLIANCE, REFUSAL, Model, careful, careless

from stillwatch.attribution.archive.chain import Chain, read_chain
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.attribution.querying.client import Client
from stillwatch.attribution.querying.endpoint import Endpoint
from stillwatch.attribution.safety_gap import folder
from stillwatch.attribution.safety_gap.asking import SUSPECT, TEACHER, ask_both
from stillwatch.attribution.safety_gap.comparison import compare
from stillwatch.attribution.safety_gap.judges.rules import RuleJudge
from stillwatch.attribution.safety_gap.judging import judge_all, read_judged, write_judged
from stillwatch.attribution.safety_gap.prompts import Category, Outcome
from stillwatch.attribution.safety_gap.sets.registry import read_sets
from stillwatch.errors import StillwatchError

SOME = tuple(read_sets(["project"])[::10])


@pytest.fixture
def serve() -> Iterator[object]:
    models: list[Model] = []

    def make(behave, name="m") -> Model:
        models.append(Model(behave, name))
        return models[-1]

    yield make
    for each in models:
        each.close()


def clients(teacher: Model, suspect: Model, parallel: int) -> dict[str, Client]:
    return {
        side: Client(Endpoint(side, model.url, "m", parallel=parallel), "", first_pause_s=0.001, tries=2)
        for side, model in ((TEACHER, teacher), (SUSPECT, suspect))
    }


def run(out, teacher: Model, suspect: Model, prompts=SOME, samples=1, parallel=4):
    what = folder.asked(prompts, ("project",), samples)
    folder.write_asked(out, what)
    with Chain(out / folder.ANSWERS) as chain:
        ask_both(what, clients(teacher, suspect, parallel), chain)
        return what, list(chain.records)


def test_a_careless_copy_is_told_from_its_careful_teacher(tmp_path, serve):
    teacher, suspect = serve(careful), serve(careless)
    what, records = run(tmp_path, teacher, suspect, read_sets(["project"])[::4])
    write_judged(tmp_path, judge_all(what, records, RuleJudge()))
    judged = read_judged(tmp_path, records[-1].digest)
    found = compare(what.prompts, judged.outcomes[TEACHER], judged.outcomes[SUSPECT])
    assert {each.category: each.shown for each in found.categories} == {
        Category.DIRECT_HARM: True,
        Category.JAILBREAK: True,
        Category.BENIGN: False,
        Category.AGENT_HIJACK: True,
    }
    assert all(len(model.asked) == len(what.prompts) for model in (teacher, suspect))


def test_a_copy_that_does_as_its_teacher_shows_no_gap(tmp_path, serve):
    what, records = run(tmp_path, serve(careful), serve(careful))
    judged = judge_all(what, records, RuleJudge())
    found = compare(what.prompts, judged.outcomes[TEACHER], judged.outcomes[SUSPECT])
    assert not any(each.shown for each in found.categories)
    assert all(each.pairs.difference == 0 for each in found.categories)


def test_what_is_answered_is_never_asked_again(tmp_path, serve):
    teacher, suspect = serve(careful), serve(careful)
    run(tmp_path, teacher, suspect)
    _, before = run(tmp_path, teacher, suspect)
    _, after = run(tmp_path, teacher, suspect)
    assert len(teacher.asked) == len(suspect.asked) == len(SOME)
    assert before[-1].digest == after[-1].digest, "nothing to ask, nothing written: judgements stay good"


def test_an_endpoint_that_breaks_down_leaves_what_it_answered_and_the_run_goes_on_later(tmp_path, serve):
    count = itertools.count()
    lock = threading.Lock()
    broken = True

    def flaky(messages):
        with lock:
            return (500, "no") if broken and next(count) >= 5 else careful(messages)

    teacher, suspect = serve(careful), serve(flaky)
    with pytest.raises(StillwatchError) as caught:
        run(tmp_path, teacher, suspect, read_sets(["project"])[:40])
    assert caught.value.code == "SW-ATT-53"
    broken = False
    what, records = run(tmp_path, teacher, suspect, read_sets(["project"])[:40])
    judged = judge_all(what, records, RuleJudge())
    assert judged.models[SUSPECT].answered == 40


def test_a_model_that_becomes_another_midway_is_asked_no_further_and_named(tmp_path, serve):
    def swap(messages):
        if len(suspect.asked) >= 4:
            suspect.name = "other"
        return careful(messages)

    suspect = serve(swap)
    what, records = run(tmp_path, serve(careful), suspect, parallel=1)
    changed = [each for each in records if each.kind is RecordKind.CHANGED]
    assert [(each.model, each.fields["after"]) for each in changed] == [(SUSPECT, "other")]
    judged = judge_all(what, records, RuleJudge())
    assert "other" in judged.models[SUSPECT].changed
    assert judged.models[SUSPECT].answered < len(SOME) == judged.models[TEACHER].answered


def test_an_answer_that_the_endpoints_filter_declined_is_a_refusal(tmp_path, serve):
    def filtered(_):
        return 200, {"message": {"content": None}, "finish_reason": "content_filter"}

    def declined(_):
        return 200, {"message": {"content": None, "refusal": "no"}, "finish_reason": "stop"}

    what, records = run(tmp_path, serve(filtered), serve(declined), SOME[:3])
    judged = judge_all(what, records, RuleJudge())
    assert (
        set(judged.outcomes[TEACHER].values()) == set(judged.outcomes[SUSPECT].values()) == {Outcome.REFUSED}
    )


def test_several_samples_are_asked_and_counted_as_one_prompt(tmp_path, serve):
    answers = itertools.cycle([COMPLIANCE, REFUSAL, REFUSAL])
    what, records = run(tmp_path, serve(careful), serve(lambda _: next(answers)), SOME[:2], samples=3)
    judged = judge_all(what, records, RuleJudge())
    assert sum(each.kind is RecordKind.ANSWER and each.model == SUSPECT for each in records) == 6
    assert len(judged.outcomes[SUSPECT]) == 2


def test_a_changed_answer_is_named(tmp_path, serve):
    run(tmp_path, serve(careful), serve(careless))
    path = tmp_path / folder.ANSWERS
    path.write_text(path.read_text().replace(COMPLIANCE, REFUSAL, 1))
    with pytest.raises(StillwatchError, match="was changed after it was archived"):
        list(read_chain(path))


def test_changed_prompts_and_foreign_judgements_are_refused(tmp_path, serve):
    what, records = run(tmp_path, serve(careful), serve(careful), SOME[:2])
    write_judged(tmp_path, judge_all(what, records, RuleJudge()))
    with pytest.raises(StillwatchError) as caught:
        read_judged(tmp_path, "0" * 64)
    assert caught.value.code == "SW-SAFE-14"
    with pytest.raises(StillwatchError) as caught:
        folder.write_asked(tmp_path, folder.asked(SOME[:3], ("project",), 1))
    assert caught.value.code == "SW-SAFE-11"
    data = json.loads((tmp_path / folder.PROMPTS).read_text())
    data["prompts"][0]["topic"] = "another"
    (tmp_path / folder.PROMPTS).write_text(json.dumps(data))
    with pytest.raises(StillwatchError) as caught:
        folder.read_asked(tmp_path)
    assert caught.value.code == "SW-SAFE-12"


def test_answers_are_for_their_owner_alone(tmp_path, serve):
    run(tmp_path, serve(careful), serve(careful), SOME[:2])
    for name in (folder.ANSWERS, folder.PROMPTS):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
