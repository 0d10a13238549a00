import pytest

from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.core.verdict import LIFTED, Call, Reason, Verdict
from stillwatch.enforcement.engine import PolicyEngine
from stillwatch.enforcement.facts import Details
from stillwatch.enforcement.policy_check import check
from stillwatch.enforcement.proposals import Proposals
from stillwatch.enforcement.rulebook import Promotion
from stillwatch.enforcement.snapshot import Subject
from stillwatch.enforcement.verification import State, Verifications

HOUR, DAY = 3600.0, 86_400.0
LINE = {"campaign_id": "camp-1", "accounts": ["a", "b"], "score": 0.99, "exchanges": 500, "verdict": "attack"}


def verdict(account, call=Call.ATTACK, score=0.99, campaign="camp-1", exchanges=100):
    reasons = (Reason("novelty", 12.0, "a sentence"),)
    return Verdict(account, call, score, campaign, None, reasons, exchanges)


def crowd(count=200):
    return [verdict(f"honest-{n}", Call.CLEAR, 0.01, None) for n in range(count)]


@pytest.fixture
def engine(store, tmp_path):
    """An engine whose rules were promoted by analyst-1 as they stand, unless a test wants them in shadow."""
    import dataclasses

    def make(text, promoted=True, brakes="brakes: {accounts: 1.0, traffic: 1.0}\n"):
        path = tmp_path / "policy.yaml"
        path.write_text(brakes + text, encoding="utf-8")
        policy, mistakes = check(path)
        assert not [each for each in mistakes if each.fatal], mistakes
        rules = tuple(
            dataclasses.replace(
                rule, wants=Mode.ENFORCE, promotion=Promotion("analyst-1", "now", rule.digest)
            )
            if promoted
            else rule
            for rule in policy.rules
        )
        return PolicyEngine(dataclasses.replace(policy, rules=rules), store)

    return make


def rule(when="verdict == 'attack'", action="block", ttl="1d", more="", name="stop"):
    return (
        f'rules:\n  - {{id: {name}, when: "{when}", action: {action}, ttl: {ttl}, reason: because{more}}}\n'
    )


def test_a_rule_decides_once_about_whom_it_fires_and_nobody_else(engine, time):
    running = engine(rule())
    verdicts = [verdict("a"), *crowd()]
    (taken,) = running.apply(verdicts, [LINE], time.now)
    assert (taken.value, taken.action, taken.mode, taken.rule, taken.campaign_id, taken.by) == (
        "a",
        Action.BLOCK,
        Mode.ENFORCE,
        "stop",
        "camp-1",
        "policy",
    )
    assert running.latest.spared == []
    assert running.apply(verdicts, [LINE], time.now) == []


def test_a_new_rule_only_simulates(engine, store, time):
    (taken,) = engine(rule(), promoted=False).apply([verdict("a")], [LINE], time.now)
    assert taken.mode is Mode.SHADOW
    assert len(store.snapshot()) == 0


def test_a_rule_that_was_promoted_acts_on_whom_it_had_only_simulated(engine, store, time):
    engine(rule(), promoted=False).apply([verdict("a")], [LINE], time.now)
    (taken,) = engine(rule()).apply([verdict("a")], [LINE], time.now)
    assert taken.mode is Mode.ENFORCE
    assert engine(rule(), promoted=False).apply([verdict("a")], [LINE], time.now) == []
    assert len(store.snapshot()) == 1


def test_it_gets_harsher_each_time_it_runs_out_and_the_last_step_stays(engine, time):
    more = ", limits: {rate_per_minute: 1}, escalation: [{ttl: 2d}, {ttl: 3d, action: block}]"
    running = engine(rule(action="throttle", more=more))
    seen = []
    for _ in range(4):
        (taken,) = running.apply([verdict("a")], [LINE], time.now)
        seen.append(taken.action)
        time.now += 4 * DAY
    assert seen == [Action.THROTTLE, Action.THROTTLE, Action.BLOCK, Action.BLOCK]


def test_an_account_that_turns_out_clear_is_let_through_and_one_on_watch_is_not(engine, store, time):
    running = engine(rule())
    running.apply([verdict("a"), verdict("b")], [LINE], time.now)
    running.apply([verdict("a", Call.CLEAR, 0.1), verdict("b", Call.WATCH, 0.8)], [LINE], time.now)
    assert [each.value for each in running.latest.lifted] == ["a"]
    assert [each.value for each in store.active()] == ["b"]


def test_what_persons_decided_is_not_lifted_by_the_policy(engine, store, draft, time):
    store.add(draft("a"))
    engine(rule()).apply([verdict("a", Call.CLEAR, 0.1)], [], time.now)
    assert [each.value for each in store.active()] == ["a"]


def test_a_rule_about_campaigns_acts_on_every_member(engine, time):
    running = engine(rule("verdict == 'attack'", more=", scope: campaign"))
    taken = running.apply([verdict("a"), verdict("b", Call.WATCH, 0.5), *crowd(5)], [LINE], time.now)
    assert {each.value for each in taken} == {"a", "b"}


