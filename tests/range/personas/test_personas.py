import pytest

from stillwatch.range.cohort import Cohort
from stillwatch.range.personas import personas
from stillwatch.range.plan import DAY_MS, Window
from stillwatch.range.site import site

WINDOW = Window(1_772_409_600_000, 1_772_409_600_000 + 10 * DAY_MS)


def recruited(name, count=40):
    return personas()[name].recruit(Cohort(site("test", 1, WINDOW), name, count))


def test_there_are_at_least_twenty_archetypes_and_several_new_communities():
    assert len(personas()) >= 20
    assert sum(persona.NEW for persona in personas().values()) >= 3


@pytest.mark.parametrize("name", sorted(personas()))
def test_every_archetype_recruits_honest_accounts(name):
    found = recruited(name)
    assert 0.7 * 40 <= len(found) <= 1.3 * 40
    assert len({account.account_id for account in found}) == len(found)
    assert all(account.label == "benign" and account.campaign_id is None for account in found)
    assert all(stream.weight > 0 for account in found for stream in account.streams)


@pytest.mark.parametrize("name", sorted(name for name, persona in personas().items() if persona.NEW))
def test_new_communities_begin_inside_the_window(name):
    for account in recruited(name):
        assert any(stream.window is not None for stream in account.streams)
        assert all(s.window.start > WINDOW.start for s in account.streams if s.window is not None)


def test_a_night_office_shares_its_line_and_its_payment():
    found = recruited("night_office", 12)
    assert len({account.identity.payment for account in found}) == 1
    assert len({account.identity.addresses for account in found}) == 1


def test_the_users_of_a_bring_your_own_key_app_share_nothing_but_the_template():
    found = recruited("new_byok_app", 120)
    payments = {account.identity.payment for account in found if account.identity.payment}
    assert len(payments) > 80
    assert len({account.identity.organization_id for account in found}) == 1
