"""A run with models that err, limit, cut, change and refuse: everything is archived, nothing is asked twice."""

from __future__ import annotations

import collections
import threading

import pytest
from tests.attribution.endpoints import Served, babble, says
from tests.attribution.planned import QUICK, endpoints_of, hasty, plan_of

from stillwatch.attribution.archive.chain import read_chain
from stillwatch.attribution.archive.records import RecordKind
from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.procedure.run import run
from stillwatch.casework.people import Role
from stillwatch.errors import StillwatchError


@pytest.fixture
def go(records, tmp_path):
    """Commits a plan, unless told not to, and runs it."""

    def ran(plan, servers, *, commit=True, by="analyst-1", **more):
        person = records.people.get(by)
        if commit:
            PlanBook(records).commit(plan, person)
        out = more.pop("out", tmp_path / "archive")
        return run(
            records,
            plan,
            endpoints_of(servers, parallel=2),
            out,
            person,
            client=more.pop("client", hasty),
            **more,
        )

    return ran


def lines(tmp_path, kind=None, model=None):
    return [
        record
        for record in read_chain(tmp_path / "archive" / "answers.jsonl")
        if kind in (None, record.kind) and model in (None, record.model)
    ]


def asked_of(server):
    """How often each prompt was asked, without sentinels."""
    return collections.Counter(a.prompt for a in server.asked if not a.prompt.startswith("sentinel"))


def test_a_run_archives_every_answer_and_tells_the_ledger(serve, go, records, tmp_path):
    servers = {"suspect": serve(name="s"), "teacher": serve(name="t"), "control-1": serve(name="c")}
    plan = plan_of(servers)
    manifest = go(plan, servers)
    assert manifest.complete
    assert [(line.name, line.answered) for line in manifest.models] == [
        ("suspect", 30),
        ("teacher", 30),
        ("control-1", 30),
    ]
    assert all(set(asked_of(server).values()) == {1} for server in servers.values())
    kinds = [logged.entry.kind for logged in records.ledger.about("att-1")]
    assert kinds == ["attribution-plan-committed", "attribution-run-started", "attribution-run-stopped"]
    stopped = records.ledger.about("att-1")[-1].entry.details
    assert stopped["manifest"] == manifest.digest
    assert stopped["head"] == lines(tmp_path)[-1].digest
    # a round of sentinels before, between and after
    assert [len(lines(tmp_path, RecordKind.ALIKE, name)) for name in servers] == [3, 3, 3]


def test_a_plan_that_was_not_committed_is_not_run(serve, go):
    servers = {"suspect": serve()}
    with pytest.raises(StillwatchError) as caught:
        go(plan_of(servers), servers, commit=False)
    assert caught.value.code == "SW-ATT-77"
    assert servers["suspect"].asked == []


def test_a_plan_altered_after_commitment_is_refused_and_the_place_named(serve, go):
    servers = {"suspect": serve()}
    go(plan_of(servers, stopping=QUICK, count=5), servers)
    before = len(servers["suspect"].asked)
    altered = plan_of(servers, stopping=QUICK, count=5, question="was it trained on anything?")
    with pytest.raises(StillwatchError) as caught:
        go(altered, servers, commit=False)
    assert caught.value.code == "SW-ATT-76"
    assert "question" in caught.value.message
    assert len(servers["suspect"].asked) == before


def test_only_who_works_on_cases_may_run(serve, go, records):
    servers = {"suspect": serve()}
    PlanBook(records).commit(plan_of(servers), records.people.get("analyst-1"))
    with pytest.raises(StillwatchError, match="may not"):
        go(plan_of(servers), servers, commit=False, by=f"{Role.AUDITOR}-1")


