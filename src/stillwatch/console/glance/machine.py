"""What the machine concluded and does: verdicts, decisions in force, and how fresh and whole its data is."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.decision import Mode
from stillwatch.core.verdict import Call
from stillwatch.enforcement.proposals import Proposals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stillwatch.console.ask import Ask

_STALE_S: Final = 15 * 60.0
_OLD_S: Final = 24 * 3600.0


def verdicts(ask: Ask) -> dict[str, Any] | None:
    """Accounts and campaigns by verdict, as a node last saw them, else as ``detect`` did; None where neither ran."""
    store = ask.office.verdicts
    if store is not None:
        return ask.office.remembered(
            "glance.verdicts",
            store.look,
            lambda: {"accounts": store.counts(), "campaigns": store.campaign_counts()},
        )
    summary = _summary(ask)
    if summary is None:
        return None
    return {"accounts": {call.value: 0 for call in Call} | summary["verdicts"], "campaigns": None}


def enforcement(ask: Ask) -> dict[str, Any] | None:
    """Decisions in force by mode and action; None where none was ever taken."""
    store = ask.office.decisions
    if store is None:
        return None
    moment = int(ask.now.timestamp()) // 60

    def counted() -> dict[str, Any]:
        found = store.tally(ask.now.timestamp())
        rows = [
            {"mode": mode.value, "action": action.value, "origin": origin, "decisions": count}
            for (mode, action, origin), count in found.items()
        ]
        by_mode = {each.value: sum(n for (mode, *_), n in found.items() if mode is each) for each in Mode}
        return {"rows": rows, "modes": by_mode, "proposals": len(Proposals(store).waiting())}

    return ask.office.remembered("glance.enforcement", (store.version, moment), counted)


def health(ask: Ask) -> dict[str, Any]:
    """How fresh the data is, how much of it there is, and what could not be read."""
    store = ask.office.verdicts
    look = store.last_look() if store is not None else {}
    summary = _summary(ask) if not look else None
    rejected = _lines(ask, ask.office.folder.rejects)
    if look:
        behind = max(0.0, ask.now.timestamp() - float(look.get("taken_until") or look["at"]))
        found = {
            "source": "node",
            "judged_from": look["judged_from"],
            "judged_until": look["judged_until"],
            "judged_at": _iso(float(look["at"])),
            "exchanges": look["exchanges"],
            "accounts": look["accounts"],
            "history": look["history"],
            "whole": look["whole_store"],
            "seconds": look["seconds"],
            "behind_s": behind,
            "standing": _standing(look, behind),
        }
    elif summary is not None:
        found = {
            "source": "findings",
            "judged_from": summary["first_ts"],
            "judged_until": summary["last_ts"],
            "judged_at": summary["last_ts"],
            "exchanges": summary["exchanges"],
            "accounts": summary["accounts"],
            "history": None,
            "whole": True,
            "seconds": round(sum(summary["seconds"].values()), 1),
            "behind_s": None,
            "standing": "single",
        }
        rejected = summary["rejected"]
    else:
        return {"source": "none", "standing": "none", "rejected": rejected}
    return found | {"rejected": rejected}


def _standing(look: Mapping[str, Any], behind: float) -> str:
    """How the last look stands to the present; a sample's traffic has an end, so that it is never behind."""
    if look.get("sample"):
        return "sample"
    return "current" if behind < _STALE_S else "late" if behind < _OLD_S else "old"


def _summary(ask: Ask) -> dict[str, Any] | None:
    """What ``detect`` said of its run; None where none was named or it cannot be read."""
    folder = ask.office.findings
    if folder is None:
        return None
    path = folder / "summary.json"
    try:
        stamp = path.stat().st_mtime_ns
        return ask.office.remembered("glance.summary", stamp, lambda: dict(orjson.loads(path.read_bytes())))
    except (OSError, orjson.JSONDecodeError):
        return None


def _lines(ask: Ask, path: Path) -> int:
    """Lines of a file of rejects; counted again only when it has grown."""
    try:
        size = path.stat().st_size
        return ask.office.remembered("glance.rejects", size, lambda: path.read_bytes().count(b"\n"))
    except OSError:
        return 0


def _iso(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")
