from __future__ import annotations

import dataclasses
import re

from stillwatch.core.verdict import DetectionResult, Link
from stillwatch.reporting.charts import link_graph


def _drawing(result: DetectionResult, place: int) -> str:
    verdicts = {verdict.account_id: verdict for verdict in result.verdicts}
    return link_graph.link_graph(result.campaigns[place], verdicts, prefix="c")


def test_the_drawing_is_the_same_every_time(varied: DetectionResult):
    assert _drawing(varied, 2) == _drawing(varied, 2)


def test_at_most_sixty_accounts_are_drawn_and_the_description_says_of_how_many(varied: DetectionResult):
    drawing = _drawing(varied, 2)
    assert drawing.count("<circle") == link_graph.MOST_NODES
    assert "60 of 200 accounts" in drawing


def test_dots_stay_apart_and_inside_the_drawing(varied: DetectionResult):
    dots = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', _drawing(varied, 2))
    places = [(float(x), float(y), float(r)) for x, y, r in dots]
    assert all(r <= x <= link_graph.WIDTH - r for x, _, r in places)
    for number, (x, y, r) in enumerate(places):
        for a, b, other in places[number + 1 :]:
            assert ((x - a) ** 2 + (y - b) ** 2) ** 0.5 >= r + other


def test_every_account_keeps_a_line_when_most_links_are_left_out(varied: DetectionResult):
    campaign = varied.campaigns[2]
    drawn = link_graph.drawn_part(campaign)
    assert len(drawn.links) <= 2 * len(drawn.accounts)
    touched = {name for link in drawn.links for name in (link.left, link.right)}
    assert touched == set(drawn.accounts)


def test_each_kind_has_its_own_stroke_and_unknown_kinds_too():
    kinds = ("content", "address", "payment", "client", "phone", "referral")
    patterns = link_graph.stroke_patterns([Link("a", "b", kind, 9, "") for kind in kinds])
    assert len(set(patterns.values())) == len(kinds)
    assert patterns["content"] is None


def test_links_to_strangers_or_to_oneself_are_not_drawn(small: DetectionResult):
    campaign = small.campaigns[0]
    odd = (
        Link("nobody", campaign.accounts[0], "content", 9, ""),
        Link(*campaign.accounts[:1] * 2, "content", 9, ""),
    )
    drawn = link_graph.drawn_part(dataclasses.replace(campaign, links=odd))
    assert drawn.links == ()


def test_one_account_and_no_link_still_give_a_drawing(small: DetectionResult):
    campaign = dataclasses.replace(small.campaigns[0], accounts=small.campaigns[0].accounts[:1], links=())
    assert link_graph.link_graph(campaign, {}, prefix="c").count("<circle") == 1
