"""Who is tied to whom, as the case's page shows it: the strongest accounts, with a way into the whole graph."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from stillwatch.console.ties.choice import Wish, choose
from stillwatch.console.ties.model import Graph, graph_of
from stillwatch.console.ties.picture import picture, rows

if TYPE_CHECKING:
    from stillwatch.console.office import Office
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import CampaignRecord
    from stillwatch.reporting.markup import Markup

_STRONGEST: Final = 20
_TIES: Final = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Tied:
    """The part of the graph: figures, and the drawing where there is one."""

    data: dict[str, Any] | None
    drawings: dict[str, Markup]


def links(office: Office, case: Case, record: CampaignRecord | None) -> Tied:
    """The strongest part of the graph; nothing where no evidence was kept."""
    if record is None:
        return Tied(None, {})
    return office.remembered(
        f"ties {case.case_id} {case.evidence}", case.evidence, lambda: _tied(case, record)
    )


def whole_graph(office: Office, case: Case, record: CampaignRecord) -> Graph:
    """The graph of the case's evidence, made once."""
    return office.remembered(f"graph {case.evidence}", case.evidence, lambda: graph_of(record))


def _tied(case: Case, record: CampaignRecord) -> Tied:
    graph = graph_of(record)
    kinds = frozenset(graph.kinds)
    shown = choose(graph, Wish(_STRONGEST, (), kinds, None))

    def unfold(name: str) -> str:
        return f"/cases/{case.case_id}/campaign?{urlencode({'open': name})}"

    drawing, legend = picture(graph, shown, unfold, title=f"Ties of {case.case_id}", prefix="case", width=636)
    found = rows(graph, shown)
    return Tied(
        {
            "accounts": len(graph.accounts),
            "drawn": len(shown.accounts),
            "kinds": graph.kinds,
            "strongest": sorted(found["ties"], key=lambda row: -row["decibans"])[:_TIES],
            "ties": len(found["ties"]),
        },
        {"ties": drawing, "ties_legend": legend},
    )
