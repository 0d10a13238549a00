import random
from collections import Counter

import pytest

from stillwatch.core.decision import Action
from stillwatch.enforcement import entries
from stillwatch.enforcement.answers import Subject
from stillwatch.enforcement.displacement import Evidence, Outcome, Wager, exact_p
from stillwatch.enforcement.displacement_measure import History, Sent
from stillwatch.enforcement.displacement_run import Runner
from stillwatch.enforcement.displacement_trial import Cell, Cluster, Settings, State, Trial
from stillwatch.enforcement.displacements import Displacements
from stillwatch.enforcement.store import DecisionStore
from stillwatch.errors import StillwatchError

SECRET = b"sixteen bytes or more"
MEMBERS = frozenset(f"a{n:02}" for n in range(12))


def test_the_purse_of_a_fair_coin_is_a_martingale_whatever_the_sizes():
    sizes = (3.0, 1.0, 7.0, 1.0, 2.0, 9.0)
    ends = []
    for ways in range(2 ** len(sizes)):
        wager = Wager((0.2, 0.95), 0.5)
        for place, size in enumerate(sizes):
            wager.add(size if ways >> place & 1 else -size)
        ends.append(wager.value)
    assert sum(ends) / len(ends) == pytest.approx(1.0)


def test_coins_alone_hardly_ever_make_the_purse_large():
    dice, reached = random.Random(5), 0
    for _ in range(400):
        wager, best = Wager((0.2, 0.4, 0.6, 0.8, 0.95), 0.0), 1.0
        for _ in range(60):
            best = max(best, wager.add(dice.choice((1, -1)) * dice.randint(1, 5)))
        reached += best >= 20
    assert reached <= 400 / 20 + 3 * (400 / 20 * 0.95) ** 0.5


def test_the_randomisation_p_value_counts_all_ways_the_coins_could_have_fallen():
    assert exact_p([]) == exact_p([0.0]) == 1.0
    assert exact_p([1.0] * 5) == 1 / 32
    assert exact_p([2.0, 1.0, -1.0]) == 3 / 8
    assert exact_p([1.0] * 30) <= 1e-4
    assert 0.3 < exact_p([1.0, -1.0] * 15) < 0.8


def test_what_moves_only_while_slowed_convicts_and_what_moves_anyway_does_not():
    moving, sharing = Evidence(0.15), Evidence(0.15)
    for number in range(40):
        fell = bool(number % 2)
        moving.add(Outcome({"a": 2}, {"a": 2} if fell else {}, 5, 5), {"a": fell}, 0.0)
        sharing.add(Outcome({"a": 2}, {"a": 2}, 5, 5), {"a": fell}, 0.0)
    assert moving.value > 100
    assert moving.anytime_p < 0.01
    assert moving.exact_p() < 0.001
    assert sharing.best < 10
    assert (moving.asked, moving.moved) == (40, 40)


def test_requests_that_come_back_where_they_were_refused_speak_against_a_queue():
    evidence = Evidence(0.15)
    for _ in range(40):
        evidence.add(Outcome({"a": 1}, {}, 5, 5, {"a": 1}), {"a": True}, 0.0)
    assert evidence.against > 100
    assert evidence.value == 1.0
    assert 0.05 < evidence.at_most(0.01) < 0.25


def test_requests_that_are_never_seen_again_say_nothing():
    evidence = Evidence(0.15)
    for _ in range(400):
        evidence.add(Outcome({"a": 1}, {}, 5, 5), {"a": True}, 0.0)
    assert (evidence.against, evidence.asked) == (1.0, 400)
    assert evidence.at_most(0.01) == 1.0


def test_the_largest_share_that_can_have_moved_is_hardly_ever_below_the_true_one_at_any_time():
    dice, missed = random.Random(8), 0
    for _ in range(80):
        evidence, ever = Evidence(0.1), False
        for _ in range(40):
            went = dice.random() < 0.3
            evidence.add(Outcome({"a": 1}, {"a": int(went)}, 0, 0, {"a": int(not went)}), {"a": True}, 0.0)
            ever |= evidence.at_most(0.1) < 0.3
        missed += ever
    assert missed <= 80 * 0.1


