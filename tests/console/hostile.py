"""A lab whose every name and text was written by somebody who wants a browser to run it."""

from __future__ import annotations

import html.parser
from pathlib import Path

import msgspec
from tests.casework.campaigns import campaign, run
from tests.casework.lab import Lab

from stillwatch.casework.appeals.filing import Filing
from stillwatch.console.rendering import account_path
from stillwatch.core.case import CaseDecision
from stillwatch.core.decision import Action, Mode, Scope
from stillwatch.core.verdict import Call, Campaign, Link, Reason, Timeline, Verdict
from stillwatch.detection.replay.recorded import Exemplar, Pivot
from stillwatch.enforcement.drafts import Draft
from stillwatch.node.verdicts import VerdictStore

RUN = "window.ran=1"
CORPUS = (
    f"<script>{RUN}</script>",
    f'"><img src=x onerror={RUN}>',
    f"'><svg/onload={RUN}>",
    f"javascript:{RUN}",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</pre><iframe srcdoc='<script>parent.{RUN}</script>'>",
    f"--><script>{RUN}</script>",
    f"]]><script>{RUN}</script>",
    f'" autofocus onfocus={RUN} x="',
    f"' style='animation:x' onanimationstart='{RUN}",
    f"<a href=javascript:{RUN}>x</a>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href=//evil.example/><link rel=stylesheet href=//evil.example/x>{RUN}",
    f"<form action=//evil.example><button formaction=javascript:{RUN}>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"{{{{ {RUN} }}}}{{% raw %}}",
    f"%3Cscript%3E{RUN}%3C/script%3E",
    f"\u202e<script>{RUN}</script>",
    f"`${{{RUN}}}`",
    "\u05d7\u05e9\u05d1\u05d5\u05df \u05d0\u05d7\u05d3",
    '=HYPERLINK("http://evil.example")',
    "W" * 256,
)


def hostile_lab(folder: Path) -> Lab:
    """Cases, verdicts, decisions, appeals, notes and tasks, all of the corpus."""
    lab = Lab(folder, key=True)
    lab.staff()
    reasons = tuple(Reason(f"{text[:30]}", 6.0 - place, text[:120]) for place, text in enumerate(CORPUS[:8]))
    record = campaign(f"cmp-{CORPUS[0]}", CORPUS)
    record = msgspec.structs.replace(
        record,
        reasons=reasons,
        innocent_explanation=" ".join(CORPUS),
        missing=CORPUS,
        links=tuple(
            Link(CORPUS[n], CORPUS[n + 1], "content", 9.0, CORPUS[n]) for n in range(len(CORPUS) - 1)
        ),
        pivots=tuple(
            Pivot(kind, text, 3, 3, (0, 1, 2), 8.0) for kind in ("address", "payment") for text in CORPUS[:6]
        ),
        exemplars=tuple(Exemplar(text, text, record.first_ts) for text in CORPUS[:6]),
    )
    case = lab.office.cases.open_from(run(record))[0]
    case = lab.office.cases.claim(case.case_id, "analyst-1", case.version)
    for text in CORPUS:
        lab.office.cases.note(case.case_id, text, "analyst-1")
        lab.office.cases.task(case.case_id, text, "analyst-1", assignee=text[:60])
    lab.decide(lab.office.cases.get(case.case_id), CaseDecision.CONFIRMED, by="analyst-1")
    _verdicts(folder, record.campaign_id, reasons)
    for text in CORPUS:
        draft = Draft(Scope.ACCOUNT, text, Action.BLOCK, text[:100], "analyst-1", 3600.0, Mode.SHADOW)
        lab.decisions.add(draft)
    for text in CORPUS[:6]:
        lab.office.intake.file(Filing(text, text, text[:200]), "support-desk")
    return lab


def _verdicts(folder: Path, campaign_id: str, reasons: tuple[Reason, ...]) -> None:
    store = VerdictStore(folder / "verdicts.sqlite", writer=True)
    found = [
        Verdict(text, Call.ATTACK, 0.99, campaign_id, "2026-03-02T12:00:00Z", reasons, 100, 80)
        for text in CORPUS
    ]
    shown = Campaign(
        campaign_id, Call.ATTACK, CORPUS, 0.99, 2400, "2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z", None, 600,
        reasons, CORPUS[0], CORPUS, (), Timeline("2026-03-02T00:00:00Z", 3600, {}),
    )  # fmt: skip
    about = {
        "judged_from": "2026-03-02T00:00:00Z",
        "judged_until": "2026-03-04T00:00:00Z",
        "exchanges": 2400,
        "accounts": len(CORPUS),
        "history": 0,
        "whole_store": True,
        "seconds": 1.0,
        "at": 1772582400.0,
        "taken_until": 1772582400.0,
    }
    store.record(found, [shown], about, 1772582400.0, alarm="2026-03-02T12:00:00Z")
    store.close()


def places() -> list[str]:
    """Pages on which any of it is shown."""
    plain = [
        "/overview", "/queue", "/queue?show=all", "/cases/case-1", "/cases/case-1/campaign", "/cases/case-1/exemplars",
        "/decisions", "/appeals", "/approvals", "/ledger", "/ledger?rows=400", "/ledger/entries/20",
    ]  # fmt: skip
    asked = [
        path
        for text in CORPUS
        for path in (account_path(text), f"/search?{_query(q=text)}", f"/ledger?{_query(subject=text)}")
    ]
    return [
        *plain,
        *asked,
        f"/queue?{_query(owner=CORPUS[1], account=CORPUS[2], campaign=CORPUS[0], order='due')}",
    ]


def _query(**values: str) -> str:
    from urllib.parse import urlencode

    return urlencode(values)


class Parsed(html.parser.HTMLParser):
    """What a browser would make of a page: everything that runs, loads or leads away."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("iframe", "object", "embed", "base", "style", "math", "img"):
            self.bad.append(f"<{tag}>")
        if tag == "script" and not values.get("src", "").startswith("/static/"):
            self.bad.append("<script>")
        if tag == "meta" and "http-equiv" in values:
            self.bad.append("<meta http-equiv>")
        for name, value in values.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction"):
                self.bad.append(f"{tag} {name}")
            if name in ("href", "src", "action") and not value.startswith(("/", "#", "?")):
                self.bad.append(f"{tag} {name}={value}")
            if name in ("href", "src", "action") and value.startswith(("//", "/\\")):
                self.bad.append(f"{tag} {name}={value}")
