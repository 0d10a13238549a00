"""The attacker's search over a made-up detector, and one trial with the real one."""

from __future__ import annotations

import dataclasses

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.adaptive.arena import Arena, Trial
from stillwatch.range.adaptive.attack import Attack, cost, naive
from stillwatch.range.adaptive.moves import moves
from stillwatch.range.adaptive.search import described, follow, search
from stillwatch.range.live.prices import Prices
from stillwatch.settings import load

PRICES = Prices()
START = naive("reasoning_elicitation", 80, 4000)


@dataclasses.dataclass
class Pretended:
    """A detector that each of some moves lowers by an amount."""

    worth: dict[str, float]
    asked: list[Attack] = dataclasses.field(default_factory=list)

    def trial(self, attack: Attack) -> Trial:
        self.asked.append(attack)
        recall = max(0.0, 1.0 - sum(self.worth.get(name, 0.0) for name in attack.moves))
        return Trial(attack, recall, 30.0 * recall, attack.leak, 100, 0)


def test_the_attacker_keeps_what_helps_and_stops_when_hardly_seen():
    field = Pretended({"aged_accounts": 0.6, "dilute": 0.35, "own_addresses": 0.01})
    path = search(field, START, PRICES, budget=50, trials=100)
    assert set(path.steps[-1].attack.moves) == {"aged_accounts", "dilute"}
    assert path.steps[-1].recall < 0.1
    assert path.halved is not None
    assert path.halved.recall <= 0.5
    assert path.trials == len(field.asked)


def test_moves_are_tried_from_the_cheapest_to_the_dearest():
    field = Pretended({})
    search(field, START, PRICES, budget=50, trials=100)
    bills = [cost(attack, PRICES).total for attack in field.asked]
    assert bills == sorted(bills)
    assert {attack.moves[0] for attack in field.asked[1:]} == set(moves()) - {"fixed_template"}


def test_nothing_dearer_than_the_budget_is_tried():
    field = Pretended({"reword_partly": 0.1})
    search(field, START, PRICES, budget=1.3, trials=100)
    most = 1.3 * cost(START, PRICES).total
    assert len(field.asked) > 1
    assert all(cost(attack, PRICES).total <= most for attack in field.asked)


def test_no_more_than_the_allowed_trials_are_made():
    field = Pretended({"dilute": 0.1})
    assert search(field, START, PRICES, budget=50, trials=4).trials == 4
    assert len(field.asked) == 4


def test_a_path_in_figures_starts_at_one_and_its_parts_add_up():
    figures = described(search(Pretended({"dilute": 0.95}), START, PRICES, budget=50, trials=40), PRICES)
    first, *_, last = figures["steps"]
    assert first["cost_multiple"] == {"total": 1.0, "accounts": 1.0, "queries": 1.0, "time": 1.0}
    assert figures["cost_multiple_to_halve_recall"] == last["cost_multiple"]["total"]
    assert last["cost_multiple"]["queries"] == 2.0
    bill = cost(START, PRICES)
    assert bill.total == bill.accounts + bill.queries + bill.time == pytest.approx(first["cost"])


def test_a_path_that_never_halves_recall_says_so():
    path = search(Pretended({}), START, PRICES, budget=50, trials=5)
    assert path.halved is None
    assert described(path, PRICES)["cost_multiple_to_halve_recall"] is None


def test_given_moves_are_made_in_order_whether_they_help_or_not():
    path = follow(Pretended({}), START, ("dilute", "aged_accounts"))
    assert [step.attack.moves for step in path.steps] == [(), ("dilute",), ("dilute", "aged_accounts")]
    with pytest.raises(StillwatchError, match="cannot be made"):
        follow(Pretended({}), START, ("fixed_template",))


@pytest.mark.parametrize(("budget", "trials"), [(0.5, 5), (2.0, 0)])
def test_a_search_that_cannot_begin_is_refused(budget, trials):
    with pytest.raises(StillwatchError):
        search(Pretended({}), START, PRICES, budget=budget, trials=trials)


def test_the_real_detector_finds_the_naive_attack_among_honest_people(tmp_path):
    settings = dataclasses.replace(load(None), checkpoint_hours=48.0, threads=2)
    arena = Arena(tmp_path, settings, 3, "train", people=150, traffic=3000)
    attack = naive("reasoning_elicitation", 20, 400)
    trial = arena.trial(attack)
    assert trial.recall > 0.8
    assert trial.evidence is not None
    assert 0 < trial.before_alarm <= trial.answers
    assert trial.answers == pytest.approx(400, rel=0.15)