def trial(**changes):
    return Trial(Cluster(MEMBERS), SECRET, settings(**changes))


def settings(**changes):
    """Cells of a minute, in which this file's site moves."""
    return Settings(**({"cell": 60.0, "turn": 90, "late": 0.0, "active": 3600.0} | changes))


RATES = dict.fromkeys(MEMBERS, 2.0)


def test_the_same_secret_throws_the_same_coins_and_is_committed_to_before():
    one, two = trial(), trial()
    assert [one.next_cell(60.0 * n, RATES) for n in range(5)] == [
        two.next_cell(60.0 * n, RATES) for n in range(5)
    ]
    assert one.commitment == two.commitment != Trial(Cluster(MEMBERS), SECRET + b"x").commitment


def test_nobody_is_slowed_beyond_the_budget_and_excluded_accounts_never():
    running = Trial(Cluster(MEMBERS, excluded=frozenset({"a00"})), SECRET, settings(budget=600.0))
    seen = Counter()
    while (cell := running.next_cell(60.0 * len(running.cells), RATES)) is not None:
        seen.update(account for account, fell in cell.slowed.items() if fell)
        assert len(cell.slowed) <= round(0.4 * 12)
        assert not cell.watched & cell.slowed.keys()
    assert "a00" not in seen
    assert max(seen.values()) == 10
    assert running.spent == {account: 60.0 * count for account, count in seen.items()}


def test_only_accounts_that_sent_something_lately_are_slowed():
    cell = trial().next_cell(0.0, {"a03": 1.0, "a04": 0.0})
    assert cell.slowed.keys() == {"a03"}
    assert trial().next_cell(0.0, {}) is None


def test_accounts_of_one_organisation_are_no_others_of_each_other():
    one = Cluster(MEMBERS, dict.fromkeys(MEMBERS, "org-1"))
    assert Trial(one, SECRET).state is State.NOT_POSSIBLE
    two = Cluster(MEMBERS, {account: f"org-{number % 6}" for number, account in enumerate(sorted(MEMBERS))})
    cell = Trial(two, SECRET).next_cell(0.0, RATES)
    assert not {two.organizations[each] for each in cell.watched} & {
        two.organizations[each] for each in cell.slowed
    }


@pytest.mark.parametrize(
    "changes", [{"cell": 0.0}, {"share": 0.9}, {"pace": 0.0}, {"budget": 1.0}, {"alpha": 1.0}]
)
def test_settings_that_make_no_test_are_refused(changes):
    with pytest.raises(StillwatchError, match="no displacement test"):
        trial(**changes)
    with pytest.raises(StillwatchError, match="too short"):
        Trial(Cluster(MEMBERS), b"short")


def outcome(sent, organizations=None):
    cluster = Cluster(MEMBERS, organizations or {})
    history = History(cluster)
    history.add(Sent(moment, account, frozenset(clauses)) for moment, account, clauses in sent)
    cell = Cell(0, 100.0, {"a00": True, "a01": False}, MEMBERS - {"a00", "a01"}, 0.0)
    return history.outcome(cell, Settings(cell=60.0, reach=600.0))


def test_what_another_account_asks_afterwards_within_reach_has_moved():
    found = outcome(
        [(110, "a00", {1, 2}), (111, "a01", {3}), (130, "a05", {2, 9}), (300, "a06", {3}), (900, "a07", {1})]
    )
    assert found == Outcome({"a00": 1, "a01": 1}, {"a00": 1, "a01": 1}, 1, 2)


