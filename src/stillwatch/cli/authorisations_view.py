"""How authorisations are shown: as tables, as lines and as JSON."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stillwatch.cli.output import table

if TYPE_CHECKING:
    from stillwatch.casework.authorisations.register import Registered
    from stillwatch.core.authorisation import Authorisation


def authorisations_table(found: Sequence[Authorisation]) -> str:
    """What each permits and who answers for it."""
    rows = [
        (
            each.authorisation_id,
            each.kind.value,
            each.name,
            each.owner,
            each.agreement or "-",
            _day(each.until_us, last=True),
            _volume(each),
        )
        for each in found
    ]
    return table(("authorisation", "kind", "holder", "owner", "agreement", "until", "volume"), rows)


def registered_table(found: Sequence[Registered]) -> str:
    """Where each version stands."""
    rows = [
        (
            each.authorisation.authorisation_id,
            each.version,
            each.standing.value,
            each.authorisation.kind.value,
            each.authorisation.name,
            each.authorisation.owner,
            each.authorisation.agreement or "-",
            _day(each.authorisation.until_us, last=True),
            _volume(each.authorisation),
        )
        for each in found
    ]
    heads = ("authorisation", "version", "stands", "kind", "holder", "owner", "agreement", "until", "volume")
    return table(heads, rows)


def registered_lines(each: Registered) -> list[str]:
    """One version in full."""
    about = each.authorisation
    scope = {
        "holder": about.name,
        "answers for it": about.owner,
        "agreement": about.agreement or "none",
        "accounts": ", ".join(about.accounts),
        "organisations": ", ".join(about.organizations),
        "API keys": f"{len(about.api_keys)}, as fingerprints" if about.api_keys else "",
        "client": "as a fingerprint" if about.client else "",
        "system prompt": "as a fingerprint" if about.system else "",
        "models": ", ".join(about.models) or "all",
        "volume": _volume(about),
        "customers named": f"on {about.end_users:.0%} of its requests" if about.end_users else "",
        "holds": f"{_day(about.since_us) if about.since_us else 'always'} to {_day(about.until_us, last=True)}",
        "entered": f"{each.registered} by {each.registered_by}",
        "approval": each.approval_id,
        "digest": each.digest,
        "withdrawn": f"{each.withdrawn} by {each.withdrawn_by}: {each.reason}" if each.withdrawn else "",
    }
    head = f"{about.authorisation_id} version {each.version}: {about.kind.value}, {each.standing.value}"
    return [head, *(f"  {name:<16}{value}" for name, value in scope.items() if value)]


def as_json(about: Authorisation) -> dict[str, Any]:
    """What an authorisation says; fingerprints in hexadecimal."""
    from stillwatch.casework.authorisations.body import (
        body_of,  # deferred: only those who ask for JSON need it
    )

    said: dict[str, Any] = json.loads(body_of(about))
    return said


def registered_as_json(each: Registered) -> dict[str, Any]:
    """A version and where it stands."""
    return {
        "authorisation": as_json(each.authorisation),
        "version": each.version,
        "standing": each.standing.value,
        "digest": each.digest,
        "approval_id": each.approval_id,
        "registered": each.registered,
        "registered_by": each.registered_by,
        "withdrawn": each.withdrawn,
        "withdrawn_by": each.withdrawn_by,
        "reason": each.reason,
    }


def _volume(about: Authorisation) -> str:
    return "any" if about.volume is None else f"{about.volume:,} a {about.period.value}"


def _day(us: int, *, last: bool = False) -> str:
    moment = datetime.datetime.fromtimestamp(us / 1e6 - (1 if last else 0), datetime.UTC)
    return moment.date().isoformat()
