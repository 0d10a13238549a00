"""The campaign explorer: unfold who is tied to whom, by kind of tie and up to a moment; every line with its reason."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from stillwatch.console.casefile.links import whole_graph
from stillwatch.console.casefile.record import campaign_of, record_of, taken
from stillwatch.console.contract import Page, View
from stillwatch.console.pages.case import title_of
from stillwatch.console.ties.choice import Wish, choose
from stillwatch.console.ties.picture import picture, rows
from stillwatch.errors import StillwatchError
from stillwatch.reporting import wording

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.ties.model import Graph
    from stillwatch.core.case import Case
    from stillwatch.detection.replay.recorded import CampaignRecord

SIZES: Final = (12, 24, 40, 60)
_USUAL: Final = 24
_MOST_OPENED: Final = 40


def show(ask: Ask) -> View:
    """The part of the graph that the address asks for."""
    case = ask.office.cases.get(ask.parts["case_id"])
    digests = [each.digest for each in taken(ask.office, case)]
    asked = ask.text("evidence")
    record = campaign_of(ask.office, asked) if asked in digests else record_of(ask.office, case)
    path = f"/cases/{case.case_id}/campaign"
    if record is None:
        return View(
            data={"case_id": case.case_id, "graph": None, "path": path},
            title=_title(case),
            subject=case.case_id,
        )
    graph = (
        ask.office.remembered(f"graph {asked}", asked, lambda: whole_graph(ask.office, case, record))
        if asked in digests
        else whole_graph(ask.office, case, record)
    )
    wish = wish_of(ask, graph, record)
    shown = choose(graph, wish)
    kinds, every = sorted(wish.kinds), graph.kinds

    def address(*, opened: tuple[str, ...] = wish.opened, until: int | None = wish.until) -> str:
        pairs: list[tuple[str, str]] = [("strongest", str(wish.strongest))]
        pairs += [("kind", kind) for kind in kinds] if len(kinds) < len(every) else []
        pairs += [("until", str(until))] if until is not None else []
        pairs += [("evidence", asked)] if asked in digests else []
        pairs += [("open", name) for name in opened]
        return f"{path}?{urlencode(pairs)}"

    def unfold(name: str) -> str:
        return address(opened=(*(each for each in wish.opened if each != name), name))

    drawing, legend = picture(
        graph, shown, unfold, title=f"Ties of {case.case_id}", prefix="campaign", width=980
    )
    tables = rows(graph, shown)
    return View(
        data={
            "case_id": case.case_id,
            "path": path,
            "graph": {
                "accounts": len(graph.accounts),
                "drawn": len(shown.accounts),
                "folded": sum(len(group.members) for group in shown.groups),
                "later": shown.later,
                "refused": shown.refused,
                "kinds": every,
            },
            "wish": {
                "strongest": wish.strongest,
                "kinds": kinds,
                "until": wish.until,
                "opened": list(wish.opened),
                "evidence": asked if asked in digests else "",
            },
            "time": _time(record, wish.until),
            "sizes": SIZES,
            "snapshots": digests,
            "back": address(opened=wish.opened[:-1]) if wish.opened else None,
            "unfolded": [
                {"name": name, "close": address(opened=tuple(each for each in wish.opened if each != name))}
                for name in wish.opened
            ],
            "accounts": [
                row | {"unfold": unfold(row["account_id"]) if row["hidden"] else None}
                for row in tables["accounts"]
            ],
            "groups": [row | {"unfold": unfold(row["first"])} for row in tables["groups"]],
            "ties": tables["ties"],
        },
        title=_title(case),
        drawings={"graph": drawing, "legend": legend},
        subject=case.case_id,
    )


def wish_of(ask: Ask, graph: Graph, record: CampaignRecord) -> Wish:
    """What the address asks for, as far as the graph has it.

    Raises:
        StillwatchError: SW-CON-51, it asks for an account that the campaign does not have.
    """
    strongest = ask.number("strongest", _USUAL, least=1, most=max(SIZES))
    opened = tuple(dict.fromkeys(ask.query.getlist("open")))[:_MOST_OPENED]
    for name in opened:
        if name not in graph.place:
            raise StillwatchError(
                f"the campaign has no account '{name[:80]}'",
                code="SW-CON-51",
                where=record.campaign_id,
                hint="it may have left it since; the table lists those that it has",
            )
    kinds = frozenset(ask.query.getlist("kind")) & frozenset(graph.kinds) or frozenset(graph.kinds)
    last = len(record.counts) - 1
    until = ask.number("until", last, most=max(last, 0)) if "until" in ask.query else None
    return Wish(strongest, opened, kinds, None if until is None or until >= last else until)


def _time(record: CampaignRecord, until: int | None) -> dict[str, Any]:
    """The bins of the slider, and which moment it stands at."""
    start, last = wording.parsed(record.start), len(record.counts) - 1
    at = last if until is None else until
    moment = None
    if start is not None:
        moment = (
            (start + dt.timedelta(seconds=record.step_seconds * (at + 1))).isoformat().replace("+00:00", "Z")
        )
    return {
        "last": last,
        "at": at,
        "ts": moment,
        "start": record.start,
        "step_seconds": record.step_seconds,
        "known": any(each.first_bin >= 0 for each in record.accounts),
    }


def _title(case: Case) -> str:
    return f"Campaign of {title_of(case)}"


PAGE: Final = Page(
    name="campaign", path="/cases/{case_id}/campaign", title="Campaign explorer", handler=show, under="/queue"
)