def test_what_was_known_before_or_is_only_repeated_has_not_moved():
    assert outcome([(50, "a05", {1}), (110, "a00", {1}), (120, "a05", {1})]) == Outcome({}, {}, 1, 0)
    repeated = outcome([(110, "a00", {1}), (120, "a00", {1}), (130, "a00", {1})])
    assert repeated == Outcome({"a00": 1}, {}, 0, 0, {"a00": 1})
    assert (
        outcome([(110, "a00", {1, 2}), (120, "a00", {1, 3})]).stayed == {}
    )  # another request in a known frame
    assert outcome([(110, "a00", {1}), (800, "a05", {1})]) == Outcome({"a00": 1}, {}, 0, 0)


def test_what_moves_within_an_organisation_is_its_own_business():
    sent = [(110, "a00", {1}), (120, "a05", {1}), (130, "a01", {2}), (140, "a06", {2})]
    assert outcome(sent, {"a00": "org-1", "a05": "org-1"}).moved == {"a01": 1}


def test_novelty_of_the_others_does_not_hang_on_what_the_panel_was_kept_from():
    with_panel = outcome([(110, "a00", {1}), (120, "a05", {1}), (130, "a06", {1, 2})])
    without = outcome([(120, "a05", {1}), (130, "a06", {1, 2})])
    assert with_panel.novel == without.novel == 2


class Site:
    """Twelve accounts that ask for new things, under the decisions of a store, with or without a common queue."""

    def __init__(self, store: DecisionStore, clock, *, conserving: bool, rewriting: bool = False) -> None:
        self.store, self.clock, self.conserving, self.rewriting = store, clock, conserving, rewriting
        self.log: list[Sent] = []
        self.dice = random.Random(3)
        self.items = 0
        self.refused = Counter()

    def minute(self):
        waiting = []
        snapshot = self.store.snapshot()
        for account in sorted(MEMBERS):
            if self.dice.random() < 0.1:
                self.items += 1
                self.log.append(Sent(self.clock.now + 5, account, frozenset({self.items})))
                answer = snapshot.decide(Subject(account), self.clock.now + 5)
                if answer.action is Action.THROTTLE and self.dice.random() < 0.8:
                    self.refused[account] += 1
                    waiting.append((account, self.items))
        for account, item in waiting:
            if self.rewriting:
                self.items += 1
                item = self.items
            other = self.dice.choice(sorted(MEMBERS - {account})) if self.conserving else account
            self.log.append(Sent(self.clock.now + 40, other, frozenset({item})))
        self.clock.now += 60

    def sent(self, begin, end):
        return [each for each in self.log if begin <= each.moment < end]


def run(store, time, site, running, minutes=1500):
    for _ in range(minutes):
        if running.step(time.now) is not State.RUNNING:
            break
        site.minute()
        store.expire()
    return running.trial.state


def test_a_queue_is_found_while_everybody_is_slowed_only_for_minutes_and_let_go_at_the_end(store, time):
    site = Site(store, time, conserving=True)
    running = Runner("displacement-camp-1", trial(reach=120.0), store, site.sent, time.now)
    assert run(store, time, site, running) is State.DISPLACED
    assert store.active() == []
    assert running.trial.evidence.exact_p() < 0.02
    kinds = Counter(each.kind for each in entries.entries(store.database, running.name))
    assert kinds["displacement-start"] == kinds["displacement-end"] == 1
    assert kinds["displacement-cell"] >= kinds["displacement-outcome"] > 5
    assert max(site.refused.values()) < 20


def test_people_who_only_repeat_themselves_are_cleared_soon(store, time):
    site = Site(store, time, conserving=False)
    running = Runner("displacement-app", trial(reach=120.0), store, site.sent, time.now)
    assert run(store, time, site, running) is State.NOT_DISPLACED
    assert running.trial.evidence.moved == 0
    assert len(running.trial.cells) < 600


