"""The folder of a measurement: what was asked, every answer in a chain of digests, and how answers were judged.

``prompts.json`` and ``answers.jsonl`` are written while models are asked; ``judgements.json`` by a judge afterwards,
as often as one likes. All are readable by their owner alone: the answers may be harmful.
"""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from stillwatch.attribution.safety_gap.prompts import Category, Message, Prompt, digest
from stillwatch.errors import ExitCode, StillwatchError

PROMPTS: Final = "prompts.json"
ANSWERS: Final = "answers.jsonl"
JUDGEMENTS: Final = "judgements.json"


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What both models are asked.

    Attributes:
        sets: the sets that the prompts are of, as they were named, without paths.
        samples: how often each prompt is asked.
        digest: of the prompts.
    """

    prompts: tuple[Prompt, ...]
    sets: tuple[str, ...]
    samples: int
    digest: str


def asked(prompts: Sequence[Prompt], sets: Sequence[str], samples: int) -> Asked:
    """What is asked, with its digest."""
    names = tuple(word.partition("=")[0] for word in sets)
    return Asked(tuple(prompts), names, samples, digest(prompts))


def write_asked(folder: Path, what: Asked) -> None:
    """Keep what is asked; the same again is no change.

    Raises:
        StillwatchError: SW-SAFE-11 the folder holds answers to other prompts; SW-SAFE-10 it cannot be written.
    """
    if (folder / PROMPTS).exists():
        before = read_asked(folder)
        if (before.digest, before.samples) != (what.digest, what.samples):
            raise StillwatchError(
                "this folder holds answers to other prompts",
                code="SW-SAFE-11",
                where=str(folder),
                hint="name the same sets and --samples as before, or another --out",
            )
        return
    write(folder / PROMPTS, dataclasses.asdict(what))


def read_asked(folder: Path) -> Asked:
    """What was asked.

    Raises:
        StillwatchError: SW-SAFE-10 there is nothing, or it cannot be read; SW-SAFE-12 it was changed.
    """
    data = read(folder / PROMPTS, "run `stillwatch safety-gap run --out DIR` first")
    try:
        prompts = tuple(_prompt(each) for each in data["prompts"])
        what = Asked(prompts, tuple(data["sets"]), int(data["samples"]), str(data["digest"]))
    except (KeyError, TypeError, ValueError) as error:
        raise unreadable(folder / PROMPTS, "it holds something else") from error
    if digest(prompts) != what.digest:
        raise StillwatchError(
            "the prompts are not those that were asked: their digest is another",
            code="SW-SAFE-12",
            where=str(folder / PROMPTS),
            exit_code=ExitCode.UNREADABLE,
        )
    return what


def write(path: Path, value: Any) -> None:
    """A JSON document, in place at once, for its owner alone.

    Raises:
        StillwatchError: SW-SAFE-10, it cannot be written.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(value, file, indent=1, ensure_ascii=False)
            file.write("\n")
        beside.replace(path)
    except OSError as error:
        raise unreadable(path, error.strerror or "it cannot be written") from error


def read(path: Path, hint: str = "") -> dict[str, Any]:
    """A JSON object.

    Raises:
        StillwatchError: SW-SAFE-10, it is not there or cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict):
            raise ValueError("no object")
    except (OSError, ValueError, RecursionError) as error:
        raise unreadable(path, getattr(error, "strerror", None) or "it is no JSON object", hint) from error
    return data


def unreadable(path: Path, why: str, hint: str = "") -> StillwatchError:
    """A file of the folder that cannot be used."""
    return StillwatchError(
        f"{path.name} cannot be used: {why}",
        code="SW-SAFE-10",
        where=str(path),
        hint=hint,
        exit_code=ExitCode.UNREADABLE,
    )


def _prompt(data: dict[str, Any]) -> Prompt:
    messages = tuple(Message(str(each["role"]), str(each["content"])) for each in data["messages"])
    return Prompt(
        str(data["prompt_id"]),
        Category(data["category"]),
        str(data["topic"]),
        messages,
        str(data["shared"]),
        str(data["canary"]),
    )
