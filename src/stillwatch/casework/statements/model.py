"""A statement of reasons, and the few facts about a measure that one is made of.

The members follow article 17(3) of Regulation (EU) 2022/2065 (Digital Services Act): what was decided, where and for
how long; the facts; automated means; the ground in law or terms; how to object.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stillwatch.core.appeal import Outcome, Reach
    from stillwatch.core.decision import Action, Limits


class Taker(enum.StrEnum):
    """Who took a measure."""

    RULE = "rule"  # a program, by a rule that people had written
    PERSON = "person"
    PERSONS = "persons"  # one proposed it, another approved


@dataclasses.dataclass(frozen=True, slots=True)
class MeasureFact:
    """A measure in force about an account, as far as its holder may know of it.

    Attributes:
        since: a date, ``YYYY-MM-DD``.
        until: likewise; None for a measure without end.
        grounds: kinds of grounds of the decision, without which one exactly.
    """

    action: Action
    limits: Limits
    since: str
    until: str | None
    taker: Taker
    grounds: frozenset[str]


@dataclasses.dataclass(frozen=True, slots=True)
class Answered:
    """How an appeal ended, as far as the account holder is told.

    Attributes:
        on: a date, ``YYYY-MM-DD``.
    """

    outcome: Outcome
    reach: Reach | None
    on: str


@dataclasses.dataclass(frozen=True, slots=True)
class Section:
    """One part of a statement."""

    title: str
    sentences: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """What an account holder is told.

    Attributes:
        account_id: theirs.
        provider: who speaks.
        dated: ``YYYY-MM-DD``.
    """

    account_id: str
    provider: str
    dated: str
    sections: tuple[Section, ...]
