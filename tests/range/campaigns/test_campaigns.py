import pytest

from stillwatch.errors import StillwatchError
from stillwatch.range.campaign import Campaign, muster
from stillwatch.range.campaigns import families
from stillwatch.range.knobs import Knobs
from stillwatch.range.plan import DAY_MS, Window
from stillwatch.range.site import site

WINDOW = Window(1_772_409_600_000, 1_772_409_600_000 + 10 * DAY_MS)


def members(family="reasoning_elicitation", **knobs):
    campaign = Campaign(
        "camp-01", family, None, Knobs(**{"accounts": 24, "exchanges": 10, **knobs}), WINDOW.part(0.2, 0.9)
    )
    return muster(site("test", 1, WINDOW, families()[family].SPLIT), campaign)


@pytest.mark.parametrize("family", sorted(families()))
def test_every_family_musters_members_that_harvest(family):
    found = members(family)
    assert len(found) == 24
    assert len({account.account_id for account in found}) == 24
    assert all(account.label == "attack" for account in found)
    assert all(any(stream.campaign_id for stream in account.streams) for account in found)


def test_there_are_at_least_twelve_families():
    assert len(families()) >= 12


def test_shared_infrastructure_is_shared_and_unique_infrastructure_is_not():
    def payments(kind):
        return len({account.identity.payment for account in members(infrastructure=kind)})

    assert payments("shared") <= 4
    assert payments("unique") == 24


def test_fresh_accounts_are_days_old_and_aged_ones_at_least_a_month():
    start = WINDOW.part(0.2, 0.9).start
    fresh = [account.identity.created_ms for account in members(age="fresh")]
    aged = [account.identity.created_ms for account in members(age="aged")]
    assert all(start - 6 * DAY_MS < created < start for created in fresh)
    assert all(created <= start - 30 * DAY_MS for created in aged)


def test_churn_replaces_members_within_hours():
    spans = sorted(
        (s.window.start, s.window.end) for a in members(churn=0.5) for s in a.streams if s.campaign_id
    )
    ends = sorted(end for _, end in spans if end != WINDOW.part(0.2, 0.9).end)
    begins = sorted(begin for begin, _ in spans if begin != WINDOW.part(0.2, 0.9).start)
    assert len(ends) == len(begins) == 6
    assert all(0 < begin - end < DAY_MS / 3 for end, begin in zip(ends, begins, strict=True))


def test_dilution_adds_honest_traffic_in_proportion():
    for account in members(dilution=0.8):
        harvest = sum(stream.weight for stream in account.streams if stream.campaign_id)
        cover = sum(stream.weight for stream in account.streams if not stream.campaign_id)
        assert cover == pytest.approx(4 * harvest, rel=0.2)


@pytest.mark.parametrize(
    "wrong",
    [{"dilution": 0.995}, {"timing": "sometimes"}, {"cover": "none"}, {"accounts": 0}, {"paraphrase": 2}],
)
def test_knobs_out_of_range_are_refused_by_name(wrong):
    with pytest.raises(StillwatchError, match=next(iter(wrong))):
        Knobs(**wrong)