def test_a_run_that_was_broken_off_goes_on_and_asks_nothing_twice(serve, go, tmp_path):
    servers = {"suspect": serve(), "control-1": serve(name="c")}
    plan = plan_of(servers, count=40)
    heard = []

    def interrupt(name):
        heard.append(name)
        if len(heard) == 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(plan, servers, heard=interrupt)
    before = sum(asked_of(servers["suspect"]).values()) + sum(asked_of(servers["control-1"]).values())
    assert before < 80
    manifest = go(plan, servers)
    assert manifest.complete
    for name, server in servers.items():
        answered = lines(tmp_path, RecordKind.ANSWER, name)
        places = [(r.fields["prompt"], r.fields["sample"]) for r in answered]
        assert len(places) == len(set(places))
        assert sum(not p.startswith("sentinel") for p, _ in places) == 40
        # what was on its way when it was broken off may have been asked and lost, one a thread
        assert sum(asked_of(server).values()) <= 42


def test_a_finished_run_asks_nobody_anything(serve, go):
    servers = {"suspect": serve()}
    plan = plan_of(servers, count=5)
    go(plan, servers)
    before = len(servers["suspect"].asked)
    assert go(plan, servers).complete
    assert len(servers["suspect"].asked) == before


def test_errors_and_limits_on_the_way_cost_no_answer(serve, go):
    tries = collections.Counter()

    def shaky(asked):
        tries[asked.prompt] += 1
        match len(asked.prompt) % 2, tries[asked.prompt]:
            case 0, 1:
                return Served({}, status=500)
            case 0, 2:
                return Served({}, status=429, headers={"Retry-After": "0"})
            case 1, 1:
                return Served(says("never all of it").body, cut_to=10)
        return says(babble("s", asked.prompt), model="s")

    servers = {"suspect": serve(shaky, name="s")}
    manifest = go(plan_of(servers), servers)
    assert manifest.complete
    assert manifest.models[0].answered == 30


def test_a_model_that_breaks_down_leaves_the_others_to_go_on_and_is_asked_again_later(serve, go, tmp_path):
    down = threading.Event()

    def broken(asked):
        if asked.number >= 20 and not down.is_set():
            return Served({}, status=503)
        return says(babble("s", asked.prompt), model="s")

    servers = {"suspect": serve(broken, name="s"), "control-1": serve(name="c")}
    plan = plan_of(servers)
    with pytest.raises(StillwatchError) as caught:
        go(plan, servers)
    assert caught.value.code == "SW-ATT-53"
    assert len(lines(tmp_path, RecordKind.SETTLED, "control-1")) == 1
    assert len(lines(tmp_path, RecordKind.UNANSWERED, "suspect")) >= 10
    down.set()
    assert go(plan, servers).complete


def test_a_budget_that_is_spent_stops_and_keeps_what_there_is(serve, go, tmp_path):
    from stillwatch.attribution.querying.client import Client

    servers = {"suspect": serve()}
    with pytest.raises(StillwatchError) as caught:
        go(plan_of(servers), servers, client=lambda each: Client(each, "", most_requests=25))
    assert caught.value.code == "SW-ATT-55"
    assert len(lines(tmp_path, RecordKind.ANSWER)) == 25


def test_a_question_that_the_endpoint_does_not_take_is_left_at_that(serve, go):
    def picky(asked):
        if asked.prompt.endswith("thing 7"):
            return Served({"error": {"message": "policy"}}, status=400)
        return says(babble("s", asked.prompt), model="s")

    servers = {"suspect": serve(picky, name="s")}
    manifest = go(plan_of(servers), servers)
    assert manifest.complete
    assert (manifest.models[0].answered, manifest.models[0].unanswered) == (29, 1)


def changing(at, **after):
    """Another model from a request on; by default it says nothing about itself."""

    def behave(asked):
        if asked.number < at:
            return says(babble("old", asked.prompt), model="s", system_fingerprint="fp_1")
        more = {"model": "s", "system_fingerprint": "fp_1", **after}
        return says(babble(more.pop("answers", "new"), asked.prompt), **more)

    return behave


