"""What detection concludes: reasons, verdicts on accounts, campaigns that join them."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.core.authorisation import AuthorisedUse

LIFTED: Final = "others_word"
"""Names the reason of a ``watch`` that rests on what other members reported as well: it may be asked, never blocked."""


class Call(enum.StrEnum):
    """The three answers a verdict can give."""

    CLEAR = "clear"
    WATCH = "watch"
    ATTACK = "attack"


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence.

    Attributes:
        detector: name of the detector that saw it.
        decibans: ten times the decimal logarithm of the likelihood ratio; negative speaks for innocence.
        sentence: at most 120 characters, no prompt text.
    """

    detector: str
    decibans: float
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What is concluded about one account, as of the end of the log.

    Attributes:
        score: posterior probability, 0 to 1.
        first_alarm_ts: when, reading the log in order, the call would first have been ``attack``.
        exchanges: how many exchanges of the account were seen.
        campaign_exchanges: how many of them belong to the campaign's demand.
    """

    account_id: str
    verdict: Call
    score: float
    campaign_id: str | None
    first_alarm_ts: str | None
    reasons: tuple[Reason, ...]
    exchanges: int = 0
    campaign_exchanges: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Link:
    """Why two accounts of a campaign are thought to have one origin (not: why they are guilty).

    Attributes:
        kind: ``content`` (shared novel wording), ``address``, ``payment``, ``client`` or another pivot.
        weight: strength in decibans.
        sentence: the reason, without prompt text.
    """

    left: str
    right: str
    kind: str
    weight: float
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """Exchanges of the campaign's demand per account and time bin.

    Attributes:
        start: RFC 3339 time of the first bin's beginning.
        step_seconds: width of a bin.
        counts: per account id, one count a bin; all the same length.
    """

    start: str
    step_seconds: int
    counts: dict[str, tuple[int, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Campaign:
    """Accounts that appear to serve one demand, and why.

    Attributes:
        verdict: ``attack`` when the campaign as a whole is confirmed, else ``watch``.
        accounts: account ids called ``attack`` or ``watch`` because of it, strongest first.
        exchanges: exchanges of the campaign's demand (not the members' other traffic).
        leaked: exchanges of the campaign's demand answered before the first alarm (all, if none came).
        innocent_explanation: what an honest cause of the same picture would be, and how to check it.
        missing: fields the log did not carry, so detectors that need them gave no evidence.
    """

    campaign_id: str
    verdict: Call
    accounts: tuple[str, ...]
    score: float
    exchanges: int
    first_ts: str
    last_ts: str
    first_alarm_ts: str | None
    leaked: int
    reasons: tuple[Reason, ...]
    innocent_explanation: str
    missing: tuple[str, ...]
    links: tuple[Link, ...]
    timeline: Timeline


@dataclasses.dataclass(frozen=True, slots=True)
class Unjudged:
    """A detector that could not speak, and for lack of which field."""

    detector: str
    fields: tuple[str, ...]
    sentence: str


@dataclasses.dataclass(frozen=True, slots=True)
class Summary:
    """One run in figures; ``summary.json`` is this.

    Attributes:
        read: records met in the logs, good or not.
        rejected: records that could not be read (each in ``rejects.jsonl``).
        duplicates: records already counted once.
        background: where the background came from and how much that weakens the verdicts, in a sentence.
        seconds: wall time by stage.
    """

    read: int
    rejected: int
    duplicates: int
    accounts: int
    campaigns: int
    verdicts: dict[str, int]
    seconds: dict[str, float]
    version: str
    config_digest: str
    first_ts: str | None
    last_ts: str | None
    exchanges: int
    background: str


@dataclasses.dataclass(frozen=True, slots=True)
class DetectionResult:
    """Everything one ``detect`` run found; reports are drawn from this alone.

    Attributes:
        authorised: what was seen of each registered authorisation, alarms about its scope included.
    """

    summary: Summary
    verdicts: tuple[Verdict, ...]
    campaigns: tuple[Campaign, ...]
    unjudged: tuple[Unjudged, ...]
    authorised: tuple[AuthorisedUse, ...] = ()
