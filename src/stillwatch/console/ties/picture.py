"""The part that is shown, as rows for the table and as nodes and lines for the drawing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from stillwatch.console.ties.model import INFERRED
from stillwatch.reporting import wording
from stillwatch.reporting.charts.link_graph import kind_name
from stillwatch.reporting.charts.tie_graph import Node, Shape, Tie, tie_graph, tie_legend

if TYPE_CHECKING:
    from stillwatch.console.ties.choice import Group, Shown
    from stillwatch.console.ties.model import Graph
    from stillwatch.reporting.markup import Markup

_WORDING_WEIGHT: Final = 10.0  # of a line to a folded group, where none was measured


def rows(graph: Graph, shown: Shown) -> dict[str, list[dict[str, Any]]]:
    """Accounts, ties and folded groups as tables."""
    return {
        "accounts": [_account_row(graph, shown, at) for at in shown.accounts],
        "ties": [*_pair_rows(graph, shown), *_value_rows(graph, shown)],
        "groups": [
            {
                "accounts": len(group.members),
                "first": graph.accounts[group.members[0]].account_id,
                "held_by": _held(graph, group),
            }
            for group in shown.groups
        ],
    }


def picture(
    graph: Graph, shown: Shown, unfold: Callable[[str], str], *, title: str, prefix: str, width: int = 720
) -> tuple[Markup, Markup]:
    """Drawing and legend.

    Args:
        graph: all of it.
        shown: the part.
        unfold: gives the address that unfolds an account or a group.
        title: of the drawing.
        prefix: begins its ids.
        width: in pixels.
    """
    nodes = [
        *_account_nodes(graph, shown, unfold),
        *_value_nodes(graph, shown),
        *_group_nodes(graph, shown, unfold),
    ]
    ties = _lines(graph, shown)
    folded = sum(len(group.members) for group in shown.groups)
    words = (
        f"{wording.counted(len(shown.accounts), 'account')} drawn with {wording.counted(len(ties), 'tie')}, "
        f"{wording.whole(folded)} folded into {wording.counted(len(shown.groups), 'group')}. "
        "The tables say the same."
    )
    drawing = tie_graph(nodes, ties, title=title, description=words, prefix=prefix, width=width)
    return drawing, tie_legend(nodes, ties)


def _account_row(graph: Graph, shown: Shown, at: int) -> dict[str, Any]:
    account, hidden = graph.accounts[at], shown.hidden.get(at, {})
    return {
        "account_id": account.account_id,
        "verdict": account.verdict.value,
        "score": account.score,
        "campaign_exchanges": account.campaign_exchanges,
        "exchanges": account.exchanges,
        "first_alarm_ts": account.first_alarm_ts,
        "hidden": sum(hidden.values()),
        "hidden_by_kind": hidden,
    }


def _pair_rows(graph: Graph, shown: Shown) -> list[dict[str, Any]]:
    drawn = set(shown.accounts)
    return [
        {
            "left": link.left,
            "right": link.right,
            "kind": link.kind,
            "decibans": link.weight,
            "inferred": link.kind in INFERRED,
            "sentence": link.sentence,
        }
        for (left, right), links in graph.pairs.items()
        if left in drawn and right in drawn
        for link in links
    ]


def _value_rows(graph: Graph, shown: Shown) -> list[dict[str, Any]]:
    drawn = set(shown.accounts)
    found = []
    for key in shown.values:
        value = graph.values[key]
        for at in value.members:
            if at in drawn:
                found.append(
                    {
                        "left": graph.accounts[at].account_id,
                        "right": f"{value.kind} {value.value[:8]}",
                        "kind": value.kind,
                        "decibans": value.weight,
                        "inferred": False,
                        "sentence": _value_words(graph, key),
                    }
                )
    return found


def _value_words(graph: Graph, key: str) -> str:
    value = graph.values[key]
    site = f"; {wording.counted(value.users, 'account')} of the site ever did" if value.users else ""
    return f"{wording.counted(value.accounts, 'account')} of the campaign used this {kind_name(value.kind)}{site}"


def _held(graph: Graph, group: Group) -> str:
    if not group.values:
        return "wording alone, or nothing that was kept"
    kinds = [graph.values[key].kind for key in group.values]
    return ", ".join(
        wording.counted(
            kinds.count(kind), kind_name(kind), f"{kind_name(kind)}es" if kind == "address" else ""
        )
        for kind in sorted(set(kinds))
    )


def _account_nodes(graph: Graph, shown: Shown, unfold: Callable[[str], str]) -> list[Node]:
    nodes = []
    for at in shown.accounts:
        account, hidden = graph.accounts[at], shown.hidden.get(at, {})
        more = sum(hidden.values())
        name = wording.visible(account.account_id, 60)
        words = f"{name}: {account.verdict}, {wording.counted(account.campaign_exchanges, 'exchange')}"
        if more:
            kinds = ", ".join(f"{count:,} by {kind_name(kind)}" for kind, count in hidden.items())
            words += f"; {wording.counted(more, 'neighbour')} not drawn ({kinds}): unfold"
        nodes.append(
            Node(
                f"a{at}",
                Shape.ACCOUNT,
                account.account_id,
                account.verdict.value,
                account.campaign_exchanges,
                more,
                words,
                unfold(account.account_id) if more else "",
            )
        )
    return nodes


def _value_nodes(graph: Graph, shown: Shown) -> list[Node]:
    return [
        Node(
            key,
            Shape.VALUE,
            f"{graph.values[key].kind} {graph.values[key].value[:4]}",
            graph.values[key].kind,
            graph.values[key].accounts,
            0,
            _value_words(graph, key),
        )
        for key in shown.values
    ]


def _group_nodes(graph: Graph, shown: Shown, unfold: Callable[[str], str]) -> list[Node]:
    return [
        Node(
            f"g{place}",
            Shape.GROUP,
            "more accounts" if group.values else "tied by wording",
            "",
            len(group.members),
            0,
            f"{wording.counted(len(group.members), 'account')} folded, held together by {_held(graph, group)}: unfold",
            unfold(graph.accounts[group.members[0]].account_id),
        )
        for place, group in enumerate(shown.groups)
    ]


def _lines(graph: Graph, shown: Shown) -> list[Tie]:
    drawn = set(shown.accounts)
    found = [
        Tie(f"a{left}", f"a{right}", links[0].weight, links[0].kind in INFERRED, links[0].sentence)
        for (left, right), links in graph.pairs.items()
        if left in drawn and right in drawn
    ]
    for key in shown.values:
        value = graph.values[key]
        words = _value_words(graph, key)
        found += [Tie(f"a{at}", key, value.weight, False, words) for at in value.members if at in drawn]
        for place, group in enumerate(shown.groups):
            inside = sum(at in set(group.members) for at in value.members) if group.values else 0
            if inside:
                found.append(Tie(key, f"g{place}", value.weight or _WORDING_WEIGHT, False, words))
    return found
