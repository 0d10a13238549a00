"""Writes a live run to a folder: the logs while it runs, the truth and the ledger when it has ended."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.range.live.world import LiveWorld

_LEVEL: Final = 1
LOGS: Final = "exchanges.jsonl.gz"
EVENTS: Final = "events.jsonl"
OUTCOME: Final = "outcome.json"
FILES: Final = (
    LOGS,
    "truth.csv",
    "exchange_truth.csv.gz",
    "campaigns.json",
    "registrations.json",
    EVENTS,
    OUTCOME,
)


class Scribe:
    """Writes one run.

    Args:
        out: folder, made if missing.

    Raises:
        StillwatchError: the folder cannot be written; so do all methods.
    """

    def __init__(self, out: Path) -> None:
        self.out = out
        self.sent: dict[str, int] = {}
        try:
            out.mkdir(parents=True, exist_ok=True)
            (out / LOGS).write_bytes(b"")
        except OSError as error:
            raise _unwritable(error, out) from error

    def add(self, records: list[dict[str, Any]]) -> None:
        """Append a step to the logs."""
        for record in records:
            self.sent[record["account_id"]] = self.sent.get(record["account_id"], 0) + 1
        lines = b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)
        try:
            with (self.out / LOGS).open("ab") as file:
                file.write(gzip.compress(lines, _LEVEL, mtime=0))
        except OSError as error:
            raise _unwritable(error, self.out) from error

    def finish(self, world: LiveWorld, outcome: dict[str, Any]) -> list[Path]:
        """Write truth, ledger and outcome; returns all files."""
        truth = [
            f"{account},{about.label},{about.archetype},{about.campaign_id or ''}\n"
            for account, about in sorted(world.truth.items())
            if account in self.sent
        ]
        exchanges = "".join(f"{request},{campaign or ''}\n" for request, campaign in world.exchange_truth)
        events = b"".join(
            orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE) for event in world.ledger.events
        )
        contents = (
            "".join(("account_id,label,archetype,campaign_id\n", *truth)).encode(),
            gzip.compress(f"request_id,campaign_id\n{exchanges}".encode(), _LEVEL, mtime=0),
            _json(self._described(world)),
            _json(world.planned.registrations),
            events,
            _json(outcome),
        )
        try:
            for name, content in zip(FILES[1:], contents, strict=True):
                (self.out / name).write_bytes(content)
        except OSError as error:
            raise _unwritable(error, self.out) from error
        return [self.out / name for name in FILES]

    def _described(self, world: LiveWorld) -> dict[str, Any]:
        """``campaigns.json``: the planned knobs with the members and exchanges that there came to be."""
        planned = {each["campaign_id"]: each for each in world.planned.campaigns}
        found = []
        for name, crew in world.crews.items():
            members = [world.accounts[member.number].account_id for member in crew.members]
            harvested = sum(campaign == name for _, campaign in world.exchange_truth)
            found.append(
                planned[name]
                | {
                    "members": len(members),
                    "harvest_exchanges": harvested,
                    "members_exchanges": sum(self.sent.get(member, 0) for member in members),
                }
            )
        return {
            "world": world.planned.name,
            "seed": world.planned.seed,
            "split": world.planned.split,
            "start_ms": world.window.start,
            "end_ms": world.now,
            "accounts": len(self.sent),
            "exchanges": len(world.exchange_truth),
            "campaigns": found,
        }


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def _unwritable(error: OSError, out: Path) -> StillwatchError:
    return StillwatchError(
        f"the run cannot be written: {error.strerror or error}",
        code="SW-LIVE-13",
        where=str(error.filename or out),
        hint="free some space or choose another folder",
    )