@pytest.mark.parametrize(
    ("after", "sign"),
    [
        ({"model": "s-2"}, "served model"),
        ({"headers": {"X-Model-Version": "8"}}, None),
        ({}, "answers to the sentinels"),
        ({"system_fingerprint": "fp_2"}, "answers to the sentinels"),
    ],
)
def test_a_model_that_changes_midway_is_noticed_and_its_later_answers_do_not_count(
    serve, go, tmp_path, after, sign
):
    servers = {"suspect": serve(changing(50, **after), name="s"), "control-1": serve(name="c")}
    manifest = go(plan_of(servers, count=100), servers)
    (suspect, control) = manifest.models
    assert sign is None or suspect.changed.startswith(sign)
    assert suspect.changed
    assert control.changed == ""
    assert suspect.answered < 50
    counted_lines = lines(tmp_path, RecordKind.CHANGED)[0].fields["sound_until"]
    sound = [r for r in lines(tmp_path, RecordKind.ANSWER, "suspect") if r.number <= counted_lines]
    assert all(r.fields["text"] == babble("old", asked_text(r)) for r in sound)
    # nothing more is asked of it afterwards
    before = len(servers["suspect"].asked)
    go(plan_of(servers, count=100), servers)
    assert len(servers["suspect"].asked) == before


def asked_text(record):
    prompt = record.fields["prompt"]
    return prompt.replace("-", " ") if prompt.startswith("sentinel") else f"tell me about thing {prompt[2:]}"


def test_a_header_that_names_another_version_is_a_change(serve, go):
    def behave(asked):
        version = "7" if asked.number < 40 else "8"
        return says(babble("s", asked.prompt), model="s", headers={"X-Model-Version": version})

    servers = {"suspect": serve(behave, name="s")}
    manifest = go(plan_of(servers, count=100), servers)
    assert manifest.models[0].changed == "headers: x-model-version: 7 → x-model-version: 8"


def test_several_machines_with_one_model_are_no_change(serve, go, tmp_path):
    def behave(asked):
        return says(babble("s", asked.prompt), model="s", system_fingerprint=f"fp_{asked.number // 13 % 2}")

    servers = {"suspect": serve(behave, name="s")}
    manifest = go(plan_of(servers), servers)
    assert manifest.complete
    assert manifest.models[0].changed == ""
    suspected = [r.fields["suspected"] for r in lines(tmp_path, RecordKind.ALIKE) if "suspected" in r.fields]
    assert suspected == ["system fingerprint: fp_0 → fp_1"]


def test_a_model_that_changed_during_a_pause_is_noticed_when_the_run_goes_on(serve, go):
    servers = {"suspect": serve(lambda a: says(babble("old", a.prompt), model="s"), name="s")}
    plan = plan_of(servers, count=60)
    heard = []

    def interrupt(name):
        heard.append(name)
        if len(heard) == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        go(plan, servers, heard=interrupt)
    servers["suspect"].behaviour = lambda a: says(babble("new", a.prompt), model="s")
    manifest = go(plan, servers)
    assert manifest.models[0].changed.startswith("answers to the sentinels")


def test_answers_at_random_are_not_taken_for_a_change(serve, go):
    servers = {
        "suspect": serve(
            lambda a: says(babble("s", a.prompt, noise=a.number % 7), model="s", finish="length"), name="s"
        )
    }
    manifest = go(plan_of(servers, count=80), servers)
    assert manifest.complete
    assert (manifest.models[0].changed, manifest.models[0].cut_off) == ("", 80)


def test_a_folder_with_another_plans_run_is_not_touched(serve, go, tmp_path):
    servers = {"suspect": serve()}
    go(plan_of(servers, count=3), servers)
    content = (tmp_path / "archive" / "answers.jsonl").read_bytes()
    with pytest.raises(StillwatchError) as caught:
        go(plan_of(servers, count=3, plan_id="att-2"), servers)
    assert caught.value.code == "SW-ATT-65"
    assert (tmp_path / "archive" / "answers.jsonl").read_bytes() == content


def test_no_secret_is_in_the_archive(serve, go, tmp_path, monkeypatch):
    from stillwatch.attribution.querying.client import Client

    servers = {"suspect": serve()}
    plan = plan_of(servers, count=3)
    go(plan, servers, client=lambda each: Client(each, "sk-very-secret", sleep=lambda _: None))
    assert servers["suspect"].asked[0].headers["authorization"] == "Bearer sk-very-secret"
    for path in (tmp_path / "archive").iterdir():
        assert b"sk-very-secret" not in path.read_bytes()
