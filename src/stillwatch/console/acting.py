"""Answering a form: let in, only from our own pages, once; then away from it, with a sentence on what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from stillwatch.casework.people import may
from stillwatch.console.answers import HTML, error_answer, fault, redirect
from stillwatch.console.preferences import remember
from stillwatch.console.rendering import render
from stillwatch.console.sessions import Flash
from stillwatch.console.shell import shell_of
from stillwatch.console.showing import ask_of
from stillwatch.console.statuses import status_of
from stillwatch.console.visitors import check_csrf, check_origin, foreign_form, visitor_of
from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.console.ask import Ask
    from stillwatch.console.contract import Action, Done
    from stillwatch.console.form import Form
    from stillwatch.console.live import Live
    from stillwatch.console.sessions import Session

_CONFLICT = 409


def act(live: Live, action: Action, request: Request, form: Form) -> Response:
    """The answer to a form; runs in a thread."""
    ask = session = None
    try:
        check_origin(request)
        visitor = visitor_of(live, request)
        if visitor is None:
            return redirect("/login")
        if visitor.session is None:
            raise foreign_form()
        session = visitor.session
        ask = ask_of(live, request, visitor.person, request.scope["path"])
        check_csrf(session, form.text("csrf"))
        if action.act is not None:
            may(visitor.person, action.act)
        done = _once(action, ask, form, session)
        response = redirect(done.to)
        remember(response, done.prefer, secure=live.secure)
        return response
    except StillwatchError as error:
        if (
            status_of(error) == _CONFLICT
            and action.conflict is not None
            and ask is not None
            and session is not None
        ):
            return _conflict(request, action, ask, form, session, error)
        return error_answer(request, error, ask, session)
    except Exception as error:  # see showing.show
        return error_answer(request, fault(error, request.scope["path"]), ask, session)


def _once(action: Action, ask: Ask, form: Form, session: Session) -> Done:
    """Do it, or say again what came of it where the same form was sent before."""
    number = form.text("once")
    with session.acting:
        if number and number in session.done:
            return session.done[number]
        if action.reason and not form.reason:
            raise StillwatchError(
                "a reason is missing", code="SW-CON-24", hint="go back and say why, in a sentence"
            )
        done = action.handler(ask, form)
        if number:
            session.remember(number, done)
        if done.said:
            session.flashes.append(Flash(done.said, done.undo, done.warn))
        return done


def _conflict(
    request: Request, action: Action, ask: Ask, form: Form, session: Session, error: StillwatchError
) -> Response:
    """What was sent and what it met, with a way to send it again."""
    assert action.conflict is not None
    try:
        conflict = action.conflict(ask, form)
    except StillwatchError:
        return error_answer(request, error, ask, session)
    sent = [
        (name, value)
        for name, values in form.fields.items()
        if name not in ("csrf", "once", "version")
        for value in values
    ]
    shown = {
        "title": "Somebody else was there first",
        "conflict": conflict,
        "error": error,
        "sent": sent,
        "again": ask.path,
        "shell": shell_of(request, ask, session, None),
    }
    return Response(render("conflict.html", shown), _CONFLICT, media_type=HTML)
