"""``report.html``: the answer first, then how often such an answer is wrong, what it rests on, and who can check it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch import __version__
from stillwatch.attribution.combine.conclusion import Verdict
from stillwatch.reporting import tables, wording
from stillwatch.reporting.attribution_report.error_rate import error_rate
from stillwatch.reporting.attribution_report.evidence import evidence
from stillwatch.reporting.attribution_report.provenance import provenance
from stillwatch.reporting.attribution_report.questioning import questioning
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.reporting.attribution_report.contents import ReportFile

CHIPS: Final = {
    Verdict.SUPPORTED: "attack",
    Verdict.CONSISTENT: "watch",
    Verdict.NOT_SUPPORTED: "clear",
    Verdict.INCONCLUSIVE: "watch",
}
_GLOSSARY: Final = (
    ("Control", "a model that is known to have seen nothing of the teacher and is judged by the same rule"),
    (
        "Hard control",
        "a control that learnt from the same public data as the teacher, and so resembles it without having copied",
    ),
    (
        "Key",
        "a secret by which the teacher leaned towards some words while serving certain accounts; unseen without it",
    ),
    (
        "Keyed unit",
        "a distinct place where a model could follow the key or not; repetitions and questions do not count",
    ),
    (
        "e-value",
        "strength of evidence: if the model is innocent, at most 1 in x keys that might be drawn gives x or more",
    ),
    ("Decoy", "a key that was never served; the true key is ranked among them"),
    ("Supported", "what the sentence says was shown at the strength that the plan had asked for beforehand"),
    ("Consistent with", "fits, and was not shown; never a ground for an accusation"),
    ("Not supported", "a lean of the size stated would have been seen, and was not"),
    ("Inconclusive", "what there is does not carry either way"),
)


def render_report(file: ReportFile) -> str:
    """The whole page as text, to be written as UTF-8 without changing its line ends."""
    title = f"Attribution {file.plan.plan_id}"
    return document(
        f"{title} · Stillwatch", stylesheet("notification", "figures", "attribution"), _body(file)
    )


def _body(file: ReportFile) -> Markup:
    return join(
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        _masthead(file),
        tag(
            "main",
            _summary(file),
            error_rate(file),
            evidence(file),
            questioning(file),
            provenance(file),
            _reading(),
            id="findings",
            tabindex=-1,
        ),
        tag(
            "footer",
            tag(
                "p",
                f"Stillwatch {__version__}. All times are UTC. The page loads nothing and sends nothing; "
                "HOW-TO-VERIFY.md in the archive says how to check it without trusting it.",
                class_="note",
            ),
        ),
    )


def _masthead(file: ReportFile) -> Markup:
    conclusion, suspect = file.findings.conclusion, file.plan.suspect
    return tag(
        "header",
        tag(
            "p",
            tag("span", conclusion.verdict.value, class_=f"chip {CHIPS[conclusion.verdict]}"),
            class_="marks",
        ),
        tag("h1", "Is this model a copy?"),
        tag("p", wording.visible(file.plan.question, 600), class_="lead"),
        tables.facts(
            [
                ("Model in question", wording.visible(suspect.model, 120), wording.visible(suspect.url, 200)),
                ("Said of it", wording.visible(suspect.about, 300) or "nothing", "by whoever wrote the plan"),
                ("Plan", wording.visible(file.plan.plan_id, 80), "settled before anything was asked"),
                (
                    "Asked",
                    tables.moment(file.manifest.started),
                    ["until ", tables.moment(file.manifest.stopped)],
                ),
            ]
        ),
        class_="masthead",
    )


def _summary(file: ReportFile) -> Markup:
    conclusion = file.findings.conclusion
    return tag(
        "section",
        tag("h2", "In short", id="short"),
        tag("p", conclusion.sentence, class_="verdict"),
        _listed("What was shown", conclusion.because, "Nothing was shown."),
        _listed(
            "What was not shown",
            conclusion.limits,
            "Nothing was noted; that is not a finding that all was shown.",
        ),
        _listed("To know beside it", file.findings.remarks, "") if file.findings.remarks else None,
        aria_labelledby="short",
    )


def _listed(title: str, sentences: Sequence[str], nothing: str) -> Child:
    items: Child = tag("ul", [tag("li", each) for each in sentences]) if sentences else tag("p", nothing)
    return [tag("h3", title), items]


def _reading() -> Markup:
    return tag(
        "section",
        tag("h2", "How to read this", id="reading"),
        tag(
            "dl",
            [tag("div", tag("dt", name), tag("dd", meaning)) for name, meaning in _GLOSSARY],
            class_="glossary",
        ),
        aria_labelledby="reading",
    )
