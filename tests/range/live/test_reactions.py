"""How a live world takes decisions: campaigns move load or do not, buy, reword and pay; people complain and leave."""

from __future__ import annotations

import collections
from datetime import datetime, timedelta

import pytest

from stillwatch.range.live.customers import BALANCERS
from stillwatch.range.live.decisions import Action, Decision
from stillwatch.range.live.planned import unhindered
from stillwatch.range.live.world import LiveWorld
from stillwatch.range.plan import DAY_MS

WORLD = {"name": "demo", "seed": 7, "accounts": 300, "exchanges": 4300}
LATER = 12.0


def begun(reaction: str = "conserving", **settings) -> LiveWorld:
    """A world at its fourth day, when all campaigns but the last are under way."""
    world = LiveWorld(**WORLD, reaction=reaction, **settings)
    world.step(96)
    return world


def members(world: LiveWorld, campaign: str) -> list[str]:
    return [account for account, truth in world.truth.items() if truth.campaign_id == campaign]


def rest(world: LiveWorld) -> list[dict]:
    records = []
    while not world.over:
        records += world.step(LATER)
    world.close()
    return records


def harvested(world: LiveWorld, records: list[dict], accounts: set[str]) -> int:
    truth = dict(world.exchange_truth)
    return sum(
        record["account_id"] in accounts
        and truth[record["request_id"]] is not None
        and record["status"] == 200
        for record in records
    )


@pytest.fixture(scope="module")
def untouched() -> tuple[LiveWorld, list[dict]]:
    world = begun()
    return world, rest(world)


@pytest.mark.parametrize(("reaction", "moves_load"), [("conserving", True), ("adaptive", False)])
def test_only_a_conserving_campaign_lets_the_others_do_what_slowed_members_cannot(
    untouched, reaction, moves_load
):
    world = begun(reaction)
    everybody = members(world, "camp-01")
    slowed, others = everybody[::2], set(everybody[1::2])
    world.decide(Decision(account, Action.THROTTLE, share=0.9) for account in slowed)
    load = harvested(world, rest(world), others)
    usual = harvested(*untouched, others)
    assert (load > 1.2 * usual) is moves_load
    assert moves_load or load <= 1.02 * usual


def test_nobody_carries_more_than_its_ceiling(untouched):
    world = begun()
    everybody = members(world, "camp-01")
    world.decide(Decision(account, Action.THROTTLE, share=1.0) for account in everybody[1:])
    load = harvested(world, rest(world), {everybody[0]})
    usual = harvested(*untouched, {everybody[0]})
    member = world.crews["camp-01"].members[
        next(n for n, account in enumerate(world.accounts) if account.account_id == everybody[0])
    ]
    assert usual < load <= 2 * usual + member.cap
    assert world.crews["camp-01"].backlog


@pytest.fixture(scope="module")
def blocked() -> tuple[LiveWorld, list[str], list[dict]]:
    """A conserving world in which four members were blocked on the fourth day."""
    world = begun()
    chosen = members(world, "camp-01")[:4]
    world.decide(Decision(account, Action.BLOCK) for account in chosen)
    return world, chosen, rest(world)


def test_what_was_not_answered_is_still_in_the_queue(blocked):
    world, _, _ = blocked
    crew = world.crews["camp-01"]
    planned = next(each for each in world.planned.campaigns if each["campaign_id"] == "camp-01")
    waiting = set(crew.backlog)
    assert len(crew.backlog) == len(waiting)
    assert not waiting & crew.leak.full
    assert len(waiting) + len(crew.leak.full) <= planned["harvest_exchanges"]
    # All that is missing are the few answers that fail in every world, and requests still on their way at the end.
    assert len(waiting) + len(crew.leak.full) >= 0.97 * planned["harvest_exchanges"]


def test_blocked_members_are_replaced_within_a_day_by_bought_accounts_that_carry_on(blocked):
    world, chosen, records = blocked
    events = world.ledger.events
    replaced = {event["account_id"]: event for event in events if event["event"] == "replaced"}
    first = {}
    for record in records:
        if record["status"] == 403:
            first.setdefault(record["account_id"], record["ts"])
    assert set(replaced) <= set(chosen)
    assert len(replaced) >= 3
    for account, event in replaced.items():
        waited = datetime.fromisoformat(event["ts"]) - datetime.fromisoformat(first[account])
        assert timedelta(0) < waited < timedelta(days=1)
        assert world.truth[event["by"]].label == "attack"
        assert world.truth[event["by"]].campaign_id == "camp-01"
    bought = {event["by"] for event in replaced.values()}
    assert harvested(world, records, bought) > 0
    assert any(event["event"] == "reworded" for event in events)


def test_rewording_leaves_the_plan_and_what_it_would_have_leaked_alone(blocked, untouched):
    world = blocked[0]
    assert world.crews["camp-01"].wording > 0
    plain = unhindered(world.planned, world.window.end, world.prices)
    for name, crew in untouched[0].crews.items():
        assert plain.leaks[name].full == crew.leak.full


def test_a_campaign_without_supply_buys_nobody():
    world = begun(supply=0.0)
    world.decide(Decision(account, Action.BLOCK) for account in members(world, "camp-01")[:4])
    rest(world)
    assert world.ledger.count("replaced") == 0


