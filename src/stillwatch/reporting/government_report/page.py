"""A notification as a page: what is known, what it rests on, what is not known, and what speaks against it.

Follows the questions of the assessment (``sharing.government.questions``), each answered or plainly not known.
`stillwatch.reporting.document` makes it one file that loads nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.vocabulary import TECHNIQUES
from stillwatch.reporting import wording
from stillwatch.reporting.document import document, stylesheet
from stillwatch.reporting.markup import Child, Markup, join, tag
from stillwatch.sharing.government.notification import Basis
from stillwatch.sharing.government.questions import PROVIDERS, QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.sharing.government.notification import Finding, Notification, Provider
    from stillwatch.sharing.government.questions import Question

NOT_KNOWN: Final = "not known"
_BASES: Final = {
    Basis.OBSERVED: ("observed", "seen in the submitter's own traffic or records"),
    Basis.INFERRED: ("inferred", "concluded from what was seen"),
    Basis.REPORTED: ("reported", "said by somebody else"),
}


def render_notification(notification: Notification, *, approved_by: Sequence[str] = ()) -> str:
    """The whole page as text, to be written as UTF-8 without changing its line ends.

    Args:
        notification: what it says.
        approved_by: the roles of those who approved it; empty marks it as a draft.
    """
    title = f"Notification {notification.notification_id}"
    return document(f"{title} · Stillwatch", stylesheet("notification"), _body(notification, approved_by))


def _body(notification: Notification, approved_by: Sequence[str]) -> Markup:
    return join(
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        _masthead(notification, approved_by),
        tag(
            "main",
            _extent(notification),
            [_section(notification, number, each) for number, each in enumerate(QUESTIONS, 1)],
            _doubts(notification),
            _reading(),
            id="findings",
            tabindex=-1,
        ),
        _colophon(notification, approved_by),
    )


def _masthead(notification: Notification, approved_by: Sequence[str]) -> Markup:
    state = f"Approved by {wording_list(approved_by)}" if approved_by else "Draft, not approved"
    return tag(
        "header",
        tag(
            "p",
            tag("span", f"TLP:{notification.marking.value.upper()}", class_=f"tlp tlp-{_css(notification)}"),
            tag("span", state, class_="chip clear" if approved_by else "chip watch"),
            class_="marks",
        ),
        tag("h1", "Suspected extraction of an AI model"),
        tag("p", f"Notification {notification.notification_id} to {notification.agency}", class_="lead"),
        tag(
            "dl",
            _fact("Prepared", notification.prepared),
            _fact("Submitter", _submitter(notification)),
            _fact("Ask back", _contact(notification)),
            _fact("Confidence", f"{notification.confidence} of 100 that this is adversarial distillation"),
            class_="facts",
        ),
        class_="masthead",
    )


def _extent(notification: Notification) -> Markup:
    extent = notification.extent
    period = f"{extent.first_seen or NOT_KNOWN} to {extent.last_seen or NOT_KNOWN}"
    techniques = [
        tag("li", tag("code", each), " ", TECHNIQUES.get(each, "")) for each in notification.techniques
    ]
    return tag(
        "section",
        tag("h2", "What was seen"),
        tag(
            "dl",
            _fact("Period", period),
            _fact("Accounts", _count(extent.accounts)),
            _fact("Exchanges", _count(extent.exchanges)),
            _fact("Answered before the first alarm", _count(extent.leaked)),
            class_="facts",
        ),
        tag("h3", "Techniques (MITRE ATLAS)"),
        tag("ul", techniques, class_="techniques") if techniques else tag("p", "Not known."),
    )


def _section(notification: Notification, number: int, question: Question) -> Markup:
    if question is PROVIDERS:
        answers: Child = _providers(notification.providers)
    else:
        answers = _findings(notification.findings.get(question.key, ()))
    return tag(
        "section",
        tag("h2", f"{number}. {question.title}"),
        tag("p", question.asked, class_="asked"),
        answers or tag("p", question.nothing, class_="nothing"),
    )


def _findings(found: Sequence[Finding]) -> Child:
    if not found:
        return None
    return tag("ul", [tag("li", _basis(each.basis), " ", each.text) for each in found], class_="findings")


def _providers(found: Sequence[Provider]) -> Child:
    if not found:
        return None
    head = ("Provider", "Role", "Offices", "Data centres", "Rests on")
    rows = [
        tag(
            "tr",
            tag("th", each.name, scope="row"),
            tag("td", each.role or NOT_KNOWN),
            tag("td", _places(each.offices)),
            tag("td", _places(each.data_centres)),
            tag("td", _basis(each.basis)),
        )
        for each in found
    ]
    table = tag(
        "table",
        tag("caption", "Role and physical location, as far as known"),
        tag("thead", tag("tr", [tag("th", words, scope="col") for words in head])),
        tag("tbody", rows),
    )
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="Providers of accounts")


def _doubts(notification: Notification) -> Markup:
    listed = [tag("li", each) for each in notification.doubts]
    return tag(
        "section",
        tag("h2", "What speaks against it"),
        tag("ul", listed)
        if listed
        else tag("p", "Nothing was noted. That is not a finding that nothing does."),
    )


def _reading() -> Markup:
    return tag(
        "section",
        tag("h2", "How to read this"),
        tag(
            "dl",
            [tag("div", tag("dt", name), tag("dd", meaning)) for name, meaning in _BASES.values()],
            class_="glossary",
        ),
        tag(
            "p",
            "Detection gives evidence, not proof of who did it. “Not known” means that the submitter does not know. "
            "Training on a model's answers with authorisation, within the terms of service, is legitimate and is not "
            "reported here.",
        ),
    )


def _colophon(notification: Notification, approved_by: Sequence[str]) -> Markup:
    approval = f"approved by {wording_list(approved_by)}" if approved_by else "a draft that nobody approved"
    return tag(
        "footer",
        tag(
            "p",
            f"{notification.notification_id}, {approval}. Prepared by people from one case; never sent automatically. "
            "No prompts, no answers, no account identifiers.",
            class_="note",
        ),
    )


def wording_list(words: Sequence[str]) -> str:
    """``reviewer and counsel``."""
    return " and ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} and {words[-1]}"


def _submitter(notification: Notification) -> str:
    if notification.name_submitter:
        return notification.submitter
    return "anonymous: the lab has not consented to being named"


def _contact(notification: Notification) -> str:
    if notification.name_submitter and notification.contact:
        return notification.contact
    return "through the hub, by the number of this notification"


def _basis(basis: Basis) -> Markup:
    return tag("span", _BASES[basis][0], class_=f"chip basis-{basis.value}")


def _places(places: Sequence[str]) -> str:
    return "; ".join(places) or NOT_KNOWN


def _count(count: int | None) -> str:
    return NOT_KNOWN if count is None else wording.whole(count)


def _fact(name: str, value: str) -> Markup:
    return tag("div", tag("dt", name), tag("dd", tag("strong", value)))


def _css(notification: Notification) -> str:
    return notification.marking.value.replace("+", "-")
