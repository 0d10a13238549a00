"""What a page of the console is, so that one page is one file that knows nothing of HTTP, sessions or headers.

A page's handler turns an ``Ask`` (who, of what, with which parameters) into a ``View``: plain data. The same data is
the page (its template over it), its ``.json`` twin, and a CSV for each list of rows in it. An action's handler turns an
``Ask`` and a ``Form`` into ``Done``: where to go now, what to say, and what would undo it.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from stillwatch.casework.people import Act
from stillwatch.console.outcomes import Done, Undo

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.conflicts import Conflict
    from stillwatch.console.form import Form

__all__ = [
    "JSON",
    "Action",
    "Attachment",
    "Done",
    "Page",
    "Section",
    "Undo",
    "View",
]

JSON: TypeAlias = Any
"""What JSON can say: None, bool, int, float, str, and lists and dicts (with text keys) of these."""


class Section(enum.StrEnum):
    """Where a page stands in the navigation, from top to bottom; pages without one are reached from others."""

    WORK = "Work"
    ACT = "Act"
    SHARE = "Share"
    PROVE = "Prove"
    HERE = "This console"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a page has to show.

    Attributes:
        data: all of it. A value that is a list of dicts is a table and has a CSV (``?table=KEY``); deeper ones are
            named with dots. Times are RFC 3339, figures are numbers: words are the template's work.
        title: instead of the page's own, such as a case's name.
        drawings: charts for the template only, made by ``reporting.charts`` from the data.
        subject: what was looked at, such as a case's id, for the record of reads.
        template: a file in ``templates/``; the page's own unless given.
        status: of the answer.
        to: a path to go to instead of showing anything, for a browser; a program gets the data.
    """

    data: Mapping[str, JSON]
    title: str = ""
    drawings: Mapping[str, str] = dataclasses.field(default_factory=dict)
    subject: str = ""
    template: str = ""
    status: int = 200
    to: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A finished file instead of a page, such as a report: it is shown or saved as it is.

    Attributes:
        content: its bytes.
        kind: its media type.
        name: under which it is saved; empty shows it.
        policy: content security policy of a page that brings its own; whatever is shown stays in a sandbox.
        subject: what was looked at, for the record of reads.
    """

    content: bytes
    kind: str
    name: str = ""
    policy: str = ""
    subject: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something that a form on a page does (POST).

    Attributes:
        path: under which it is asked for; may hold parameters in braces.
        act: what the person has to be allowed; None for everybody who is logged in.
        handler: does it, by calling the same functions as the command line.
        reason: whether a reason has to be given; then an empty one never reaches the handler.
        conflict: says what has changed where the handler raises a conflict; without it the error alone is shown.
    """

    path: str
    act: Act | None
    handler: Callable[[Ask, Form], Done]
    reason: bool = True
    conflict: Callable[[Ask, Form], Conflict] | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page.

    Attributes:
        name: one word; its template is ``templates/NAME.html``.
        path: such as ``/cases/{case_id}``. Ids that come from traffic go into the query, never into the path.
        title: of the page and its entry in the navigation.
        handler: gathers what there is to show; runs in a thread.
        section: where it stands in the navigation; None for pages that others lead to.
        under: the path of the page that leads to this one, for the trail at the top.
        order: within its section, small numbers first.
        letter: ``g`` and this letter go there; also shown in the sheet of shortcuts. One page a letter.
        act: what the person has to be allowed; None for everybody who is logged in.
        badge: a count beside the entry in the navigation; None or 0 shows nothing. Asked on every page: be quick.
        actions: what its forms do.
    """

    name: str
    path: str
    title: str
    handler: Callable[[Ask], View | Attachment]
    section: Section | None = None
    under: str = ""
    order: int = 50
    letter: str = ""
    act: Act | None = Act.READ_CASES
    badge: Callable[[Ask], int | None] | None = None
    actions: tuple[Action, ...] = ()
