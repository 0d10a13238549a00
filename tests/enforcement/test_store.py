import dataclasses
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stillwatch.core.decision import Action, Limits, Mode, Scope
from stillwatch.enforcement import entries
from stillwatch.enforcement.proposals import Proposals
from stillwatch.enforcement.snapshot import Snapshot, Subject
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError

HOUR = 3600.0


def test_a_decision_outlives_the_process_that_took_it(tmp_path, time, draft):
    path = tmp_path / "decisions.db"
    with DecisionStore(path, clock=time) as store:
        taken = store.add(draft(limits=Limits(hide_models=("a", "b"))))
        epoch = store.epoch
    with DecisionStore(path, clock=time) as again:
        assert again.active() == [taken]
        assert (again.version, again.epoch) == (1, epoch)


def test_ids_sort_by_time(store, time, draft):
    first = store.add(draft())
    time.now += 1
    second = store.add(draft())
    assert first.decision_id < second.decision_id
    assert len(first.decision_id) == len("dec-") + 26


def test_a_decision_ends_when_its_time_is_over(store, time, draft):
    taken = store.add(draft())
    time.now += HOUR - 1
    assert store.active() == [taken]
    assert store.expire() == []
    time.now += 1
    assert store.active() == []
    assert store.expire() == [taken]
    assert store.expire() == []


def test_one_decision_a_rule_or_everything_since_a_time_can_be_lifted(store, time, draft):
    first = store.add(draft("a", rule="r1"))
    time.now += 60
    since = time.now
    second = store.add(draft("b", rule="r1"))
    third = store.add(draft("c", rule="r2"))
    assert store.liftable(rule="r1", since=since) == [second]
    assert store.lift(first.decision_id, by="analyst-1", reason="wrong") == [first]
    assert {each.value for each in store.lift(since=since, by="analyst-1", reason="all wrong")} == {"b", "c"}
    assert store.lift(third.decision_id, by="analyst-1", reason="again") == []
    assert store.lift(rule="r1", by="analyst-1", reason="again") == []
    assert store.active() == []


def test_lifting_needs_something_named_somebody_and_a_reason(store):
    with pytest.raises(StillwatchError, match="nothing was named"):
        store.lift(by="analyst-1", reason="x")
    with pytest.raises(StillwatchError, match="answers for it"):
        store.lift(rule="r", by=" ", reason="x")
    with pytest.raises(StillwatchError, match="no decision 'dec-none'"):
        store.lift("dec-none", by="analyst-1", reason="x")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"value": " "}, "somebody it is about"),
        ({"reason": ""}, "needs a reason"),
        ({"by": ""}, "answers for it"),
        ({"ttl": 0.0}, "cannot last"),
        ({"ttl": float("nan")}, "cannot last"),
        ({"ttl": 9_999_999 * 86_400.0}, "ten years at most"),
        ({"ttl": None, "action": Action.THROTTLE}, "only a block can be without end"),
        ({"ttl": None}, "two persons"),
        ({"ttl": None, "scope": Scope.COUNTRY, "value": "xx"}, "never carries a permanent block"),
        ({"ttl": None, "grounds": ("country", "asn")}, "never carries a permanent block"),
        ({"grounds": ("indicator",)}, "never acts alone"),
        ({"grounds": ("hearsay",)}, "'hearsay' is no ground"),
        ({"origin": "indicator"}, "never acts alone"),
        ({"scope": Scope.CAMPAIGN}, "no gateway knows which campaign"),
        ({"scope": Scope.ADDRESS, "value": "192.0.2.300"}, "no address and no network"),
        ({"scope": Scope.ADDRESS, "value": "192.0.2.1/24"}, "no address and no network"),
        ({"scope": Scope.ASN, "value": "AS0"}, "no number of an autonomous system"),
        ({"scope": Scope.COUNTRY, "value": "Utopia"}, "no country code"),
        ({"action": Action.THROTTLE}, "needs a rate"),
        ({"action": Action.DEGRADE}, "changes nothing"),
        ({"action": Action.THROTTLE, "limits": Limits(rate_per_minute=0)}, "above zero"),
    ],
)
def test_a_draft_that_cannot_stand_is_refused_and_nothing_of_its_batch_is_taken(store, draft, given, words):
    with pytest.raises(StillwatchError, match=words):
        store.add_all([draft("good"), draft(**given)])
    assert store.active() == []
    assert store.version == 0


