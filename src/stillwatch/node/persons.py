"""Which person acts in casework over HTTP: by their own token, by the name of the node's token, or as they say.

A node's token says what a program may ask for; casework asks in addition who answers. ``X-Person-Token`` proves it.
Without one the node token's name has to be a person of that name. Where the node is open to this machine, whoever is
named acts, unless they have a token that they would have to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.casework.people import Person
    from stillwatch.casework.records import Records
    from stillwatch.node.live import Live

HEADER: Final = "X-Person-Token"


def check_shown(live: Live, request: Request) -> None:
    """Refuse a person's token that is none, has expired or was taken back, also where nobody needs to act.

    Raises:
        StillwatchError: it is nobody's, or not valid.
    """
    shown = request.headers.get(HEADER, "")
    if shown:
        live.casework.records().people.who(shown)


def person_of(live: Live, records: Records, request: Request, claimed: str) -> Person:
    """Who acts.

    Args:
        live: the node.
        records: people and their tokens.
        request: what was sent.
        claimed: the name in the body; may be empty.

    Raises:
        StillwatchError: nobody of that name is known, a token is of nobody or of another, or one is needed.
    """
    shown = request.headers.get(HEADER, "")
    if shown:
        return records.people.acting(claimed, shown)
    if live.tokens is None:
        return records.people.acting(claimed)
    name: str = request.state.principal
    if claimed not in ("", name):
        raise StillwatchError(
            f"the token belongs to {name}, who cannot answer for {claimed}",
            code="SW-NODE-27",
            hint=f"leave `by` out, or send their own token as {HEADER}",
        )
    return records.people.get(name)
