from __future__ import annotations

import dataclasses
import re

from stillwatch.reporting.charts.tie_graph import Node, Shape, Tie, tie_graph, tie_legend

ACCOUNT = Node(
    "a", Shape.ACCOUNT, "acct-1", "attack", 10, 3, "acct-1: attack; 3 not drawn", "/cases/case-1?open=a"
)
OTHER = Node("b", Shape.ACCOUNT, "<script>", "watch", 1, 0, "<script>: watch")
VALUE = Node("v", Shape.VALUE, "payment 1f", "payment", 2, 0, "2 accounts used this payment")
GROUP = Node("g", Shape.GROUP, "more accounts", "", 4123, 0, "4,123 accounts folded", "/cases/case-1?open=c")
TIES = [
    Tie("a", "v", 20.0, False, "seen"),
    Tie("b", "v", 20.0, False, "seen"),
    Tie("a", "b", 30.0, True, "wording"),
]


def drawn() -> str:
    return tie_graph([ACCOUNT, OTHER, VALUE, GROUP], TIES, title="Ties", description="Who.", prefix="t")


def test_what_was_inferred_is_dotted_and_what_was_seen_is_not():
    svg = drawn()
    assert svg.count('stroke-dasharray="1.5 4"') == svg.count('class="link inferred"') == 1
    assert svg.count('class="link"') == 2


def test_hidden_neighbours_are_counted_beside_the_name_and_lead_to_unfolding():
    svg = drawn()
    assert "acct-1 +3" in svg
    assert 'href="/cases/case-1?open=a" aria-label="acct-1: attack; 3 not drawn"' in svg
    assert "4,123" in svg


def test_names_from_traffic_are_text_and_the_same_input_gives_the_same_bytes():
    assert "<script>" not in drawn()
    assert drawn() == drawn()


def test_the_legend_says_what_occurs_and_nothing_else():
    legend = tie_legend([ACCOUNT, VALUE], TIES[:1])
    assert "seen" in legend
    assert "payment" in legend
    assert "neighbours not drawn" in legend
    assert "inferred" not in legend
    assert "folded" not in legend
    assert "dot-watch" not in legend


def test_what_nothing_ties_stands_below_and_leaves_the_rest_its_room():
    dots = re.findall(r'<(?:circle|rect)[^>]* (?:cx|x)="([\d.]+)" (?:cy|y)="([\d.]+)"', drawn())
    *tied, (_, apart) = [(float(x), float(y)) for x, y in dots]
    assert apart > max(y for _, y in tied)
    assert max(x for x, _ in tied) - min(x for x, _ in tied) > 500


def test_accounts_that_nothing_ties_are_all_inside_the_drawing():
    nodes = [dataclasses.replace(ACCOUNT, key=f"a{number}") for number in range(40)]
    svg = tie_graph(nodes, [], title="Ties", description="Who.", prefix="t")
    width, height = map(float, re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups())
    places = re.findall(r'cx="([\d.]+)" cy="([\d.]+)"', svg)
    assert len(set(places)) == 40
    assert all(0 < float(x) < width and 0 < float(y) < height for x, y in places)
