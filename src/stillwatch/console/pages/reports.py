"""Reports: what can be made, what was made, and making one."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.casework.people import Act
from stillwatch.console.contract import Action, Attachment, Done, Page, Section, View
from stillwatch.console.policy.desk import policy_desk, policy_path
from stillwatch.node.report_sources import report_sources
from stillwatch.reporting.document import content_security_policy
from stillwatch.reporting.reports.contract import Asked, Subject
from stillwatch.reporting.reports.making import make
from stillwatch.reporting.reports.registry import kind, kinds
from stillwatch.reporting.reports.shelf import PAGE as REPORT
from stillwatch.reporting.reports.shelf import Shelf
from stillwatch.reporting.sheets.period import MONTH, QUARTER, WEEK, YEAR, containing, period_of
from stillwatch.traffic.pseudonyms import load_or_create

if TYPE_CHECKING:
    from stillwatch.console.ask import Ask
    from stillwatch.console.form import Form

_FOLDER: Final = "reports"
_MOST_PERIODS: Final = 8


def shelf_of(ask: Ask) -> Shelf:
    """Where finished reports stand."""
    return Shelf(ask.office.options.reports or ask.office.options.folder / _FOLDER)


def show(ask: Ask) -> View:
    """Both lists."""
    made = shelf_of(ask).list()
    wanted = ask.text("kind")
    rows = [
        dataclasses.asdict(each) | {"files": list(each.files)} for each in made if wanted in ("", each.kind)
    ]
    return View(
        data={
            "kind": wanted,
            "kinds": [_told(ask, each) for each in kinds().values()],
            "reports": rows[ask.skip : ask.skip + ask.rows],
            "paging": ask.paging(len(rows)),
            "may_make": ask.can(Act.READ_EVIDENCE),
            "case": ask.text("case"),
        }
    )


def _told(ask: Ask, each: Any) -> dict[str, Any]:
    return {
        "name": each.name,
        "title": each.title,
        "audience": each.audience.value,
        "subject": each.subject.value,
        "purpose": each.purpose,
        "periods": _periods(ask, each.usual) if each.subject is Subject.PERIOD else [],
    }


def _periods(ask: Ask, usual: str) -> list[dict[str, str]]:
    """Periods to choose from: the last ones that are over, and of the weekly report the present one."""
    today = ask.now.date()
    found = []
    for one in (WEEK,) if usual == WEEK else (QUARTER, MONTH, YEAR):
        period = containing(today, one)
        if usual == WEEK:
            found.append({"name": period.name, "words": f"{period.in_words}, not over yet"})
        for _ in range(_MOST_PERIODS // (1 if usual == WEEK else 2)):
            period = period.before()
            found.append({"name": period.name, "words": period.in_words})
    usual_first = 1 if usual == WEEK else 0
    return [found[usual_first], *found[:usual_first], *found[usual_first + 1 :]]


def build(ask: Ask, form: Form) -> Done:
    """Make one and put it on the shelf."""
    wanted = kind(form.needed("kind"))
    subject, secret = form.text("subject").strip(), None
    if wanted.subject is Subject.POLICY:
        desk = policy_desk(ask.office)
        subject = str(desk.draft_file(ask.person.name) if form.text("of") == "draft" else desk.path)
    elif wanted.subject is Subject.FILE or "/" in subject or "\\" in subject:
        subject = ""  # a browser names no files of this machine
    if not form.flag("with_ids"):
        secret = load_or_create(ask.office.settings.key_file).derive("case export")
    asked = Asked(
        period_of(form.text("period")) if form.text("period") else None, subject, form.flag("with_ids")
    )
    office = ask.office
    with report_sources(
        office.records,
        ask.person,
        office.options.folder,
        policy=policy_path(office),
        findings=office.findings,
        intel=office.options.intel,
        secret=secret,
        now=office.now,
    ) as sources:
        kept = make(wanted, sources, asked, shelf_of(ask), pdf=form.flag("pdf"))
    return Done("/reports", f"{kept.title}: it was made and entered in the ledger.")


def file(ask: Ask) -> Attachment:
    """One file of one report, shown or saved.

    Raises:
        StillwatchError: SW-REP-08, there is none.
    """
    name, wanted = ask.parts["report"], ask.text("file", REPORT)
    content = shelf_of(ask).file(name, wanted)
    subject = f"{name}/{wanted}"
    if wanted != REPORT:
        types = {"json": "application/json", "pdf": "application/pdf", "md": "text/markdown; charset=utf-8"}
        media = types.get(wanted.rpartition(".")[2], "application/octet-stream")
        saved = f"{name}-{wanted.replace('/', '-')}"
        return Attachment(content=content, kind=media, name=saved, subject=subject)
    if ask.flag("save"):
        return Attachment(
            content=content, kind="text/html; charset=utf-8", name=f"{name}.html", subject=subject
        )
    style = content.decode().partition("<style>")[2].partition("</style>")[0]
    return Attachment(
        content=content,
        kind="text/html; charset=utf-8",
        policy=content_security_policy(style),
        subject=subject,
    )


PAGE: Final = Page(
    name="reports",
    path="/reports",
    title="Reports",
    handler=show,
    section=Section.PROVE,
    order=30,
    letter="r",
    actions=(Action(path="/reports/make", act=Act.READ_EVIDENCE, handler=build, reason=False),),
)