def test_a_rule_about_organisations_names_the_organisation(engine, time):
    details = {"a": Details(organization={"id": "org-1", "verified": False, "restricted": True})}
    when = "has(organization.restricted) && organization.restricted"
    taken = engine(rule(when, "verify", more=", scope: organization")).apply(
        [verdict("a")], [], time.now, details
    )
    assert [(each.scope, each.value) for each in taken] == [(Scope.ORGANIZATION, "org-1")]


def test_beyond_its_share_of_accounts_a_rule_waits_for_a_second_person(engine, store, time):
    running = engine(rule(), brakes="brakes: {accounts: 0.02, traffic: 1.0}\n")
    caught = [verdict(f"bad-{n}", score=0.9 + n / 100) for n in range(6)]
    taken = running.apply([*caught, *crowd(94)], [LINE], time.now)
    assert [each.value for each in taken] == ["bad-5", "bad-4"]
    (proposal,) = running.latest.proposals
    assert {each.value for each in proposal.drafts} == {"bad-0", "bad-1", "bad-2", "bad-3"}
    assert "2.00% of 100 accounts" in proposal.why
    running.apply([*caught, *crowd(94)], [LINE], time.now)
    assert running.latest.proposals == []
    assert len(Proposals(store).waiting()) == 1
    with pytest.raises(Exception, match="second person"):
        Proposals(store).approve(proposal.proposal_id, by="analyst-1", reason="mine")
    assert len(Proposals(store).approve(proposal.proposal_id, by="reviewer-1", reason="checked")) == 4


def test_beyond_its_share_of_traffic_a_rule_waits_and_an_hour_later_it_may_go_on(engine, store, time):
    running = engine(rule(), brakes="brakes: {accounts: 1.0, traffic: 0.1}\n")
    first, second = verdict("big", exchanges=900, score=0.99), verdict("small", exchanges=50, score=0.95)
    others = crowd(100)
    assert [each.value for each in running.apply([first, *others], [LINE], time.now)] == ["big"]
    third = verdict("third", exchanges=400, score=0.97)
    assert running.apply([first, second, third, *others], [LINE], time.now) == []
    assert {each.value for each in running.latest.proposals[0].drafts} == {"small", "third"}
    time.now += HOUR
    fourth = verdict("fourth", exchanges=50)
    assert [each.value for each in running.apply([fourth, *others], [LINE], time.now)] == ["fourth"]


def test_what_a_person_refused_is_not_proposed_again_at_once(engine, store, time):
    running = engine(rule(), brakes="brakes: {accounts: 0.001, traffic: 1.0}\n")
    running.apply([verdict("a"), *crowd(20)], [LINE], time.now)
    proposal = running.latest.proposals[0]
    Proposals(store).refuse(proposal.proposal_id, by="reviewer-1", reason="a course")
    running.apply([verdict("a"), *crowd(20)], [LINE], time.now)
    assert running.latest.proposals == []
    assert store.active() == []


def test_simulated_rules_and_permissions_need_no_brake(engine, time):
    tight = "brakes: {accounts: 0.001, traffic: 0.001}\n"
    assert len(engine(rule(), promoted=False, brakes=tight).apply([verdict("a")], [], time.now)) == 1
    assert (
        len(engine(rule(action="allow", name="let"), brakes=tight).apply([verdict("a")], [], time.now)) == 1
    )


def test_a_rule_that_begins_by_letting_through_meets_its_brake_once_it_acts(engine, time):
    more = ", escalation: [{ttl: 1d, action: block}]"
    running = engine(rule(action="allow", more=more), brakes="brakes: {accounts: 0.001, traffic: 1.0}\n")
    verdicts = [verdict("a"), *crowd(20)]
    assert [each.action for each in running.apply(verdicts, [LINE], time.now)] == [Action.ALLOW]
    time.now += 2 * DAY
    assert running.apply(verdicts, [LINE], time.now) == []
    assert [each.action for each in running.latest.proposals[0].drafts] == [Action.BLOCK]


ESSENTIAL = "allow_list: [{account: a, owner: support, reason: hospital}, {organization: org-1, owner: o, reason: r}]\n"


def test_essential_accounts_are_never_acted_on_and_outrank_what_covers_them(engine, store, draft, time):
    details = {"b": Details(organization={"id": "org-1"})}
    running = engine(ESSENTIAL + rule())
    running.apply([verdict("a"), verdict("b"), *crowd()], [LINE], time.now, details)
    assert {each.action for each in store.active()} == {Action.ALLOW}
    assert {account for account, _ in running.latest.spared} == {"a", "b"}
    store.add(draft("192.0.2.0/24", scope=Scope.ADDRESS, priority=999))
    snapshot = store.snapshot()
    assert snapshot.decide(Subject("a", address="192.0.2.1"), time.now).action is Action.ALLOW
    assert snapshot.decide(Subject("c", address="192.0.2.1"), time.now).action is Action.BLOCK
    engine(rule()).apply([*crowd()], [], time.now)
    assert [each.action for each in store.active()] == [Action.BLOCK]


