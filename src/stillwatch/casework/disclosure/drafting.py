"""From what a case's accounts have in common to indicators: at least k accounts each, classes, whole weeks.

A value is proposed only where it says much more of the campaign than of the site's other customers; whatever is left
out is named with the reason, so that those who decide see both sides of the door.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from stillwatch.casework.disclosure import profiles
from stillwatch.casework.disclosure.gathering import API_CLIENT, PAYMENT, Observed
from stillwatch.casework.disclosure.model import Draft, Proposal, Withheld
from stillwatch.core.indicator import CountClass, DetectorRef, Indicator, IndicatorKind, Marking
from stillwatch.core.weeks import valid_until, week_of

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Ports
    from stillwatch.core.case import Case
    from stillwatch.core.verdict import Reason

LIFT: Final = 3.0
"""How many times as usual among the case's accounts as among others a value has to be."""

MOST_VALUES: Final = 8  # of a kind, the most used first
MOST_TECHNIQUES: Final = 6
MOST_DETECTORS: Final = 4
SURE: Final = 0.9
_WEEKS: Final = {
    IndicatorKind.TEMPLATE: 26,
    IndicatorKind.BLINDED: 26,
    IndicatorKind.NETWORK: 8,
    IndicatorKind.COUNTRY: 8,
    IndicatorKind.CLIENT: 8,
    IndicatorKind.TIMING: 13,
    IndicatorKind.COVERAGE: 13,
}
_CLEAR: Final = (IndicatorKind.NETWORK, IndicatorKind.COUNTRY, IndicatorKind.CLIENT)


