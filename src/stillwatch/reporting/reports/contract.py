"""What a report is: made from a lab's records for somebody to read, as a page, as JSON, and on request as PDF."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stillwatch.reporting.reports.sources import Sources
    from stillwatch.reporting.sheets.period import Period


class Audience(enum.StrEnum):
    """Who a report is written for; it says what may stand in it."""

    INTERNAL = "internal"  # people of this lab
    AUTHORITY = "authority"  # a government, by two people's hands
    PUBLIC = "public"


class Subject(enum.StrEnum):
    """What somebody has to name to get a report."""

    PERIOD = "period"
    CASE = "case"
    POLICY = "policy"
    PUBLICATION = "publication"
    FILE = "file"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What a report is wanted of.

    Attributes:
        period: of the time it is about; None takes the report's usual one.
        subject: a case's id, or the path of a file, as the kind asks for; empty for a period.
        with_ids: accounts by their ids, where the report is fit for that.
    """

    period: Period | None = None
    subject: str = ""
    with_ids: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A report that was made.

    Attributes:
        kind: the name of its kind.
        about: the period or the subject, as it stands in file names: letters, digits, dots and hyphens.
        title: its heading.
        day: of its making, ``YYYY-MM-DD``.
        page: HTML that loads nothing.
        data: the same for programs.
        others: further files that belong to it, by name.
    """

    kind: str
    about: str
    title: str
    day: str
    page: str
    data: Mapping[str, Any]
    others: Mapping[str, bytes] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """One kind of report.

    Attributes:
        name: as it is asked for.
        title: as people call it.
        audience: who it is for.
        subject: what has to be named for it.
        purpose: one sentence: what it answers.
        build: makes one; raises ``StillwatchError`` where what it needs is not there.
        usual: the kind of period it is made for unless another is named: ``week`` or ``quarter``.
    """

    name: str
    title: str
    audience: Audience
    subject: Subject
    purpose: str
    build: Callable[[Sources, Asked], Report]
    usual: str = ""