def test_a_queue_whose_every_request_is_written_anew_is_not_cleared(store, time):
    site = Site(store, time, conserving=True, rewriting=True)
    running = Runner("displacement-camp-1", trial(reach=120.0, budget=1800.0), store, site.sent, time.now)
    run(store, time, site, running, minutes=110)
    assert running.trial.evidence.asked > 3
    assert running.trial.state is State.RUNNING
    assert running.stop("analyst-1", "long enough") is State.UNDECIDED
    end = list(entries.entries(store.database, running.name))[-1]
    assert '"stayed":0' in end.details
    assert '"at_most":1.0' in end.details


def test_a_restarted_runner_goes_on_where_it_was(store, time):
    site = Site(store, time, conserving=True)
    first = Runner("displacement-camp-1", trial(reach=120.0), store, site.sent, time.now)
    begin = time.now
    run(store, time, site, first, minutes=8)
    again = Runner("displacement-camp-1", trial(reach=120.0), store, site.sent, begin)
    assert again.trial.cells == first.trial.cells
    assert again.trial.evidence.value == pytest.approx(first.trial.evidence.value)
    assert run(store, time, site, again) is State.DISPLACED
    assert (
        Runner("displacement-camp-1", trial(reach=120.0), store, site.sent, begin).trial.state
        is State.DISPLACED
    )


def test_a_stopped_test_lets_everybody_go_and_tells_its_secret(store, time):
    site = Site(store, time, conserving=True)
    running = Runner("displacement-camp-1", trial(reach=120.0), store, site.sent, time.now)
    run(store, time, site, running, minutes=3)
    assert running.stop("analyst-1", "the customer called") is State.UNDECIDED
    assert store.active() == []
    assert SECRET.hex() in list(entries.entries(store.database, running.name))[-1].details


def test_throttles_of_a_test_never_let_through_whom_a_rule_blocks(store, time, draft):
    site = Site(store, time, conserving=True)
    for account in MEMBERS:
        store.add(draft(account, Action.BLOCK, ttl=86_400.0))
    for _ in range(60):
        site.minute()
    running = Runner("displacement-camp-1", trial(), store, site.sent, time.now - 3600)
    for _ in range(5):
        running.step(time.now)
        site.minute()
    assert len(running.trial.cells) == 5
    snapshot = store.snapshot()
    assert {snapshot.decide(Subject(each), time.now - 30).action for each in MEMBERS} == {Action.BLOCK}


def test_a_person_begins_a_test_and_it_goes_on_after_a_restart(store, time):
    site = Site(store, time, conserving=True)

    def sent(accounts, begin, end):
        return [each for each in site.sent(begin, end) if each.account in accounts]

    def minutes(tests, count):
        ended = []
        for _ in range(count):
            ended += tests.step(time.now)
            site.minute()
            store.expire()
        return ended

    first = Displacements(store, sent, SECRET)
    given = {"by": "analyst-1", "reason": "under watch", "history": 3600.0, "settings": settings(reach=120.0)}
    begun = first.begin("camp-1", Cluster(MEMBERS), **given)
    assert begun.state is State.RUNNING
    with pytest.raises(StillwatchError, match="runs already"):
        first.begin("camp-1", Cluster(MEMBERS), **given)
    with pytest.raises(StillwatchError, match="person has to answer"):
        first.begin("camp-2", Cluster(MEMBERS), **(given | {"by": "policy"}))
    assert minutes(first, 6) == []
    again = Displacements(store, sent, SECRET)
    assert again.standing(begun.name).cells == first.standing(begun.name).cells == 5
    assert minutes(again, 1500) == [begun.name]
    (found,) = again.all()
    assert (found.state, found.moved > 5, found.anytime_p <= 0.01) == (State.DISPLACED, True, True)
    asked = next(
        each for each in entries.entries(store.database, begun.name) if each.kind == "displacement-asked"
    )
    assert (asked.by, asked.reason) == ("analyst-1", "under watch")
    assert [each.name for each in Displacements(store, sent, SECRET).all()] == [begun.name]
    with pytest.raises(StillwatchError, match="no displacement test"):
        again.stop("displacement-none", by="analyst-1", reason="x")