def test_an_adaptive_campaign_pauses_and_comes_back_slower_more_diluted_and_in_smaller_parts(untouched):
    world = begun("adaptive")
    blocked = members(world, "camp-01")[:4]
    world.decide(Decision(account, Action.BLOCK) for account in blocked)
    rest(world)
    crew = world.crews["camp-01"]
    kinds = collections.Counter(event["event"] for event in world.ledger.events)
    assert kinds["paused"] >= 1
    assert kinds["resumed"] >= 1
    assert crew.knobs.dilution > crew.campaign.knobs.dilution
    assert kinds["replaced"] > len({e["account_id"] for e in world.ledger.events if e["event"] == "replaced"})
    assert len(crew.leak.full) < len(untouched[0].crews["camp-01"].leak.full)


def test_degraded_answers_are_counted_apart_and_carry_no_reasoning():
    world = begun()
    chosen = members(world, "camp-02")
    world.decide(Decision(account, Action.DEGRADE) for account in chosen)
    records = [record for record in rest(world) if record["account_id"] in chosen]
    assert all(record["reasoning_tokens"] == 0 for record in records)
    leak = world.crews["camp-02"].leak
    assert leak.degraded
    assert not leak.degraded & leak.full


@pytest.fixture(scope="module")
def troubled() -> tuple[LiveWorld, dict[Action, set[str]], list[dict]]:
    """A world in which honest people were blocked, slowed down and asked to prove who they are, in turn."""
    world = begun()
    honest = sorted(
        account
        for account, truth in world.truth.items()
        if truth.label == "benign" and truth.archetype not in BALANCERS
    )
    actions = (Action.BLOCK, Action.THROTTLE, Action.VERIFY)
    chosen = {action: set(honest[place::3]) for place, action in enumerate(actions)}
    world.decide(
        Decision(account, action, share=1.0)
        for action, accounts in chosen.items()
        for account in sorted(accounts)
    )
    return world, chosen, rest(world)


def test_honest_people_who_are_blocked_complain_and_some_leave(troubled):
    world, chosen, records = troubled
    who = {
        kind: [e["account_id"] for e in world.ledger.events if e["event"] == kind]
        for kind in ("complained", "left")
    }
    assert len(chosen[Action.BLOCK] & set(who["complained"])) > 10
    assert 0 < len(chosen[Action.BLOCK] & set(who["left"])) < 0.5 * len(chosen[Action.BLOCK])
    assert len(who["left"]) == len(set(who["left"]))
    refused = collections.Counter(r["account_id"] for r in records if r["status"] == 403)
    # After three refusals they wait for a decision instead of knocking on.
    assert max(refused[account] for account in chosen[Action.BLOCK]) == 3


def test_slowed_people_try_again_three_times(troubled):
    world, chosen, records = troubled
    tries = collections.Counter(
        (r["account_id"], str(r["messages"])) for r in records if r["account_id"] in chosen[Action.THROTTLE]
    )
    assert collections.Counter(tries.values()).most_common(1)[0][0] == 4
    assert world.customers.retried > 0


def test_most_honest_people_pass_verification_and_their_requests_are_answered_after_all(troubled):
    world, chosen, records = troubled
    asked = chosen[Action.VERIFY]
    assert len(asked & world.desk.passed) > 0.85 * len(asked & (world.desk.passed | world.desk.failed))
    answered = {r["account_id"] for r in records if r["status"] == 200}
    assert asked & world.desk.passed <= answered
    assert not asked & world.desk.failed & answered


def test_an_organisation_that_balances_load_conserves_its_work():
    world = begun()
    teams = collections.defaultdict(list)
    for account in world.accounts:
        if account.archetype == "saas_org":
            teams[account.identity.organization_id].append(account.account_id)
    team = max(teams.values(), key=len)
    assert len(team) >= 2
    kept, usual = team[0], begun()
    world.decide(Decision(account, Action.THROTTLE, share=1.0) for account in team[1:])

    def load(run: LiveWorld) -> int:
        return sum(r["account_id"] == kept and r["status"] == 200 for r in run.step(48))

    assert load(world) > 1.3 * load(usual)


def test_a_decision_ends_when_it_was_said_to_end():
    world = begun()
    honest = next(a.account_id for a in world.accounts if a.archetype == "saas_single")
    world.decide([Decision(honest, Action.THROTTLE, until=world.now + DAY_MS, share=1.0)])
    during = [r for r in world.step(24) if r["account_id"] == honest]
    after = [r for r in world.step(48) if r["account_id"] == honest]
    assert during
    assert all(r["status"] == 429 for r in during)
    assert any(r["status"] == 200 for r in after)


@pytest.mark.parametrize("action", [Action.VERIFY, Action.BLOCK])
def test_bills_add_up_to_what_was_paid(action):
    world = LiveWorld(**WORLD, reaction="mixed")
    world.step(96)
    world.decide(
        Decision(account, action) for account in members(world, "camp-01") + members(world, "camp-02")
    )
    world.step(72)
    world.close()
    for name, crew in world.crews.items():
        paid = sum(
            event["amount"]
            for event in world.ledger.events
            if event["event"] == "paid" and event["campaign_id"] == name
        )
        assert paid == pytest.approx(crew.bill.total(world.prices), abs=1e-3)
