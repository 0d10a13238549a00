from __future__ import annotations

import dataclasses

from stillwatch.core.verdict import DetectionResult, Timeline
from stillwatch.reporting.charts import swim_lanes


def test_the_busiest_twenty_accounts_have_lanes_and_the_union_holds_everybody(varied: DetectionResult):
    campaign = varied.campaigns[2]
    lanes = swim_lanes.lanes_of(campaign.timeline)
    assert lanes is not None
    assert len(lanes.accounts) == swim_lanes.MOST_LANES
    assert lanes.union.total == sum(sum(counts) for counts in campaign.timeline.counts.values())
    assert [lane.total for lane in lanes.accounts] == sorted(
        (lane.total for lane in lanes.accounts), reverse=True
    )


def test_many_bins_are_joined_without_losing_an_exchange():
    lanes = swim_lanes.lanes_of(Timeline("2026-11-02T06:00:00Z", 60, {"a": (1,) * 1001, "b": (0, 2)}))
    assert lanes is not None
    assert len(lanes.union.counts) <= swim_lanes.MOST_BINS
    assert lanes.union.total == 1003
    assert lanes.step.total_seconds() == 600


def test_a_timeline_without_exchanges_has_no_lanes():
    assert swim_lanes.lanes_of(Timeline("2026-11-02T06:00:00Z", 60, {})) is None
    assert swim_lanes.lanes_of(Timeline("2026-11-02T06:00:00Z", 60, {"a": (0, 0)})) is None
    assert swim_lanes.lanes_of(Timeline("no time", 60, {"a": (1,)})) is None


def test_the_alarm_is_a_line_with_its_time(varied: DetectionResult):
    campaign = varied.campaigns[2]
    lanes = swim_lanes.lanes_of(campaign.timeline)
    assert lanes is not None
    drawing = swim_lanes.swim_lanes(campaign, lanes, {}, prefix="c")
    assert "first alarm 3 Nov, 22:30" in drawing
    silent = dataclasses.replace(campaign, first_alarm_ts=None)
    assert "alarm-line" not in swim_lanes.swim_lanes(silent, lanes, {}, prefix="c")


def test_accounts_own_alarms_are_notched_into_their_lanes(varied: DetectionResult):
    campaign = varied.campaigns[1]
    lanes = swim_lanes.lanes_of(campaign.timeline)
    assert lanes is not None
    verdicts = {verdict.account_id: verdict for verdict in varied.verdicts}
    alarmed = [name for name in campaign.accounts if verdicts[name].first_alarm_ts]
    drawing = swim_lanes.swim_lanes(campaign, lanes, verdicts, prefix="c")
    assert drawing.count('class="notch"') == len(alarmed)


def test_the_scale_is_said_in_words(varied: DetectionResult):
    lanes = swim_lanes.lanes_of(varied.campaigns[2].timeline)
    assert lanes is not None
    assert "A bar is 4 h" in swim_lanes.scale_note(lanes)
    assert "180 quieter accounts not drawn" in swim_lanes.scale_note(lanes)
