"""Walks through what a hub has added since the last time: pages of a collection, and the feed of retractions.

Whoever takes a page in moves the cursor, from which the next question goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.storage.received.store import RETRACTIONS

if TYPE_CHECKING:
    from stillwatch.sharing.client.transport import HubConnection
    from stillwatch.storage.received.store import ReceivedStore

_PAGE: Final = "1000"


def pages(
    hub: HubConnection, name: str, collection: str, store: ReceivedStore
) -> Iterator[tuple[list[Any], str | None]]:
    """The pages of a collection from its cursor on, each with its end.

    The hub's times of addition strictly rise, so no object is missed.

    Raises:
        StillwatchError: SW-SHARE-13 a page does not say where it ends; or the hub does not answer.
    """
    more = True
    while more:
        cursor = store.cursor(name, collection)
        query = {"limit": _PAGE} | ({"added_after": cursor} if cursor else {})
        answer = hub.get(f"collections/{collection}/objects/", query)
        objects = answer.body.get("objects", [])
        last = answer.headers.get("x-taxii-date-added-last") if objects else None
        more = answer.body.get("more") is True
        if not isinstance(objects, list) or (more and (last is None or last == cursor)):
            raise _endless(name, collection)
        yield objects, last


def retractions(hub: HubConnection, name: str, store: ReceivedStore) -> Iterator[tuple[tuple[str, ...], str]]:
    """What was taken back, page by page with its end: whoever is told late of indicators hears of this at once."""
    more = True
    while more:
        cursor = store.cursor(name, RETRACTIONS)
        query = {"limit": _PAGE} | ({"added_after": cursor} if cursor else {})
        answer = hub.get("/v1/retractions", query).body
        try:
            found = [(str(each["id"]), str(each["date_added"])) for each in answer["retractions"]]
        except (KeyError, TypeError):
            raise _endless(name, RETRACTIONS) from None
        more = answer.get("more") is True
        if more and (not found or found[-1][1] == cursor):
            raise _endless(name, RETRACTIONS)
        if found:
            yield tuple(identifier for identifier, _ in found), found[-1][1]


def _endless(name: str, what: str) -> StillwatchError:
    return StillwatchError(
        "the hub's page does not say where it ends",
        code="SW-SHARE-13",
        where=f"{name} {what}",
        exit_code=ExitCode.REMOTE_FAILED,
    )