def test_permissions_of_essential_accounts_are_renewed_before_they_end(engine, store, time):
    running = engine(ESSENTIAL + rule())
    running.apply(crowd(), [], time.now)
    for _ in range(20):
        time.now += 3 * DAY
        running.apply(crowd(), [], time.now)
        assert len(store.active()) == 2


def test_indicators_of_others_never_act_on_an_account_this_site_thinks_clear(engine, time):
    running = engine(rule("indicators > 0 && verdict != 'clear'"))
    details = {"a": Details(indicators=3), "b": Details(indicators=3)}
    taken = running.apply([verdict("a", Call.CLEAR, 0.1), verdict("b")], [LINE], time.now, details)
    assert [each.value for each in taken] == ["b"]


def lifted(account):
    """On watch with the help of what other members reported only."""
    import dataclasses

    more = Reason(LIFTED, 0.0, "what this site saw itself would not have put it on watch")
    found = verdict(account, Call.WATCH, 0.3)
    return dataclasses.replace(found, reasons=(*found.reasons, more))


def test_who_is_on_watch_with_others_word_only_is_asked_and_never_blocked(engine, store, time):
    asking = engine(rule("verdict == 'watch' && indicators > 0", action="verify"))
    details = {"a": Details(indicators=1), "b": Details(indicators=0)}
    (taken,) = asking.apply([lifted("a"), lifted("b")], [LINE], time.now, details)
    assert (taken.value, taken.action) == ("a", Action.VERIFY)
    blocking = engine(rule("verdict == 'watch'", name="harsh"))
    taken = blocking.apply([lifted("a"), verdict("c", Call.WATCH, 0.3)], [LINE], time.now, details)
    assert [each.value for each in taken] == ["c"]
    (spared,) = blocking.latest.spared
    assert spared[0] == "a"
    assert "blocks nobody" in spared[1]


def test_a_rule_that_grows_harsher_stops_short_of_blocking_on_others_word(engine, time):
    growing = ", escalation: [{ttl: 1d, action: block}]"
    running = engine(rule("verdict == 'watch'", action="verify", ttl="1h", more=growing))
    verdicts = [lifted("a"), verdict("c", Call.WATCH, 0.3)]
    first = running.apply(verdicts, [LINE], time.now)
    time.now += 2 * HOUR
    second = running.apply(verdicts, [LINE], time.now)
    assert {each.value: each.action for each in first} == dict.fromkeys("ac", Action.VERIFY)
    assert {each.value: each.action for each in second} == {"a": Action.VERIFY, "c": Action.BLOCK}


def test_verify_asks_and_who_has_proved_it_is_not_asked_again(engine, store, time):
    running = engine(rule(action="verify"))
    running.apply([verdict("a")], [LINE], time.now)
    (challenge,) = Verifications(store).waiting()
    assert challenge.account == "a"
    Verifications(store).resolve(challenge.challenge_id, State.PASSED, by="kyc", method="id", evidence="7")
    assert running.apply([verdict("a")], [LINE], time.now) == []
    assert running.latest.spared == [("a", "the account has proved who it is")]


FAILING = "verdict == 'attack' && evidence['coverage'] > 1.0"


@pytest.mark.parametrize(("on_error", "expected"), [("allow", []), ("deny", ["a"]), ("last_known", [])])
def test_a_condition_that_errs_does_what_its_rule_says_and_is_told(
    engine, tmp_path, store, time, caplog, on_error, expected
):
    import dataclasses

    from stillwatch.enforcement.conditions import compiled
    from stillwatch.enforcement.rulebook import OnError

    running = engine(rule())
    broken = dataclasses.replace(
        running.policy.rules[0], condition=compiled(FAILING), on_error=OnError(on_error), promotion=None
    )
    promoted = dataclasses.replace(broken, promotion=Promotion("analyst-1", "now", broken.digest))
    running = PolicyEngine(dataclasses.replace(running.policy, rules=(promoted,)), store)
    for _ in range(2):
        assert [each.value for each in running.apply([verdict("a")], [LINE], time.now)] == expected
        expected = []
    assert "cannot be evaluated" in caplog.text
    assert len(caplog.records) == 1
    assert running.latest.failures[0].words == "'coverage' is missing; ask `has(…)` or `in` first"


def test_last_known_keeps_what_was_decided_while_nothing_newer_can_be_told(engine, store, time):
    import dataclasses

    from stillwatch.enforcement.conditions import compiled

    sound = engine(rule())
    sound.apply([verdict("a"), verdict("b")], [LINE], time.now)
    store.lift(store.active()[0].decision_id, by="analyst-1", reason="appeal")
    kept = store.active()[0].value
    time.now += 2 * DAY
    broken = dataclasses.replace(sound.policy.rules[0], condition=compiled(FAILING))
    broken = dataclasses.replace(broken, promotion=Promotion("analyst-1", "now", broken.digest))
    running = PolicyEngine(dataclasses.replace(sound.policy, rules=(broken,)), store)
    taken = running.apply([verdict("a"), verdict("b"), verdict("c")], [LINE], time.now)
    assert [each.value for each in taken] == [kept]
