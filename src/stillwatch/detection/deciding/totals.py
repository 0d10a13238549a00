"""What everything that was found about one candidate comes to, in decibans.

The scorecard's base and the detectors' decibans make a total: the log odds that a candidate is a campaign where as many
candidates are campaigns as are not. Off it goes what few members cost, what the lack of earlier traffic costs, and what
is known of a candidate beyond its figures.
"""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.core.verdict import Reason
from stillwatch.detection.candidates.snapshots import LEAST_ACCOUNTS as _LEAST_ACCOUNTS
from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.scales import GIVEN as _GIVEN
from stillwatch.detection.weighing.scales import kind_of

if TYPE_CHECKING:
    from stillwatch.detection.candidates.snapshots import Snapshot
    from stillwatch.detection.weighing.evidence import Evidence
    from stillwatch.detection.weighing.scales import Scales

SMALL: Final = 14
SMALL_PENALTY: Final = 1.2
COLD_SMALL_PENALTY: Final = 0.8  # there funnels have weakened what few accounts show (see `scales`)
COLD_CAUTION: Final = 22.0  # where nothing tells what is new, everything a site has may look like a campaign
CREW_CAUTION: Final = 4.0
COLD_CREW_CAUTION: Final = 8.0
ONE_OWNER: Final = 8.0  # off accounts of one organisation, which is known and can be asked
_ONE_OWNER_SPEAKS: Final = -3.0
ONE_PAYER: Final = 0.9  # of the members, from which on their payer is held to be their owner
_OPENED_BY_ITS_OWNER: Final = frozenset({"age_cohort", "one_season", "opened_together"})
"""Detectors of which one organisation is explanation enough: it opens its accounts when it needs them."""
CONTENT_ALONE: Final = 5.0
ESTABLISHED: Final = 5.0  # off a crew whose accounts, without earlier traffic, little says to be new
CAME_FOR_IT: Final = 8.0  # decibans by what is new about its accounts that say so
ALL_NEW: Final = 3.0  # logarithm of the odds that who stands near a crew is of now: no less costs nothing
LOCAL: Final = 1000  # accounts of a site, below which the nearest of an account are a large part of it
NOT_NEW: Final = 3.0  # decibans for each unit that is missing
COMPANY: Final = 0.5  # established accounts outside a crew that send its system prompt, for each member
_NEW_TO_THE_SITE: Final = _OPENED_BY_ITS_OWNER | {"dormant_accounts", "own_history"}
"""Detectors of accounts that are new: so are those of whoever does what others did before."""
_MAKES_A_CREW: Final = frozenset({"alike_accounts", "changed_accounts", "new_behaviour", "own_history"})
"""Detectors of what crews are found by; that a crew shows it says little about how it came together."""
_CAUTION: Final = {"known": 0.0, "cold": COLD_CAUTION, "crew": CREW_CAUTION, "cold_crew": COLD_CREW_CAUTION}
_PENALTY: Final = {
    "known": SMALL_PENALTY,
    "cold": COLD_SMALL_PENALTY,
    "crew": SMALL_PENALTY,
    "cold_crew": COLD_SMALL_PENALTY,
}


def kind_among(snapshot: Snapshot, evidence: Evidence) -> str:
    """The kind of a candidate, by what was found (see `scales`)."""
    return kind_of(evidence.figures.get((snapshot.checkpoint, snapshot.track), {}))


def total_of(snapshot: Snapshot, evidence: Evidence, scales: Scales, beyond: Sequence[Reason]) -> float:
    """Base and reasons, less what few members and the lack of earlier traffic cost.

    Args:
        snapshot: the candidate.
        evidence: what the detectors found.
        scales: for the base.
        beyond: what is known beyond figures, as of `beyond_figures`.
    """
    kind = kind_among(snapshot, evidence)
    caution = _CAUTION[kind] + for_few(int(snapshot.members.size), kind)
    weighed = (r.decibans for r in (*_reasons(snapshot, evidence), *beyond))
    return scales.cards[kind].base - caution + math.fsum(weighed)


def beyond_figures(snapshot: Snapshot, evidence: Evidence) -> tuple[Reason, ...]:
    """What is known of a candidate beyond its figures, each by itself; part of its total."""
    reasons = _reasons(snapshot, evidence)
    known = _of_one_owner(reasons) or _of_one_payer(snapshot, reasons) or _of_company(snapshot, reasons)
    if not snapshot.is_crew:
        return known
    told = told_what_is_new(snapshot, evidence)
    if told:
        return (*known, *_of_earlier_ways(snapshot), *_of_content_alone(reasons, _MAKES_A_CREW))
    return (*known, *_of_content_alone(reasons, _MAKES_A_CREW | _NEW_TO_THE_SITE), *_of_established(reasons))