@pytest.mark.parametrize("value", ["0.0.0.0/0", "10.0.0.0/7", "::/0", "2000::/15", "::ffff:0:0/96"])
def test_a_network_so_broad_that_it_is_a_slip_is_decided_about_only_where_it_is_said_to_be_meant(
    store, draft, value
):
    broad = draft(value, scope=Scope.ADDRESS)
    for refuse in (store.add, lambda each: Proposals(store).propose([each], why="endless", by="analyst-1")):
        with pytest.raises(StillwatchError, match="broader than") as raised:
            refuse(broad)
        assert raised.value.code == "SW-DEC-39"
        assert "--however-broad" in raised.value.hint
    assert store.version == 0
    meant = store.add(dataclasses.replace(broad, however_broad=True))
    (entry,) = entries.entries(store.database, meant.decision_id)
    assert '"however_broad":true' in entry.details
    store.add(dataclasses.replace(broad, mode=Mode.SHADOW))
    store.add(dataclasses.replace(broad, action=Action.ALLOW))
    assert [each.value for each in store.active()] == [value] * 3


@pytest.mark.parametrize(
    "value", ["10.0.0.0/8", "2001::/16", "192.0.2.7", "2001:db8::1", "::ffff:10.0.0.0/104"]
)
def test_a_network_that_one_holder_may_have_is_decided_about(store, draft, value):
    assert store.add(draft(value, scope=Scope.ADDRESS)).value == value


def test_what_was_meant_however_broad_is_taken_when_a_second_person_agrees(store, draft):
    wanted = draft("0.0.0.0/0", scope=Scope.ADDRESS, ttl=None, however_broad=True)
    proposal = Proposals(store).propose([wanted], why="endless", by="analyst-1")
    (taken,) = Proposals(store).approve(proposal.proposal_id, by="reviewer-1", reason="agreed")
    assert taken.value == "0.0.0.0/0"


def test_values_are_kept_as_they_are_looked_up(store, draft):
    taken = store.add_all(
        [draft("as64500", scope=Scope.ASN), draft("de", scope=Scope.COUNTRY), draft(" a ", ttl=60.0)]
    )
    assert [each.value for each in taken] == ["64500", "DE", "a"]


def test_which_decisions_cover_somebody_is_told_over_every_scope_and_mode(store, draft):
    store.add(draft("acct-1", Action.ALLOW, mode=Mode.SHADOW, priority=9))
    store.add(draft("192.0.2.0/24", scope=Scope.ADDRESS, action=Action.VERIFY))
    store.add(draft("org-1", scope=Scope.ORGANIZATION))
    store.add(draft("acct-2"))
    found = store.for_subject(Subject("acct-1", organization="org-1", address="192.0.2.9"))
    assert [(each.value, each.mode) for each in found] == [
        ("org-1", Mode.ENFORCE),
        ("192.0.2.0/24", Mode.ENFORCE),
        ("acct-1", Mode.SHADOW),
    ]


def test_a_second_writer_is_refused_and_a_reader_is_not(store, draft):
    store.add(draft())
    with pytest.raises(StillwatchError, match="another process writes"):
        DecisionStore(store.database.path)
    with DecisionStore(store.database.path, writer=False, clock=store.clock) as reader:
        assert len(reader.active()) == 1
        with pytest.raises(StillwatchError, match="cannot be used"):
            reader.add(draft())


