"""The kinds of difficulty that a family of campaigns poses; every split has each of them in another form."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """What makes a family hard to find."""

    TEMPLATE = "template"  # one wording around ever new material
    NO_TEMPLATE = "no template"  # nothing in common but the list that is worked off
    LANGUAGES = "languages"  # each account in another language
    AGENTIC = "agentic"  # trajectories through an honest client's prompt
    GRADING = "grading"  # short answers, the model as a judge
    HIDDEN = "hidden"  # carried by accounts with lawful traffic of their own
    SLOW = "slow"  # hardly any exchanges per account
