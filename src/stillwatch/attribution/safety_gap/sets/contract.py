"""What a set of prompts is: a name, where it comes from, and how its file is read."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.safety_gap.prompts import Prompt


@runtime_checkable
class PromptSet(Protocol):
    """One set.

    Attributes:
        name: what ``--set`` calls it.
        title: what it is, in a line.
        source: paper and licence.
        ships: whether it comes with the package; others need a path.
    """

    name: str
    title: str
    source: str
    ships: bool

    def read(self, path: Path | None) -> tuple[Prompt, ...]:
        """Its prompts, always in the same order.

        Args:
            path: file, or folder that holds one; None for a set that ships.

        Raises:
            StillwatchError: SW-SAFE-01 the file cannot be read; SW-SAFE-02 a record is not what the set has.
        """
        ...


def rows(path: Path | None, wanted: tuple[str, ...], name: str) -> list[dict[str, Any]]:
    """The records of a JSON lines file, each with the wanted fields as texts.

    Args:
        path: a file (``.jsonl``, ``.jsonl.gz``), or a folder with exactly one.
        wanted: fields every record needs.
        name: the set's, for errors.

    Raises:
        StillwatchError: SW-SAFE-01, SW-SAFE-02.
    """
    file = _file(path, name)
    try:
        content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        lines = content.decode("utf-8").splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise StillwatchError(
            f"the prompts of {name} cannot be read",
            code="SW-SAFE-01",
            where=str(file),
            hint=str(error),
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return [_row(line, wanted, f"{file}:{number}") for number, line in enumerate(lines, 1) if line.strip()]


def _file(path: Path | None, name: str) -> Path:
    found = [] if path is None else [path]
    if path is not None and path.is_dir():
        found = sorted(each for each in path.iterdir() if each.name.endswith((".jsonl", ".jsonl.gz")))
    if len(found) == 1:
        return found[0]
    raise StillwatchError(
        f"{name} is read from a file, and "
        + ("none was named" if path is None else f"this folder has {len(found)}"),
        code="SW-SAFE-01",
        where=str(path or f"--set {name}"),
        hint=f"name its JSON lines file: --set {name}=PATH",
        exit_code=ExitCode.UNREADABLE,
    )


def _row(line: str, wanted: tuple[str, ...], where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        if not isinstance(record, dict):
            raise ValueError("it is no object")
        for field in wanted:
            if not isinstance(record.get(field), str) or not record[field].strip():
                raise ValueError(f"`{field}` is missing or no text")
    except (ValueError, RecursionError) as error:
        raise StillwatchError(
            f"a record is not as this set has them: {error}",
            code="SW-SAFE-02",
            where=where,
            hint="`stillwatch safety-gap sets` says what each set looks like",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return record