class Drafting:
    """Makes the indicators of one case.

    Args:
        case: as it was decided.
        reasons: what spoke for and against the campaign.
        detectors: name and content hash of those that spoke.
        version: of Stillwatch, which the detectors belong to.
        observed: what its accounts have in common.
        ports: gate, signatures, blinding.
        marking: how far it may travel.
    """

    def __init__(
        self,
        case: Case,
        reasons: Sequence[Reason],
        detectors: Sequence[DetectorRef],
        observed: Observed,
        ports: Ports,
        marking: Marking,
    ) -> None:
        self._case = case
        self._reasons = reasons
        self._observed = observed
        self._ports = ports
        self._marking = marking
        speaking = {r.detector for r in sorted(reasons, key=lambda r: -r.decibans) if r.decibans > 0}
        known = sorted((d for d in detectors if d.name in speaking), key=lambda d: d.name)
        strongest = [r.detector for r in sorted(reasons, key=lambda r: -r.decibans)]
        known = sorted(known, key=lambda d: strongest.index(d.name))[:MOST_DETECTORS]
        self._detectors = tuple(sorted(known, key=lambda d: d.name))
        self._coverage = profiles.coverages(observed, reasons)
        self._techniques = profiles.techniques(reasons, tuple(self._coverage))[:MOST_TECHNIQUES]
        self._withheld: list[Withheld] = []

    def draft(self) -> Draft:
        """Everything that would leave, as far as the gate lets it."""
        passed: list[Proposal] = []
        refused = 0
        for proposal in self._proposals():
            refusals = self._ports.gate(proposal.indicator)
            if not refusals:
                passed.append(proposal)
                continue
            refused += 1
            why = "; ".join(f"{each.field}: {each.sentence} ({each.rule})" for each in refusals)
            self._withheld.append(Withheld(proposal.indicator.kind, f"the gate refuses it: {why}"))
        case = self._case
        return Draft(
            case.case_id,
            case.version,
            case.evidence,
            self._marking,
            tuple(passed),
            tuple(self._withheld),
            refused,
        )

    def _proposals(self) -> Iterator[Proposal]:
        yield from self._templates()
        yield from self._blinded()
        for kind in _CLEAR:
            yield from self._in_clear(kind)
        for kind, words in (
            (IndicatorKind.TIMING, profiles.timings(self._observed, self._reasons)),
            (IndicatorKind.COVERAGE, self._coverage),
        ):
            for word, accounts in sorted(words.items()):
                yield from self._proposal(kind, word, accounts, f"{accounts:,} accounts: {word}")

    def _templates(self) -> Iterator[Proposal]:
        if self._ports.templates is None:
            self._withhold(
                IndicatorKind.TEMPLATE,
                "no key service was named (--keyservice), whose key signatures are made with",
            )
            return
        found = self._ports.templates.found()
        if not found:
            self._withhold(IndicatorKind.TEMPLATE, "the prompts have no frame that enough accounts share")
        for each in found:
            says = f"{each.prompts:,} prompts of {each.accounts:,} accounts are made of one template"
            yield from self._proposal(IndicatorKind.TEMPLATE, str(each.template), each.accounts, says)

    def _blinded(self) -> Iterator[Proposal]:
        for what in (PAYMENT, API_CLIENT):
            values = dict(self._telling(what, IndicatorKind.BLINDED))
            if not values:
                continue
            if self._ports.blind is None:
                self._withhold(
                    IndicatorKind.BLINDED,
                    f"{len(values)} of the kind {what}: no key service was named (--keyservice)",
                )
                continue
            answer = self._ports.blind(what, list(values))
            for value, token in answer.values.items():
                says = f"{values[value]:,} accounts share one {what}, which is blinded"
                yield from self._proposal(IndicatorKind.BLINDED, token, values[value], says)
            for why in answer.withheld.values():
                self._withhold(IndicatorKind.BLINDED, f"one of the kind {what}: {why}")

    def _in_clear(self, kind: IndicatorKind) -> Iterator[Proposal]:
        for value, accounts in self._telling(kind.value, kind):
            if kind is IndicatorKind.NETWORK and (why := self._observed.common_to(value)):
                self._withhold(kind, f"one was met mostly at addresses that many share: {why}")
                continue
            others = self._observed.others.get((kind.value, value), 0)
            says = (
                f"{accounts:,} of {len(self._observed.inside):,} accounts come with {value}, "
                f"{others:,} of {self._observed.outside:,} others do"
            )
            yield from self._proposal(kind, value, accounts, says)

    def _telling(self, kind: str, as_kind: IndicatorKind) -> Iterator[tuple[str, int]]:
        """Values of a kind that enough accounts show and few others, with how many accounts."""
        seen = self._observed
        shown = [(value, len(users)) for (of, value), users in seen.users.items() if of == kind]
        enough = sorted((each for each in shown if each[1] >= self._ports.least_accounts), key=_most_first)
        if shown and not enough:
            self._withhold(as_kind, f"no {kind} is shared by {self._ports.least_accounts} accounts")
        common = 0
        for value, accounts in enough[:MOST_VALUES]:
            others = seen.others.get((kind, value), 0)
            if accounts / len(seen.inside) >= LIFT * others / max(seen.outside, 1):
                yield value, accounts
            else:
                common += 1
        if common:
            self._withhold(as_kind, f"{common} of the kind {kind}: as usual among other customers")

    def _proposal(self, kind: IndicatorKind, value: str, accounts: int, says: str) -> Iterator[Proposal]:
        """The indicator, unless it describes too few."""
        size = CountClass.of(accounts)
        if size is None or accounts < self._ports.least_accounts:
            self._withhold(kind, f"it describes fewer than {self._ports.least_accounts} accounts")
            return
        first, last = (
            week_of(datetime.datetime.fromisoformat(ts)) for ts in (self._case.first_ts, self._case.last_ts)
        )
        yield Proposal(
            Indicator(
                indicator_id=f"indicator--{uuid.uuid4()}",
                kind=kind,
                value=value,
                techniques=self._techniques,
                accounts=size,
                first_week=first,
                last_week=last,
                detectors=self._detectors,
                confidence=10 * int(10 * min(self._case.score, SURE)),
                marking=self._marking,
                valid_until=valid_until(last, _WEEKS[kind]),
            ),
            says,
        )

    def _withhold(self, kind: IndicatorKind, why: str) -> None:
        self._withheld.append(Withheld(kind, why))


def _most_first(each: tuple[str, int]) -> tuple[int, str]:
    return -each[1], each[0]
