import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.decision import Action, Decision, Limits, Mode, Scope
from stillwatch.enforcement import snapshot_file
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.snapshot import ALLOW, Snapshot, Subject
from stillwatch.enforcement.wire import Change, change_of, decision_of, to_line
from stillwatch.errors import StillwatchError

NOW = seconds_of("2026-01-01T12:00:00Z")
LATER = seconds_of("2026-01-03T00:00:00Z")


def test_an_account_nobody_decided_about_is_allowed(decision):
    assert Snapshot.build(1, [decision()]).decide(Subject("other"), NOW) is ALLOW


def test_a_decision_holds_until_it_expires(decision):
    snapshot = Snapshot.build(1, [decision()])
    assert snapshot.decide(Subject("acct-1"), NOW).action is Action.BLOCK
    assert snapshot.decide(Subject("acct-1"), LATER) is ALLOW


def test_a_simulated_decision_never_takes_effect(decision):
    snapshot = Snapshot.build(1, [decision(mode=Mode.SHADOW)])
    assert len(snapshot) == 0
    assert snapshot.decide(Subject("acct-1"), NOW) is ALLOW


@pytest.mark.parametrize(
    ("scope", "value", "subject"),
    [
        (Scope.ORGANIZATION, "org-1", Subject("a", organization="org-1")),
        (Scope.API_KEY, "key-1", Subject("a", api_key="key-1")),
        (Scope.ASN, "64500", Subject("a", asn=64500)),
        (Scope.COUNTRY, "XX", Subject("a", country="XX")),
        (Scope.ADDRESS, "192.0.2.7", Subject("a", address="192.0.2.7")),
        (Scope.ADDRESS, "192.0.2.0/24", Subject("a", address="192.0.2.9")),
        (Scope.ADDRESS, "192.0.2.0/24", Subject("a", address="::ffff:192.0.2.9")),
        (Scope.ADDRESS, "2001:db8::/32", Subject("a", address="2001:db8:1::5")),
        (Scope.ADDRESS, "0.0.0.0/0", Subject("a", address="203.0.113.1")),
    ],
)
def test_every_scope_covers_what_it_names_and_nothing_else(decision, scope, value, subject):
    snapshot = Snapshot.build(1, [decision(value, scope=scope)])
    assert snapshot.decide(subject, NOW).action is Action.BLOCK
    outsider = Subject("a", "org-2", "key-2", "2001:db9::1", 64501, "YY")
    assert snapshot.decide(outsider, NOW) is ALLOW


def test_an_address_that_is_none_is_covered_by_no_network(decision):
    snapshot = Snapshot.build(1, [decision("0.0.0.0/0", scope=Scope.ADDRESS)])
    assert snapshot.decide(Subject("a", address="unix:"), NOW) is ALLOW


def test_priority_wins_over_harshness_and_harshness_over_age(decision):
    allow = decision(action=Action.ALLOW, priority=10)
    block = decision(action=Action.BLOCK)
    throttle = decision("org-1", Action.THROTTLE, Scope.ORGANIZATION, version=9)
    who = Subject("acct-1", organization="org-1")
    assert Snapshot.build(1, [block, throttle]).decide(who, NOW).action is Action.BLOCK
    assert Snapshot.build(1, [block, throttle, allow]).decide(who, NOW).decision_id == allow.decision_id
    newer = decision(version=2, limits=Limits())
    assert Snapshot.build(2, [block, newer]).decide(who, NOW).decision_id == newer.decision_id


def test_behind_an_expired_winner_the_next_one_holds(decision):
    brief = decision(priority=5, expires_ts="2026-01-01T01:00:00Z", version=2)
    answer = Snapshot.build(2, [brief, decision(action=Action.THROTTLE)]).decide(Subject("acct-1"), NOW)
    assert answer.action is Action.THROTTLE
    assert answer.reason_code == "block-attack"


def test_all_covering_decisions_can_be_listed_the_winner_first(decision):
    found = [decision(), decision("192.0.2.0/24", Action.THROTTLE, Scope.ADDRESS), decision("other")]
    covering = Snapshot.build(1, found).covering(Subject("acct-1", address="192.0.2.1"), NOW)
    assert [each.value for each in covering] == ["acct-1", "192.0.2.0/24"]


