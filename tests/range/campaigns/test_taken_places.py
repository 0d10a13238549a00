import dataclasses
import random

import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.authors.disguised import Disguised
from stillwatch.range.authors.drafts import draft, prompt
from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.crowd import Crowd
from stillwatch.range.knobs import Knobs
from stillwatch.range.live.backstage import reworded
from stillwatch.range.personas import personas
from stillwatch.range.plan import DAY_MS, Moment, Window
from stillwatch.range.population import as_before, people
from stillwatch.range.site import site
from stillwatch.range.spec import WorldSpec
from stillwatch.range.world import make_world

WINDOW = Window(1_772_409_600_000, 1_772_409_600_000 + 10 * DAY_MS)
SITE = site("test", 1, WINDOW)


@dataclasses.dataclass(frozen=True)
class Fixed:
    """Always writes the same."""

    made: dict

    def write(self, rng, aside, moment):
        assert moment.item == self.made.get("item", moment.item)
        return {**self.made, "messages": [dict(each) for each in self.made["messages"]]}


def sent(harvest, person):
    author = Disguised(Fixed(harvest), Fixed(person))
    return author.write(random.Random(1), random.Random(2), Moment(1, 0, 7, 0, 0.5))


def everybody():
    return people(SITE, WorldSpec(800, 8000, 10, ()), 800)


def members(crowd, family="reasoning_elicitation", **knobs):
    wanted = Knobs(
        **{
            "accounts": 40,
            "place": "taken",
            "infrastructure": "cloned",
            "timing": "cloned",
            "dilution": 0.5,
            **knobs,
        }
    )
    return muster(SITE, Campaign("camp-01", family, None, wanted, WINDOW.part(0.2, 0.9)), crowd)


def volume(account):
    return sum(stream.weight for stream in account.streams)


@pytest.mark.parametrize("cover", ["own", "borrowed", "fading"])
def test_who_takes_a_place_keeps_identity_and_volume_of_its_owner(cover):
    honest = {account.account_id: account for account in everybody()}
    found = members(Crowd(everybody()), cover=cover)
    assert {account.account_id for account in found} <= set(honest)
    for account in found:
        owner = honest[account.account_id]
        assert account.identity == owner.identity
        assert volume(account) == pytest.approx(volume(owner))
        harvest = next(stream for stream in account.streams if stream.campaign_id)
        assert harvest.weight == pytest.approx(volume(owner) / 2)
        assert harvest.rhythm.hours in {stream.rhythm.hours for stream in owner.streams}


@pytest.mark.parametrize("cover", ["warm_up", "fading", "borrowed"])
def test_before_the_harvest_a_place_was_its_owners_alone(cover):
    honest = {account.account_id: account for account in everybody()}
    for account in members(Crowd(everybody()), cover=cover, start=0.3):
        past, owner = as_before(account, WINDOW.start), as_before(honest[account.account_id], WINDOW.start)
        assert (past is None) == (owner is None)
        if past and owner:
            assert past.streams == owner.streams
            assert (past.label, past.archetype) == ("benign", "later_bought")


def test_members_and_the_rest_of_the_crowd_are_everybody_once():
    crowd = Crowd(everybody())
    found = members(crowd) + crowd.rest()
    assert sorted(account.account_id for account in found) == sorted(
        account.account_id for account in everybody()
    )


def test_nobody_takes_the_place_of_new_or_registered_people():
    honest = {account.account_id: account.archetype for account in everybody()}
    taken = {honest[account.account_id] for account in members(Crowd(everybody()), accounts=100)}
    assert not any(personas()[name].NEW for name in taken)
    assert not taken & {"distillation_partner", "red_team", "reseller"}


def test_at_most_a_fifth_of_an_archetype_is_taken_where_others_are_left():
    honest = [account.archetype for account in everybody()]
    crowd = Crowd(everybody())
    members(crowd, family="coding_tasks", accounts=60, infrastructure="exits")
    left = [account.archetype for account in crowd.rest()]
    assert left.count("coding_agent") >= honest.count("coding_agent") * 4 // 5 > 0
    with pytest.raises(StillwatchError, match="more honest people"):
        members(Crowd(everybody()), accounts=900)


def test_a_harvest_has_the_settings_and_the_system_prompt_of_the_person():
    own = {"temperature": 0.3, "max_tokens": None, "stream": True}
    harvest = draft(prompt("Grade.", "Item 1"), "7", temperature=0.0, max_tokens=64)
    usual = draft(prompt("You help.", "Good morning. Is it as late as it seems? No."), "No", **own) | {
        "item": -1
    }
    found = sent(harvest, usual)
    assert found["messages"] == prompt(
        "You help.", "Good morning. Is it as late as it seems? Item 1\n\nGrade."
    )
    assert {name: found[name] for name in own} == own
    assert found["model"] == harvest["model"]


def test_a_chat_client_sends_no_system_prompt_and_an_agent_its_own():
    chat = draft([{"role": "user", "content": "Hi"}], "Hello", stream=True)
    assert sent(draft(prompt("Grade.", "Item 1"), "7"), chat)["messages"] == prompt(
        None, "Hi Item 1\n\nGrade."
    )
    agent = draft(prompt("You act.", "Go"), "Gone", tools=["run"])
    assert sent(draft(prompt("Steps.", "Do"), "Done", tools=["walk"]), agent)["messages"] == prompt(
        "You act.", "Do"
    )


def test_new_wording_is_sent_by_the_same_person_as_before():
    first, second = Fixed({"messages": []}), Fixed({"messages": []})
    assert reworded(Disguised(first, first), Disguised(second, second)) == Disguised(second, first)
    assert reworded(first, second) is second


@pytest.mark.parametrize("split", ["train", "validation"])
def test_members_of_the_adaptive_world_send_no_more_than_honest_people_and_all_of_them_harvest(split):
    world = make_world("adaptive", 1, accounts=600, split=split)
    assert len(world.accounts) == pytest.approx(600, rel=0.03)
    harvested = {campaign for _, campaign in world.exchange_truth()} - {None}
    assert harvested == {campaign["campaign_id"] for campaign in world.campaigns}
    sizes = {account.account_id: [0, 0] for account in world.accounts}
    for (account, _), (_, campaign) in zip(world.senders(), world.exchange_truth(), strict=True):
        sizes[account][0] += 1
        sizes[account][1] += campaign is not None
    resold = {each["campaign_id"] for each in world.campaigns if each["infrastructure"] == "gateway"}
    assert all(sizes[account][1] for account, truth in world.truth.items() if truth.label == "attack")
    honest = sorted(sizes[account][0] for account, truth in world.truth.items() if truth.label == "benign")
    taken = [
        sizes[account][0]
        for account, truth in world.truth.items()
        if truth.label == "attack" and truth.campaign_id not in resold
    ]
    assert sum(total > honest[len(honest) * 9 // 10] for total in taken) < 0.25 * len(taken)
