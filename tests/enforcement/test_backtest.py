import pytest

from stillwatch.core.verdict import Call, Verdict
from stillwatch.enforcement.backtest import Kind, checkpoints_of, replay
from stillwatch.enforcement.moments import seconds_of
from stillwatch.enforcement.policy_check import check

LAST = seconds_of("2026-01-10T00:00:00Z")
LINE = {"campaign_id": "camp-1", "accounts": ["a"], "score": 0.99, "exchanges": 9, "verdict": "attack"}


def verdict(account, call, alarm=None):
    score = {"attack": 0.99, "watch": 0.6, "clear": 0.01}[call]
    return Verdict(account, Call(call), score, "camp-1" if call == "attack" else None, alarm, ())


VERDICTS = [
    verdict("early", "attack", "2026-01-02T05:00:00Z"),
    verdict("late", "attack", "2026-01-08T05:00:00Z"),
    verdict("wrong", "attack", "2026-01-08T06:00:00Z"),
    verdict("watched", "watch"),
    *(verdict(f"honest-{n}", "clear") for n in range(16)),
]


@pytest.fixture
def policy(tmp_path):
    def make(brakes="brakes: {accounts: 1.0, traffic: 1.0}", when="verdict != 'clear'", more=""):
        path = tmp_path / "policy.yaml"
        path.write_text(
            f'{brakes}\n{more}\nrules: [{{id: stop, when: "{when}", action: block, ttl: 7d, reason: x}}]\n'
        )
        return check(path)[0]

    return make


def test_history_is_replayed_day_by_day_as_the_alarms_came(policy):
    found = replay(policy(), checkpoints_of(VERDICTS, [LINE], LAST))
    when = {hit.account: hit.moment for hit in found.hits}
    assert when == {
        "early": seconds_of("2026-01-03T00:00:00Z"),
        "late": seconds_of("2026-01-09T00:00:00Z"),
        "wrong": seconds_of("2026-01-09T00:00:00Z"),
        "watched": LAST,
    }
    assert found.accounts == 20
    assert found.checkpoints == 3


def test_labels_outrank_verdicts_and_what_is_handled_is_counted_apart(policy):
    labels = {"wrong": False, "honest-1": True}
    found = replay(policy(), checkpoints_of(VERDICTS, [LINE], LAST), labels=labels, handled={"late"})
    assert [(hit.account, hit.basis) for hit in found.of(Kind.CAUGHT)] == [("early", "verdict")]
    assert [(hit.account, hit.basis) for hit in found.of(Kind.INNOCENT)] == [("wrong", "label")]
    assert [hit.account for hit in found.of(Kind.UNDECIDED, "stop")] == ["watched"]
    assert found.of(Kind.UNDECIDED, "other") == []
    assert [hit.account for hit in found.hits if hit.handled] == ["late"]
    assert found.missed == ("honest-1",)


def test_a_rule_that_hits_the_innocent_shows_in_the_replay(policy):
    found = replay(policy(when="verdict != 'attack' && score < 0.5"), checkpoints_of(VERDICTS, [LINE], LAST))
    assert len(found.of(Kind.INNOCENT)) == 16
    assert found.missed == ("early",)


def test_the_replay_says_what_the_brake_would_have_held_and_who_is_spared(policy):
    listed = "allow_list: [{account: wrong, owner: o, reason: r}]"
    found = replay(policy("brakes: {accounts: 0.05}", more=listed), checkpoints_of(VERDICTS, [LINE], LAST))
    assert {hit.account: hit.held for hit in found.hits} == {"early": False, "late": False, "watched": True}
    tight = replay(policy("brakes: {accounts: 0.01}"), checkpoints_of(VERDICTS, [LINE], LAST))
    assert all(hit.held for hit in tight.hits)
    assert [account for account, _ in found.spared] == ["wrong"]
    assert found.missed == ("wrong",)