def heard_of(snapshot: Snapshot, evidence: Evidence) -> float:
    """What other members' word added to the total: it tips what is on watch, and lifts onto watch what is near it."""
    return math.fsum(r.decibans for r in _reasons(snapshot, evidence) if r.detector in _GIVEN)


def relief_of(snapshot: Snapshot, evidence: Evidence, kinds: Container[str]) -> float:
    """What authorisations took off the total."""
    return -math.fsum(r.decibans for r in _reasons(snapshot, evidence) if r.detector in kinds)


def for_few(members: int, kind: str) -> float:
    """Decibans that a candidate of a kind pays for having so few members."""
    return _PENALTY[kind] * max(0, SMALL - members)


def told_what_is_new(snapshot: Snapshot, evidence: Evidence) -> bool:
    """Whether earlier traffic tells how new a candidate is; without it, what lasts may be a reseller as well."""
    return kind_among(snapshot, evidence) in ("known", "crew")


def _reasons(snapshot: Snapshot, evidence: Evidence) -> Sequence[Reason]:
    """What the detectors said of a candidate."""
    return evidence.campaign.get((snapshot.checkpoint, snapshot.track), ())


def _of_company(snapshot: Snapshot, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for a crew that does what others did before it; empty where they are few."""
    others = max(snapshot.company, snapshot.predecessors)
    if others < max(_LEAST_ACCOUNTS, COMPANY * snapshot.members.size):
        return ()
    new = math.fsum(r.decibans for r in reasons if r.detector in _NEW_TO_THE_SITE and r.decibans > 0)
    if not new:
        return ()
    prompt = snapshot.company == others
    company = f"{others} customers from before {'send the same system prompt' if prompt else 'sent the same template'}"
    sentence = f"{company}; that its accounts are new counts nothing"
    return (Reason("wider_company", round(-new, 6), sentence),)


def _of_earlier_ways(snapshot: Snapshot) -> tuple[Reason, ...]:
    """What speaks for a crew that stands among accounts of before: some behaved so already, whatever they wanted.

    Over sixteen judgements of seven worlds of the range the odds were above 2.8 at nine looks in ten at crews of
    attackers that were called, and below 2.4 at three in four at honest crews that came to 0 decibans or more. On a
    small site the nearest of anybody are a large part of it, accounts of before among them, and that says nothing.
    """
    missing = ALL_NEW - snapshot.new_behaviour
    if snapshot.site_accounts < LOCAL or not missing > 0.0:
        return ()
    sentence = "accounts that were there before behave much like its own"
    return (Reason("earlier_ways", round(-NOT_NEW * missing, 6), sentence),)


def _of_content_alone(reasons: Sequence[Reason], explained: Container[str]) -> tuple[Reason, ...]:
    """What speaks for a crew against which only what it asks for and its being new speak: so does every new app.

    Args:
        reasons: what the detectors said of it.
        explained: detectors of what an app explains. With earlier traffic that is what crews are found by; without it
            an app's every customer is new as well, and so is what tells how accounts were opened.
    """
    known = detectors()
    told = [
        r.decibans
        for r in reasons
        if r.detector in known
        and known[r.detector].aspect != "content"
        and r.detector not in explained
        and r.detector not in _GIVEN
    ]
    if math.fsum(told) >= 0.0:
        return ()
    sentence = "nothing but what its accounts ask for and their being new speaks against them"
    return (Reason("content_alone", -CONTENT_ALONE, sentence),)


def _of_established(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for accounts that are busy and alike, but were there before and came one by one: so is a service."""
    if math.fsum(r.decibans for r in reasons if r.detector in _NEW_TO_THE_SITE) >= CAME_FOR_IT:
        return ()
    sentence = "little says that its accounts came for this; no earlier traffic tells since when they do it"
    return (Reason("established", -ESTABLISHED, sentence),)


def _of_one_owner(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for accounts that one organisation is known to own; empty where none is."""
    if not any(r.detector == "one_organisation" and r.decibans <= _ONE_OWNER_SPEAKS for r in reasons):
        return ()
    opened = math.fsum(r.decibans for r in reasons if r.detector in _OPENED_BY_ITS_OWNER and r.decibans > 0)
    sentence = "one organisation owns its accounts and can be asked; when it opened them counts nothing"
    return (Reason("one_owner", round(-ONE_OWNER - opened, 6), sentence),)


def _of_one_payer(snapshot: Snapshot, reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """What speaks for accounts that one payer pays for, where no earlier traffic tells what is new."""
    if snapshot.one_payer < ONE_PAYER:
        return ()
    paid = math.fsum(r.decibans for r in reasons if r.detector == "shared_payments" and r.decibans > 0)
    sentence = "one means of payment pays for its accounts: one customer, who can be asked"
    return (Reason("one_payer", round(-ONE_OWNER - paid, 6), sentence),)