def test_a_file_that_is_no_store_is_refused(tmp_path):
    path = tmp_path / "decisions.db"
    with pytest.raises(StillwatchError, match="there is no store"):
        DecisionStore(path, writer=False)
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StillwatchError, match="cannot be used"):
        DecisionStore(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_store_of_a_later_version_is_refused(store, tmp_path):
    store.close()
    with sqlite3.connect(store.database.path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StillwatchError, match="version 99"):
        DecisionStore(store.database.path)


def kinds(store, decision):
    return [each.kind for each in entries.entries(store.database, decision.decision_id)]


def test_what_has_ended_is_not_ended_again(store, draft):
    taken = store.add(draft())
    store.lift(taken.decision_id, by="analyst-1", reason="wrong")
    version = store.version
    store.end([taken], by="analyst-2", reason="late")
    assert kinds(store, taken) == ["add", "lift"]
    assert store.version == version


@pytest.mark.parametrize("first", ["lift", "expire"])
def test_lifting_and_expiring_at_once_end_a_decision_once(store, time, draft, monkeypatch, first):
    taken = store.add(draft())
    time.now += HOUR
    ways = {
        "lift": lambda: store.lift(taken.decision_id, by="analyst-1", reason="wrong"),
        "expire": store.expire,
    }
    second = threading.Thread(target=ways["expire" if first == "lift" else "lift"])
    read = store._read

    def interrupted(where, values=()):
        """What is read, with the other one let loose right after what is to be ended was chosen."""
        found = read(where, values)
        if where.startswith("ended IS NULL") and second.ident is None:
            second.start()
            second.join(0.5)
        return found

    monkeypatch.setattr(store, "_read", interrupted)
    assert ways[first]() == [taken]
    second.join()
    assert kinds(store, taken) == ["add", first]
    (row,) = store.database.rows("SELECT ended_kind, ended_version FROM decisions")
    assert tuple(row) == (first, store.version) == (first, 2)


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"), st.sampled_from("abc"), st.sampled_from(Mode), st.sampled_from([60.0, 600.0])
        ),
        st.tuples(st.just("lift"), st.sampled_from(["r1", "r2"])),
        st.tuples(st.just("wait"), st.sampled_from([30.0, 300.0])),
        st.tuples(st.just("look")),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_a_gateway_that_follows_the_changes_knows_what_a_new_one_is_told(
    tmp_path_factory, time, draft, steps
):
    with DecisionStore(tmp_path_factory.mktemp("s") / "decisions.db", clock=time) as store:
        follower = Snapshot.build(0, ())
        for number, step in enumerate([*steps, ("look",)]):
            match step:
                case ("add", value, mode, ttl):
                    store.add(draft(value, mode=mode, ttl=ttl, rule=f"r{number % 2 + 1}"))
                case ("lift", rule):
                    store.lift(rule=rule, by="analyst-1", reason="x")
                case ("wait", seconds):
                    time.now += seconds
                    store.expire()
                case _:
                    follower = follower.changed(store.changes(follower.version, follower.epoch))
        assert {each.decision_id for each in follower} == {
            each.decision_id for each in store.active(mode=Mode.ENFORCE)
        }
        assert follower.version == store.version
        assert entries.verify(store.database) == len(list(entries.entries(store.database)))


def test_unknown_epochs_and_versions_of_the_future_get_everything(store, draft):
    store.add(draft())
    store.add(draft("acct-2", mode=Mode.SHADOW))
    for since, epoch in ((1, "other"), (99, store.epoch), (-1, store.epoch), (0, store.epoch)):
        change = store.changes(since, epoch)
        assert change.full
        assert [each.value for each in change.new] == ["acct-1"]
    assert not store.changes(1, store.epoch).full


def test_every_change_is_recorded_with_who_and_why_and_a_forged_entry_is_seen(store, draft):
    taken = store.add(draft())
    store.lift(taken.decision_id, by="reviewer-1", reason="appeal upheld")
    told = [(each.kind, each.by, each.reason) for each in entries.entries(store.database, taken.decision_id)]
    assert told == [("add", "analyst-1", "a reason"), ("lift", "reviewer-1", "appeal upheld")]
    with store.database.change() as connection:
        connection.execute("UPDATE entries SET by = 'carl' WHERE number = 1")
    with pytest.raises(StillwatchError, match="entry 1 of the ledger"):
        entries.verify(store.database)


_WORKER = """
import sys
from pathlib import Path
from stillwatch.core.decision import Action, Scope
from stillwatch.enforcement.drafts import Draft
from stillwatch.enforcement.store import DecisionStore
store = DecisionStore(Path(sys.argv[1]))
while True:
    taken = store.add(Draft(Scope.ACCOUNT, "acct", Action.BLOCK, "reason", "analyst-1", 3600.0))
    print(taken.decision_id, flush=True)
"""


def test_a_killed_writer_loses_no_decision_that_it_had_told_of(tmp_path):
    path = tmp_path / "decisions.db"
    worker = subprocess.Popen([sys.executable, "-c", _WORKER, str(path)], stdout=subprocess.PIPE, text=True)
    told = [worker.stdout.readline().strip() for _ in range(30)]
    worker.send_signal(signal.SIGKILL)
    told += worker.stdout.read().split()
    worker.wait()
    with DecisionStore(path) as store:
        kept = {each.decision_id for each in store.active()}
        assert set(told) - {""} <= kept
        assert store.version == len(kept)
        assert entries.verify(store.database) == len(kept)


def test_only_its_owner_may_read_who_is_blocked(tmp_path, time, draft):
    path = tmp_path / "node" / "decisions.sqlite"
    with DecisionStore(path, clock=time) as store:
        store.add(draft())
        files = list(path.parent.iterdir())
        assert {file.name for file in files} >= {"decisions.sqlite", "decisions.sqlite.lock"}
        assert {file.stat().st_mode & 0o077 for file in files} == {0}
