"""Who sends a request: by the cookie of a session, or for programs by a person's token; and from where a form comes."""

from __future__ import annotations

import dataclasses
import hmac
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.casework.people import Person
    from stillwatch.console.live import Live
    from stillwatch.console.sessions import Session

_BEARER: Final = "bearer "
_OWN_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclasses.dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in.

    Attributes:
        session: of their browser; None for a program.
    """

    person: Person
    session: Session | None


def visitor_of(live: Live, request: Request) -> Visitor | None:
    """Who sends this; None for nobody that is known. Looks the token up, so call it off the event loop.

    Raises:
        StillwatchError: people cannot be looked up now; or SW-PPL-06, a program shows a token that is nobody's.
    """
    shown = request.headers.get("authorization", "")
    if shown[: len(_BEARER)].lower() == _BEARER:
        return Visitor(live.office.people.who(shown[len(_BEARER) :].strip()), None)
    secret = request.cookies.get(live.cookie, "")
    session = live.sessions.get(secret)
    if session is None:
        return None
    try:
        return Visitor(live.office.people.who(session.token), session)
    except StillwatchError as error:
        if error.code != "SW-PPL-06":
            raise
        live.sessions.end(secret)
        return None


def check_host(live: Live, request: Request) -> None:
    """Refuse to be spoken to under a name that is not ours: a foreign page could have given itself this address.

    Raises:
        StillwatchError: SW-CON-11, the name is another.
    """
    options = live.office.options
    names = _OWN_HOSTS | {options.host.strip("[]"), urlsplit(options.url).hostname or ""}
    asked = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if options.host.strip("[]") in ("0.0.0.0", "::") and not options.url:  # noqa: S104 - compared, not bound
        return
    if asked not in names:
        raise StillwatchError(
            "the console is not reached under this name",
            code="SW-CON-11",
            hint="open it under the address it printed, or say the name that a proxy gives it with --url",
        )


def check_origin(request: Request) -> None:
    """Refuse a form that another site's page sends.

    Raises:
        StillwatchError: SW-CON-10, it does.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "")
    host = request.headers.get("host", "")
    if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc != host):
        raise foreign_form()


def check_csrf(session: Session, sent: str) -> None:
    """Refuse a form without this session's token.

    Raises:
        StillwatchError: SW-CON-10, it is another or none.
    """
    if not hmac.compare_digest(session.csrf.encode(), sent.encode()):
        raise foreign_form()


def foreign_form() -> StillwatchError:
    """A form that was not sent from a page of this session."""
    return StillwatchError(
        "this form was not sent from a page of your session",
        code="SW-CON-10",
        hint="open the page again and send it from there; nothing was changed",
    )
