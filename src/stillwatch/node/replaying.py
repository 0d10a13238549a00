"""Judges a case again in a process of its own: what judges must not be loaded beside what serves.

It is told where and what as JSON on standard input, and answers with one JSON object on standard output.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec
import orjson

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.casework.evidence.replayed import Replay

_SECONDS: Final = 120.0


async def replayed(place: str, case_id: str, evidence: str | None) -> Replay:
    """A case, judged again.

    Args:
        place: of the cases.
        case_id: which one.
        evidence: digest of the snapshot, or its beginning; the latest if None.

    Raises:
        StillwatchError: it cannot be judged again, or takes too long.
    """
    from stillwatch.casework.evidence.replayed import Replay

    asked = orjson.dumps({"place": place, "case": case_id, "evidence": evidence})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __name__,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(asked), _SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        said = b""
    if not said:
        raise StillwatchError(
            "the case could not be judged again",
            code="SW-EVID-06",
            where=case_id,
            hint=f"try it on the command line: stillwatch case replay {case_id}",
        )
    answer: dict[str, Any] = orjson.loads(said)
    if "error" in answer:
        raise StillwatchError(**answer["error"])
    return msgspec.convert(answer["replay"], Replay)


def main() -> None:
    """Answer one question."""
    from stillwatch.casework.cases.rows import case_id_of, number_of
    from stillwatch.casework.evidence.replay import replay
    from stillwatch.casework.records import open_records

    asked = orjson.loads(sys.stdin.buffer.read())
    try:
        with (
            open_records(asked["place"], None, make=False) as records,
            records.database.read() as connection,
        ):
            number = number_of(connection, asked["case"])
            found = replay(connection, records.ledger, number, case_id_of(number), asked["evidence"])
            answer: dict[str, Any] = {"replay": msgspec.to_builtins(found)}
    except StillwatchError as error:
        fields = {"message": error.message, "code": error.code, "where": error.where, "hint": error.hint}
        answer = {"error": fields}
    sys.stdout.buffer.write(orjson.dumps(answer))


if __name__ == "__main__":
    main()
