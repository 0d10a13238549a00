"""Which cases an address asks for, and going on to the next of them; an address's filters are a queue of their own."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from stillwatch.casework.cases import CaseFilter, Order
from stillwatch.casework.cases.filters import WAITING
from stillwatch.casework.cases.triage import take_next
from stillwatch.core.case import CaseState, Priority

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask

_Word = TypeVar("_Word", bound=enum.StrEnum)
SHOWN: Final = ("waiting", "mine", "unclaimed", "overdue", "decided", "all")
"""The kinds of list, the usual one first."""
_FILTERS: Final = ("priority", "owner", "account", "campaign", "order")


def shown_of(query: QueryParams) -> str:
    """Which list an address asks for."""
    given = query.get("show", "")
    return given if given in SHOWN else SHOWN[0]


def filter_of(query: QueryParams, which: str, ask: Ask) -> CaseFilter:
    """The cases that an address asks for.

    Args:
        query: the address's parameters; unknown words in them narrow nothing.
        which: of `SHOWN`.
        ask: who asks, and when.
    """
    base = CaseFilter(
        states=WAITING,
        priority=_word(query, "priority", Priority),
        owner=query.get("owner", "").strip() or None,
        account=query.get("account", "").strip() or None,
        campaign=query.get("campaign", "").strip() or None,
        order=_word(query, "order", Order) or Order.PRIORITY,
    )
    narrowed: dict[str, dict[str, Any]] = {
        "mine": {"owner": ask.person.name},
        "unclaimed": {"states": (CaseState.OPEN,)},
        "overdue": {"overdue_at": ask.now_ts},
        "decided": {"states": (CaseState.DECIDED, CaseState.CLOSED)},
        "all": {"states": ()},
    }
    return dataclasses.replace(base, **narrowed.get(which, {}))


def queue_of(query: QueryParams) -> str:
    """The filters of an address as a form carries them along, so that the next case is one of the same queue."""
    kept = {name: query[name] for name in ("show", *_FILTERS) if query.get(name)}
    return urlencode(kept)


def onward(ask: Ask, queue: str) -> str | None:
    """Claim the next case of a queue that nobody has and that the person did not skip.

    Args:
        ask: who goes on.
        queue: as `queue_of` writes it.

    Returns:
        The case's page; None where nothing is left.
    """
    query = QueryParams(queue[:2000])
    case = take_next(ask.office.cases, ask.person.name, filter_of(query, shown_of(query), ask))
    return None if case is None else case_path(case.case_id, queue)


def case_path(case_id: str, queue: str = "") -> str:
    """The page of a case that was reached through a queue."""
    return f"/cases/{case_id}?{urlencode({'queue': queue})}" if queue else f"/cases/{case_id}"


def queue_path(queue: str) -> str:
    """The page of a queue."""
    return f"/queue?{queue}" if queue else "/queue"


def _word(query: QueryParams, name: str, kind: type[_Word]) -> _Word | None:
    given = query.get(name, "")
    return kind(given) if given in list(kind) else None
