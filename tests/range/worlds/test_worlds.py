import pytest

from stillwatch.range.campaigns import families, families_of
from stillwatch.range.splits import SPLITS
from stillwatch.range.tactics import tactics
from stillwatch.range.world import make_world
from stillwatch.range.worlds import worlds


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("name", sorted(worlds()))
def test_every_world_can_be_made_small_in_every_split(name, split):
    accounts = 200 if name == "single-account" else 600
    world = make_world(name, 1, accounts=accounts, split=split)
    assert len(world) == pytest.approx(worlds()[name].spec(accounts, split).exchanges, rel=0.02)
    assert len(world.truth) == pytest.approx(accounts, rel=0.12)
    assert next(iter(world.exchanges()))["messages"]
    assert {families()[campaign["family"]].SPLIT for campaign in world.campaigns} <= {split}
    assert {tactics()[campaign["tactic"]].SPLIT for campaign in world.campaigns} <= {split}


def test_the_benign_world_accuses_nobody():
    world = make_world("benign", 1, accounts=1000)
    assert {truth.label for truth in world.truth.values()} == {"benign"}


@pytest.mark.parametrize("split", SPLITS)
def test_the_standard_world_has_every_family_of_its_split(split):
    found = {
        campaign["family"] for campaign in make_world("standard", 1, accounts=400, split=split).campaigns
    }
    assert found == set(families_of(split))


def test_in_the_contaminated_world_two_fifths_of_the_traffic_are_attackers():
    world = make_world("contaminated", 1, accounts=1500)
    theirs = sum(campaign["members_exchanges"] for campaign in world.campaigns)
    assert theirs / len(world) == pytest.approx(0.4, abs=0.05)


def test_where_the_easy_fields_are_denied_attackers_share_no_payment_and_no_address_and_none_is_new():
    world = make_world("denied", 1, accounts=600)
    attackers = [each for each in world.accounts if world.truth[each.account_id].label == "attack"]
    payments = [each.identity.payment for each in attackers]
    addresses = [address for each in attackers for address in set(each.identity.addresses)]
    assert None not in payments
    assert len(set(payments)) == len(payments)
    assert len(set(addresses)) > 0.97 * len(addresses), "no more than two homes meet in one network"
    assert max(each.identity.created_ms for each in attackers) < world.window.start


def test_in_the_cold_world_nobody_is_older_than_the_site():
    world = make_world("cold", 1, accounts=600)
    assert min(account.identity.created_ms for account in world.accounts) >= world.window.start


def test_single_harvesters_have_exactly_the_sizes_and_dilutions_of_the_published_test():
    world = make_world("single-account", 1, accounts=150)
    for campaign in world.campaigns:
        assert campaign["members"] == 1
        assert campaign["members_exchanges"] in {100, 500, 1500}
        diluted = 1 - campaign["harvest_exchanges"] / campaign["members_exchanges"]
        assert diluted == pytest.approx(campaign["dilution"], abs=0.01)


def test_two_labs_share_campaigns_and_infrastructure_but_no_account():
    first, second = (make_world("two-labs", 1, accounts=500, lab=lab) for lab in ("lab-a", "lab-b"))
    assert not set(first.truth) & set(second.truth)
    ids = [[campaign["campaign_id"] for campaign in world.campaigns] for world in (first, second)]
    assert ids[0] == ids[1]
    payments = [
        {a.identity.payment for a in world.accounts if a.campaign_id == "camp-01"}
        for world in (first, second)
    ]
    assert payments[0] == payments[1]


@pytest.mark.parametrize("overlap", [0.0, 0.5])
def test_labs_see_as_much_of_the_same_infrastructure_as_the_knob_says(overlap):
    settings = ["infrastructure=unique", f"overlap={overlap}"]
    first, second = (
        {
            account.identity.payment
            for account in make_world("two-labs", 1, accounts=500, lab=lab, settings=settings).accounts
            if account.campaign_id
        }
        for lab in ("lab-a", "lab-b")
    )
    assert len(first & second) == pytest.approx(overlap * len(first), abs=0.15 * len(first))
    assert bool(first & second) == bool(overlap)


def test_stress_has_one_large_campaign_and_many_small_ones():
    sizes = sorted(campaign["members"] for campaign in make_world("stress", 1, accounts=2000).campaigns)
    assert sizes[-1] == 500
    assert set(sizes[:-1]) == {5}