_DECISIONS = st.lists(
    st.builds(
        Decision,
        decision_id=st.integers(0, 20).map(lambda n: f"dec-{n:026}"),
        scope=st.sampled_from([Scope.ACCOUNT, Scope.ORGANIZATION, Scope.ADDRESS]),
        value=st.sampled_from(["192.0.2.1", "192.0.2.0/24", "192.0.0.0/16"]),
        action=st.sampled_from(Action),
        limits=st.just(Limits()),
        mode=st.sampled_from(Mode),
        origin=st.just("rule"),
        rule=st.just("r"),
        campaign_id=st.just(""),
        reason=st.text(max_size=5),
        by=st.just("policy"),
        created_ts=st.just("2026-01-01T00:00:00Z"),
        expires_ts=st.sampled_from(["2026-01-01T06:00:00Z", "2026-01-02T00:00:00Z", None]),
        version=st.integers(1, 5),
        priority=st.integers(0, 2),
    ),
    max_size=12,
    unique_by=lambda each: each.decision_id,
)
_WHO = Subject("192.0.2.1", organization="192.0.2.0/24", address="192.0.2.1")


@given(_DECISIONS, _DECISIONS, st.sets(st.integers(0, 20).map(lambda n: f"dec-{n:026}")))
def test_a_changed_snapshot_answers_as_one_built_anew(before, new, deleted):
    kept = {each.decision_id: each for each in before if each.decision_id not in deleted}
    kept |= {each.decision_id: each for each in new if each.mode is Mode.ENFORCE}
    changed = Snapshot.build(1, before).changed(Change("e", 2, False, tuple(new), tuple(deleted)))
    anew = Snapshot.build(2, kept.values(), "e")
    assert changed.decide(_WHO, NOW) == anew.decide(_WHO, NOW)
    assert changed.covering(_WHO, NOW) == anew.covering(_WHO, NOW)
    assert (changed.version, changed.epoch, len(changed)) == (2, "e", len(anew))


def test_a_change_leaves_the_snapshot_it_came_from_as_it_was(decision):
    before = Snapshot.build(1, [decision()])
    after = before.changed(Change("e", 2, False, deleted=(decision().decision_id,)))
    assert before.decide(Subject("acct-1"), NOW).action is Action.BLOCK
    assert after.decide(Subject("acct-1"), NOW) is ALLOW


def test_a_full_change_replaces_everything(decision):
    after = Snapshot.build(1, [decision()]).changed(Change("e", 7, True, (decision("acct-2"),)))
    assert [each.value for each in after] == ["acct-2"]


@given(_DECISIONS)
def test_decisions_and_changes_survive_the_wire(decisions):
    change = Change("e", 3, False, tuple(decisions), ("dec-1",), "2026-01-01T00:00:00Z")
    assert change_of(to_line(change)) == change
    assert [decision_of(to_line(each)) for each in decisions] == decisions


@pytest.mark.parametrize("line", ["", "{}", "[1]", '{"epoch":"e","version":"x","full":true}', "\xff"])
def test_what_is_no_decision_and_no_change_is_refused(line):
    with pytest.raises(StillwatchError, match="no decision"):
        decision_of(line)
    with pytest.raises(StillwatchError, match="no change"):
        change_of(line)


@given(_DECISIONS)
def test_a_snapshot_file_gives_the_snapshot_back(decisions):
    snapshot = Snapshot.build(4, decisions, "epoch")
    again = snapshot_file.from_bytes(snapshot_file.to_bytes(snapshot))
    assert list(again) == list(snapshot)
    assert (again.version, again.epoch) == (4, "epoch")


def test_a_snapshot_file_cut_anywhere_is_refused(decision):
    content = snapshot_file.to_bytes(Snapshot.build(1, [decision(), decision("acct-2")]))
    for length in range(len(content) - 1):
        with pytest.raises(StillwatchError, match="not whole"):
            snapshot_file.from_bytes(content[:length])


def test_a_snapshot_file_with_a_changed_byte_is_refused(decision):
    content = snapshot_file.to_bytes(Snapshot.build(1, [decision()]))
    with pytest.raises(StillwatchError, match="checksum"):
        snapshot_file.from_bytes(content.replace(b"block", b"allow", 1))


def test_a_snapshot_is_written_whole_and_read_back(decision, tmp_path):
    path = tmp_path / "snapshot.jsonl"
    snapshot_file.write(Snapshot.build(1, [decision()]), path)
    snapshot_file.write(Snapshot.build(2, [decision("acct-2")]), path)
    assert [each.value for each in snapshot_file.read(path)] == ["acct-2"]
    assert [each.name for each in tmp_path.iterdir()] == ["snapshot.jsonl"]
    with pytest.raises(StillwatchError, match="cannot be read"):
        snapshot_file.read(tmp_path / "missing")


def test_a_look_up_among_many_decisions_takes_microseconds(decision):
    import time

    snapshot = Snapshot.build(1, [decision(f"acct-{n}") for n in range(20_000)])
    subject, times = Subject("acct-777", "org", "key", "192.0.2.1", 64500, "XX"), []
    for _ in range(2_000):
        begin = time.perf_counter_ns()
        snapshot.decide(subject, NOW)
        times.append(time.perf_counter_ns() - begin)
    assert sorted(times)[len(times) // 2] < 20_000
