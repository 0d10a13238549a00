"""The draft as it is handed to a person: what the case says is filled in, everything else waits to be known."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from stillwatch.sharing.government.questions import PROVIDERS, QUESTIONS

if TYPE_CHECKING:
    from stillwatch.sharing.government.notification import Extent, Finding

_HEAD: Final = """\
# A notification to a government. Nothing leaves before two people of two roles have approved what
# `stillwatch notify preview` shows. What stays empty is reported as "not known": leave it empty where it is.
# Say of each finding what it rests on: observed (in your own records), inferred, or reported (by others).
# No names, addresses or account ids of persons, unless they belong directly to the threat.

id = {id}
case = {case}
agency = {agency}
prepared = {prepared}
marking = "amber"                # TLP 2.0: clear, green, amber, amber+strict or red
submitter = {submitter}
name_submitter = false           # true only with the lab's consent; else you are anonymous
contact = ""                     # a desk, not a person; told only if you are named
techniques = {techniques}
doubts = {doubts}
confidence = 50                  # that it is adversarial distillation, 0 to 100 in steps of ten
directly_related = []            # such as "providers.1", where personal data belongs directly to the threat

[campaign]
"""
_FINDING: Final = '[[{key}]]\ntext = {text}\nbasis = "{basis}"\n'
_PROVIDER: Final = (
    '[[providers]]\nname = ""\nrole = ""\noffices = []\ndata_centres = []\nbasis = "inferred"\n'
)


def draft_text(
    *,
    notification_id: str,
    case_id: str,
    agency: str,
    prepared: str,
    submitter: str,
    extent: Extent,
    techniques: tuple[str, ...],
    methods: tuple[Finding, ...],
    doubts: tuple[str, ...],
) -> str:
    """A draft as TOML.

    Args:
        notification_id: its id.
        case_id: the case it is about; empty for none.
        agency: whom it is for; may be empty.
        prepared: the day, ``YYYY-MM-DD``.
        submitter: the lab; may be empty.
        extent: how large the campaign was.
        techniques: MITRE ATLAS ids.
        methods: what detection found, to begin with.
        doubts: what speaks against it.
    """
    head = _HEAD.format(
        id=_quoted(notification_id),
        case=_quoted(case_id),
        agency=_quoted(agency),
        prepared=prepared,
        submitter=_quoted(submitter),
        techniques=_listed(techniques),
        doubts=_listed(doubts),
    )
    parts = [head + _extent(extent)]
    for question in QUESTIONS:
        lines = [f"# {question.asked}"]
        if question is PROVIDERS:
            lines.append(_PROVIDER)
        elif question.key == "methods" and methods:
            lines += [_FINDING.format(key="methods", text=_quoted(m.text), basis=m.basis) for m in methods]
        else:
            lines.append(_FINDING.format(key=question.key, text='""', basis="inferred"))
        parts.append("\n".join(lines))
    return "\n".join(parts)


def _extent(extent: Extent) -> str:
    lines = [
        f"first_seen = {extent.first_seen}" if extent.first_seen else "# first_seen = 2026-01-31",
        f"last_seen = {extent.last_seen}" if extent.last_seen else "# last_seen = 2026-01-31",
    ]
    for name in ("accounts", "exchanges", "leaked"):
        count = getattr(extent, name)
        lines.append(f"# {name} = 0" if count is None else f"{name} = {count}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _listed(texts: tuple[str, ...]) -> str:
    return "[" + ", ".join(_quoted(each) for each in texts) + "]"
