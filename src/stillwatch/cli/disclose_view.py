"""How a disclosure is shown: what leaves, to whom, how it is marked, what stays, and the exact bytes."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from stillwatch.cli.output import table
from stillwatch.core.indicator import IndicatorKind, Marking

if TYPE_CHECKING:
    from stillwatch.casework.disclosure.model import Disclosure, Draft
    from stillwatch.casework.outbox.model import Item
    from stillwatch.core.indicator import Indicator
    from stillwatch.sharing.client.membership import Membership

_FAR: Final = {
    Marking.CLEAR: "anybody",
    Marking.GREEN: "the community, not the public",
    Marking.AMBER: "members and those of their clients who need it",
    Marking.AMBER_STRICT: "members only",
    Marking.RED: "those named and nobody else",
}
_SHOWN: Final = 44


def destination_lines(hub: Membership, marking: Marking) -> list[str]:
    """To whom, and how it is marked."""
    return [
        f"to       {hub.name} ({hub.url}), collection indicators: every member of it",
        f"marking  TLP:{marking.value.upper()}: for {_FAR[marking]}",
    ]


def draft_lines(draft: Draft) -> list[str]:
    """What would leave and what stays."""
    lines = [f"{draft.case_id}, version {draft.case_version}: {len(draft.proposals)} indicators would leave"]
    lines += [
        f"  {each.indicator.kind:<9} {short(each.indicator)}\n            {each.says}"
        for each in draft.proposals
    ]
    if draft.withheld:
        lines.append("stays here:")
        counts = collections.Counter((each.kind, each.why) for each in draft.withheld)
        lines += [
            f"  {kind:<9} {why}" + (f" ({count} times)" if count > 1 else "")
            for (kind, why), count in counts.items()
        ]
    return lines


def indicator_table(indicators: Sequence[Indicator]) -> str:
    """Indicators, one a line."""
    rows = [
        (
            each.kind.value,
            short(each),
            each.accounts.value,
            f"{each.first_week} to {each.last_week}",
            each.confidence,
            each.valid_until,
            " ".join(each.techniques),
        )
        for each in indicators
    ]
    return table(("kind", "value", "accounts", "weeks", "sure", "valid until", "techniques"), rows)


def short(indicator: Indicator) -> str:
    """An indicator's value, its middle left out where it is long."""
    value = indicator.value
    if indicator.kind in (IndicatorKind.TEMPLATE, IndicatorKind.BLINDED) and len(value) > _SHOWN:
        return f"{value[: _SHOWN - 13]}…{value[-12:]}"
    return value


def disclosure_lines(found: Disclosure) -> list[str]:
    """One disclosure in full, but for its bytes."""
    needs = f", still needs {' and '.join(found.needs)}" if found.needs else ""
    return [
        f"{found.disclosure_id}: {found.stage}{needs}",
        f"  case       {found.case_id}, version {found.case_version}",
        f"  to         {found.destination} as {found.author}",
        f"  marking    TLP:{found.marking.value.upper()}: for {_FAR[found.marking]}",
        f"  requested  {found.requested_ts} by {found.requested_by}",
        f"  released   {found.released_ts or 'no'}",
        f"  bytes      {len(found.body):,}, BLAKE3 {found.digest}",
    ]


def disclosures_table(found: Sequence[Disclosure], items: Sequence[Item]) -> str:
    """Disclosures, and how far what they released has got."""
    rows = []
    for each in found:
        states = collections.Counter(item.state.value for item in items if item.cause == each.disclosure_id)
        sent = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        rows.append(
            (
                each.disclosure_id,
                each.case_id,
                each.stage.value,
                " ".join(each.needs) or "nobody",
                len(each.indicators),
                each.destination,
                each.requested_by,
                sent or "-",
            )
        )
    heads = ("disclosure", "case", "stands", "still needs", "indicators", "to", "asked by", "sending")
    return table(heads, rows)


def as_json(found: Disclosure) -> dict[str, Any]:
    """A disclosure as JSON, the bytes as the text that they are."""
    import msgspec  # deferred: only those who ask for JSON need it

    return {
        "disclosure_id": found.disclosure_id,
        "case_id": found.case_id,
        "case_version": found.case_version,
        "evidence": found.evidence,
        "destination": found.destination,
        "author": found.author,
        "marking": found.marking.value,
        "stage": found.stage.value,
        "needs": list(found.needs),
        "digest": found.digest,
        "body": found.body.decode(),
        "made_day": found.made_day,
        "approval_id": found.approval_id,
        "requested_ts": found.requested_ts,
        "requested_by": found.requested_by,
        "released_ts": found.released_ts,
        "indicators": msgspec.to_builtins(found.indicators),
    }
