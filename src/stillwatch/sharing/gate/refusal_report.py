"""What was refused and why over a time, added up from a ledger: fit to be handed to a regulator, nobody named.

It is made from the entries alone, so whoever holds an export of the ledger can make the same report and check it. No
member, person, id or value is in it: only rules, places, types, weeks and numbers of decisions.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.weeks import week_of
from stillwatch.sharing.gate.entries import KIND
from stillwatch.sharing.gate.rules.registry import rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.sharing.gate.bases import LegalBases
    from stillwatch.storage.ledger import Entry

SUBMISSION: Final = "objects-received"
"""A hub's entry: a whole submission, with how many objects were taken and which rules refused others."""

_SCHEMA_RULES: Final = {
    "closed-types": "Only five types of objects exist in the automatic lane; a text or a report is none of them.",
    "closed-fields": "A field that nobody defined is a place for anything.",
    "closed-words": "What is no word of a closed list is free text.",
    "missing-field": "An object without its classes and weeks says more, or something else, than is agreed.",
    "typed-values": "A number where a word belongs can be any number.",
    "bounded-size": "What is long or deep can carry much.",
    "ascii-only": "Letters that look alike, and characters that nobody sees, can carry something.",
    "no-duplicate-keys": "Of two equal keys a parser drops one unseen.",
    "valid-json": "What cannot be read cannot be judged.",
    "rate-of-information": "Even lawful objects, sent without limit, could carry much in the choices that are left.",
    "released-texts": "Free text can say anything, so two people, one of them counsel, read it first.",
    "legal-basis": "A lane stays shut while a basis that it rests on does not hold.",
}


@dataclasses.dataclass(frozen=True, slots=True)
class RefusalReport:
    """Decisions of a time, added up.

    Attributes:
        first: day of the first decision, ``YYYY-MM-DD``; empty without any.
        last: day of the last decision.
        passed: objects that passed in the automatic lane.
        refused: objects that did not.
        by_rule: how many refused objects broke each rule; one object may break several.
        by_place: the same by rule and place in the object.
        by_type: refused objects by their type, where it is known.
        by_week: passed and refused by the Monday of the week.
        texts: texts for counsel by what became of them.
        refusals_of_texts: refused texts by the reason that a person gave.
        releases_by_basis: released texts by the legal bases cited.
        policies: versions of the policy, with how many decisions each made.
        bases: legal bases and where each stands on ``made_on``.
        notices: what has to be said about them.
        reasons: every rule and why it is there.
        made_on: the day of this report.
    """

    first: str
    last: str
    passed: int
    refused: int
    by_rule: Mapping[str, int]
    by_place: Mapping[str, int]
    by_type: Mapping[str, int]
    by_week: Mapping[str, tuple[int, int]]
    texts: Mapping[str, int]
    refusals_of_texts: Mapping[str, int]
    releases_by_basis: Mapping[str, int]
    policies: Mapping[str, int]
    bases: tuple[Mapping[str, str], ...]
    notices: tuple[str, ...]
    reasons: Mapping[str, str]
    made_on: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return dataclasses.asdict(self)


def refusal_report(
    entries: Iterable[Entry], bases: LegalBases, today: datetime.date, since: datetime.date | None = None
) -> RefusalReport:
    """Add up the gate's entries of a ledger.

    Args:
        entries: all entries, in order; others than the gate's are skipped.
        bases: the legal bases, with what counsel confirmed.
        today: the day for which their state is told.
        since: decisions before that day are left out.
    """
    tally = _Tally()
    for entry in entries:
        day = datetime.datetime.fromisoformat(entry.ts).date()
        if since is None or day >= since:
            tally.take(entry, day)
    return RefusalReport(
        first=min(tally.days, default=""),
        last=max(tally.days, default=""),
        passed=tally.passed,
        refused=tally.refused,
        by_rule=_sorted(tally.by_rule),
        by_place=_sorted(tally.by_place),
        by_type=_sorted(tally.by_type),
        by_week={week: (tally.passed_in[week], tally.refused_in[week]) for week in sorted(tally.weeks())},
        texts=_sorted(tally.texts),
        refusals_of_texts=_sorted(tally.text_reasons),
        releases_by_basis=_sorted(tally.bases),
        policies=_sorted(tally.policies),
        bases=tuple(_basis(bases, basis_id, today) for basis_id in bases.bases),
        notices=bases.notices(today),
        reasons=reasons(),
        made_on=today.isoformat(),
    )


def reasons() -> dict[str, str]:
    """Every rule of the gate and what it keeps from passing."""
    return dict(sorted((_SCHEMA_RULES | {rule.name: rule.why for rule in rules()}).items()))


class _Tally:
    """Numbers while they are added up."""

    def __init__(self) -> None:
        self.passed = self.refused = 0
        self.days: set[str] = set()
        self.by_rule: Counter[str] = Counter()
        self.by_place: Counter[str] = Counter()
        self.by_type: Counter[str] = Counter()
        self.passed_in: Counter[str] = Counter()
        self.refused_in: Counter[str] = Counter()
        self.texts: Counter[str] = Counter()
        self.text_reasons: Counter[str] = Counter()
        self.bases: Counter[str] = Counter()
        self.policies: Counter[str] = Counter()

    def weeks(self) -> set[str]:
        return set(self.passed_in) | set(self.refused_in)

    def take(self, entry: Entry, day: datetime.date) -> None:
        """Add one entry."""
        details = entry.details
        match entry.kind:
            case _ if entry.kind == KIND and details.get("lane") == "automatic":
                self._decision(details, week_of(day))
            case _ if entry.kind == SUBMISSION:
                self._submission(details, week_of(day))
            case "gate-queued" | "gate-released" | "gate-text-refused":
                self._text(entry.kind, details)
            case _:
                return
        self.days.add(day.isoformat())
        if policy := details.get("policy"):
            self.policies[str(policy)] += 1

    def _decision(self, details: Mapping[str, Any], week: str) -> None:
        if details["passed"]:
            self.passed += 1
            self.passed_in[week] += 1
            return
        self.refused += 1
        self.refused_in[week] += 1
        broken = [str(each) for each in details.get("refusals", ())]
        self.by_place.update(broken)
        self.by_rule.update({each.partition(" ")[0] for each in broken})
        if kind := details.get("type"):
            self.by_type[str(kind)] += 1

    def _submission(self, details: Mapping[str, Any], week: str) -> None:
        taken = int(details.get("objects", 0))
        refused = {str(rule): int(count) for rule, count in details.get("refused", {}).items()}
        self.passed += taken
        self.passed_in[week] += taken
        self.refused += sum(refused.values())
        self.refused_in[week] += sum(refused.values())
        self.by_rule.update(refused)

    def _text(self, kind: str, details: Mapping[str, Any]) -> None:
        self.texts[{"gate-queued": "handed in", "gate-released": "released"}.get(kind, "refused")] += 1
        if reason := details.get("reason"):
            self.text_reasons[str(reason)] += 1
        self.bases.update(str(each) for each in details.get("bases", ()))


def _basis(bases: LegalBases, basis_id: str, today: datetime.date) -> dict[str, str]:
    basis = bases.get(basis_id)
    return {
        "id": basis_id,
        "title": basis.title,
        "strength": basis.strength,
        "runs_out": basis.runs_out.isoformat() if basis.runs_out else "",
        "checked_on": basis.checked_on.isoformat(),
        "state": bases.state(basis_id, today).value,
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    """Largest first, then by name."""
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))
