"""An authorisation in figures: for whom, what, how much, until when, and where each version stands."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.casework.authorisations.body import body_of
from stillwatch.casework.authorisations.register import Registered, Standing

if TYPE_CHECKING:
    from stillwatch.console.office import Office

_AUTHORISED: Final = "authorisations.jsonl"
_SOON: Final = datetime.timedelta(days=30)


def row_of(each: Registered, now: datetime.datetime) -> dict[str, Any]:
    """One version."""
    about = each.authorisation
    until = _day(about.until_us, last=True)
    ended = about.until_us <= now.timestamp() * 1e6
    soon = about.until_us <= (now + _SOON).timestamp() * 1e6
    return {
        "authorisation_id": about.authorisation_id,
        "version": each.version,
        "standing": each.standing.value,
        "kind": about.kind.value,
        "name": about.name,
        "owner": about.owner,
        "agreement": about.agreement,
        "since": _day(about.since_us) if about.since_us else None,
        "until": until,
        "ended": ended and each.standing is Standing.IN_FORCE,
        "ends_soon": soon and not ended and each.standing is Standing.IN_FORCE,
        "volume": about.volume,
        "period": about.period.value,
        "models": list(about.models),
        "accounts": list(about.accounts),
        "organizations": list(about.organizations),
        "api_keys": len(about.api_keys),
        "client": bool(about.client),
        "system_prompt": bool(about.system),
        "end_users": about.end_users,
        "proven": about.proven,
        "registered_ts": each.registered,
        "registered_by": each.registered_by,
        "approval_id": each.approval_id,
        "digest": each.digest,
        "withdrawn_ts": each.withdrawn,
        "withdrawn_by": each.withdrawn_by,
        "reason": each.reason,
        "body": orjson.loads(body_of(about)),
    }


def used(office: Office) -> dict[str, dict[str, Any]]:
    """What the last run saw of each authorisation, alarms about its scope among it; by id."""
    if office.findings is None:
        return {}
    path = office.findings / _AUTHORISED
    try:
        at = path.stat()
    except OSError:
        return {}
    return office.remembered(f"used {path}", (at.st_mtime_ns, at.st_size), lambda: _uses(path))


def _uses(path: Path) -> dict[str, dict[str, Any]]:
    lines = (orjson.loads(line) for line in path.read_bytes().splitlines() if line)
    return {line["authorisation_id"]: line for line in lines}


def _day(us: int, *, last: bool = False) -> str:
    moment = datetime.datetime.fromtimestamp(us / 1e6 - (1 if last else 0), datetime.UTC)
    return moment.date().isoformat()
