"""The notice to the party named: what will be said, on what it rests, and until when they may answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.attribution.publication.publication import Publication

_WORDS: Final = """\
To: {party}
About: a finding on a model that is said to be yours
Reference: {publication}

We intend to publish a finding on a model that is said to be yours, and want you to have answered before we do.

What we would say:

{summary}

What was shown, in the words of the procedure:

{sentence}

{because}
What was not shown:

{limits}
How often such a finding is wrong: {rate}

You may answer until {until}. Your answer is printed beside the finding, in your words. If you tell us of an innocent
cause, we look into it before anything is published; if we were wrong, nothing is. You may ask for the archive of all
questions and answers and recompute the finding yourself; SHA-256 of the findings: {findings}.
"""


def notice_of(publication: Publication) -> str:
    """The notice as plain text, to be sent by people; the program sends nothing."""
    conclusion = publication.document["conclusion"]
    return _WORDS.format(
        party=publication.party,
        publication=publication.publication_id,
        summary=publication.summary.strip(),
        sentence=conclusion["sentence"],
        because=_listed(conclusion["because"]),
        limits=_listed(conclusion["limits"]),
        rate=rate_in_words(conclusion),
        until=publication.waits_until or "a day that we will name",
        findings=publication.findings,
    )


def rate_in_words(conclusion: dict[str, object]) -> str:
    """The rate of wrong accusations as it was measured, with what it rests on."""
    controls = conclusion["controls"]
    if not controls:
        return "no innocent models were judged by the same rule, so that no rate can be stated."
    upper, needed = float(str(conclusion["rate_upper"])), conclusion["controls_needed"]
    words = (
        f"{conclusion['alarms']} of {controls} innocent models were accused by the same rule; "
        f"the rate is below {upper:.1%} at 95 % confidence."
    )
    return (
        words
        if not needed
        else f"{words} {needed} more controls would be needed for the rate that was aimed at."
    )


def _listed(sentences: list[str]) -> str:
    return "".join(f"- {each}\n" for each in sentences) or "- nothing was noted\n"
