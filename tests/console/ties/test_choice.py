"""Whatever somebody unfolds, everybody is either drawn, folded, or counted as coming later; nobody is left out in silence."""

from __future__ import annotations

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.casework.campaigns import campaign, names

from stillwatch.console.ties.choice import MOST, Wish, choose
from stillwatch.console.ties.model import Graph, graph_of
from stillwatch.console.ties.picture import picture, rows
from stillwatch.core.verdict import Link
from stillwatch.detection.replay.recorded import CampaignRecord, Pivot


def record(size: int, groups: list[list[int]], pairs: list[tuple[int, int]] | None = None) -> CampaignRecord:
    """A campaign whose accounts share these values and these pairs of wording; one joins in each bin."""
    if pairs is None:
        pairs = []
    accounts = names(1, size)
    made = campaign("camp-1", accounts)
    return msgspec.structs.replace(
        made,
        accounts=tuple(
            msgspec.structs.replace(each, first_bin=at % 48, last_bin=47)
            for at, each in enumerate(made.accounts)
        ),
        pivots=tuple(
            Pivot(
                "payment" if at % 2 else "address",
                f"{at:016x}",
                len(set(group)),
                len(set(group)),
                tuple(sorted(set(group))),
                20.0,
            )
            for at, group in enumerate(groups)
        ),
        links=tuple(
            Link(accounts[left], accounts[right], "content", 30.0, "both sent 12 phrases")
            for left, right in pairs
        ),
    )


def wish(graph: Graph, strongest: int = 5, opened: tuple[str, ...] = (), until: int | None = None) -> Wish:
    return Wish(strongest, opened, frozenset(graph.kinds), until)


members = st.integers(0, 119)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 120),
    st.lists(st.lists(members, min_size=1, max_size=12), max_size=20),
    st.lists(st.tuples(members, members), max_size=30),
    st.integers(1, 60),
    st.lists(members, max_size=10),
    st.none() | st.integers(0, 47),
)
def test_everybody_is_drawn_folded_or_later(size, groups, pairs, strongest, opened, until):
    groups = [[at for at in group if at < size] for group in groups]
    graph = graph_of(record(size, [g for g in groups if g], [p for p in pairs if max(p) < size]))
    asked = tuple(dict.fromkeys(graph.accounts[at].account_id for at in opened if at < size))
    shown = choose(graph, wish(graph, strongest, asked, until))
    folded = [at for group in shown.groups for at in group.members]
    assert sorted([*shown.accounts, *folded]) == sorted(set(shown.accounts) | set(folded))
    assert len(shown.accounts) + len(folded) + shown.later == size
    assert len(shown.accounts) <= MOST
    for at, counts in shown.hidden.items():
        others = {other for other, _ in graph.neighbours(at, frozenset(graph.kinds))} & set(folded)
        assert max(counts.values()) <= len(others) <= sum(counts.values())
    assert len(rows(graph, shown)["accounts"]) == len(shown.accounts)


def test_the_drawing_and_its_tables_show_the_same_accounts():
    graph = graph_of(record(30, [[0, 1, 20], [2, 3]], [(0, 4), (1, 2)]))
    shown = choose(graph, wish(graph, 12))
    drawing, legend = picture(graph, shown, lambda name: f"?open={name}", title="t", prefix="p")
    found = rows(graph, shown)
    assert drawing.count('class="dot-attack"') == len(found["accounts"]) == 12
    assert drawing.count('class="link') == len({(row["left"], row["right"]) for row in found["ties"]})
    assert "folded group" in legend


def test_unfolding_an_account_shows_whom_it_is_tied_to_and_folding_it_again_hides_them():
    graph = graph_of(record(40, [[0, 30, 31, 32]]))
    before = choose(graph, wish(graph))
    assert before.hidden == {0: {"address": 3}}
    after = choose(graph, wish(graph, opened=("acct-00001",)))
    assert set(after.accounts) - set(before.accounts) == {30, 31, 32}
    assert after.hidden == {}
    assert after.values == ("v0",)


def test_unfolding_a_group_shows_its_first_accounts():
    graph = graph_of(record(60, [[10, 11, 12], [12, 13]]))
    before = choose(graph, wish(graph))
    assert [len(group.members) for group in before.groups] == [4, 51]
    after = choose(graph, wish(graph, opened=("acct-00011",)))
    assert set(after.accounts) == {0, 1, 2, 3, 4, 10, 11, 12, 13}


def test_a_kind_that_is_not_wanted_ties_nobody():
    graph = graph_of(record(20, [[0, 1], [1, 2]], [(0, 3)]))
    shown = choose(graph, Wish(5, (), frozenset({"payment"}), None))
    assert shown.values == ("v1",)
    assert {row["kind"] for row in rows(graph, shown)["ties"]} <= {"payment", "content"}


def test_a_pair_that_a_shared_value_explains_is_not_drawn_twice():
    made = record(4, [[0, 1]], [(2, 3)])
    made = msgspec.structs.replace(
        made, links=(*made.links, Link("acct-00001", "acct-00002", "address", 24.0, "both used one address"))
    )
    graph = graph_of(made)
    assert list(graph.pairs) == [(2, 3)]
    assert graph.kinds == {"address": 1, "content": 1}


def test_neighbours_beyond_what_can_be_drawn_are_counted():
    graph = graph_of(record(200, [list(range(0, 200, 2)), list(range(1, 200, 2))]))
    shown = choose(graph, wish(graph, 60, ("acct-00001", "acct-00002")))
    assert len(shown.accounts) == MOST
    assert shown.refused == 200 - MOST
