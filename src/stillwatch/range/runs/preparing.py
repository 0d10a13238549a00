"""Makes the worlds that a run needs and their columns, unless they lie there already."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import shutil
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Final

from stillwatch.errors import ExitCode, StillwatchError
from stillwatch.range.runs.column_files import is_saved, load_columns, save_columns
from stillwatch.range.runs.request import TRAINING_SEED, Places, Request
from stillwatch.range.runs.source_digest import PACKAGE, source_digest
from stillwatch.range.splits import TRAIN
from stillwatch.range.world import make_world
from stillwatch.range.worlds import world_module
from stillwatch.range.writing import write_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.range.world import World

_MADE: Final = "made.json"
_ORDINARY: Final = "standard"
_NOT_OF_WORLDS: Final = ("baselines", "fitting", "runs", "score")


def prepare(
    request: Request, places: Places, *, learns: bool, columns: bool, say: Callable[[str], None]
) -> None:
    """Make the world, its history and, for who learns, the training world; with columns, if baselines run.

    Raises:
        StillwatchError: an unknown world or split, numbers that make no world, or no space to write to.
    """
    wanted = {"world": request}
    if request.history:
        wanted["history"] = dataclasses.replace(request, world=f"{request.world}-history")
    else:
        _forget(places, "history")
    if learns:
        wanted["training"] = training_request(request)
    for part, each in wanted.items():
        if _ensure(part, each, places, say):
            shutil.rmtree(places.columns(part), ignore_errors=True)
    if columns:
        _columns(list(wanted), places, say)


def training_request(request: Request) -> Request:
    """The world that baselines learn from: the same kind, or an ordinary one where the kind has no campaign."""
    spec = world_module(request.world).spec(request.accounts, TRAIN)
    name = request.world if spec.campaigns else _ORDINARY
    return Request(name, TRAIN, TRAINING_SEED, request.accounts, history=False)


def _ensure(part: str, request: Request, places: Places, say: Callable[[str], None]) -> bool:
    """Make one world unless it was made by the same request and source; returns whether it was made."""
    folder = places.made(part)
    digest = request.digest(_source())
    made = folder / _MADE
    if made.is_file() and json.loads(made.read_text("utf-8")).get("digest") == digest:
        say(f"{part}: {folder} is there already")
        return False
    shutil.rmtree(folder, ignore_errors=True)
    world: World = make_world(request.world, request.seed, request.accounts, split=request.split)
    size = f"{len(world):,} exchanges of {len(world.accounts):,} accounts"
    say(f"{part}: writing {size} ({request.world}, {request.split})")
    write_world(world, folder)
    made.write_text(json.dumps({"digest": digest, **dataclasses.asdict(request)}) + "\n", "utf-8")
    return True


def _source() -> str:
    """The digest of what decides how worlds come out."""
    folder = PACKAGE / "range"
    parts = [path for path in folder.iterdir() if path.name not in (*_NOT_OF_WORLDS, "__pycache__")]
    return source_digest(*sorted(path.relative_to(PACKAGE).as_posix() for path in parts))


def _forget(places: Places, part: str) -> None:
    for folder in (places.made(part), places.columns(part)):
        shutil.rmtree(folder, ignore_errors=True)


def _columns(parts: list[str], places: Places, say: Callable[[str], None]) -> None:
    """Read the worlds into columns: the history first, by which words are weighted, then the others side by side."""
    missing = [part for part in parts if not is_saved(places.columns(part))]
    if missing:
        say("reading " + ", ".join(missing))
    for turn in (["history"], ["world", "training"]):
        wanted = [part for part in turn if part in missing]
        if not wanted:
            continue
        with ProcessPoolExecutor(len(wanted), multiprocessing.get_context("fork")) as pool:
            for part, done in [(part, pool.submit(_read, places, part)) for part in wanted]:
                try:
                    done.result()
                except (StillwatchError, OSError, BrokenProcessPool) as error:
                    raise StillwatchError(
                        "a made world could not be read",
                        code="SW-RANGE-44",
                        where=str(places.columns(part)),
                        hint=str(error)[-300:],
                        exit_code=ExitCode.UNREADABLE,
                    ) from error


def _read(places: Places, part: str) -> None:
    """What the process of a part does: memory goes with it."""
    history = None
    if part != "history" and is_saved(places.columns("history")):
        history = load_columns(places.columns("history"))
    save_columns(places.made(part), places.columns(part), history=history)
