"""Material: opened keys with their decoys, the teacher's tokeniser, and canaries; and the digests a plan has of them.

Until it is opened into an archive only the digests are known, and they say nothing about the keys, which are random.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from stillwatch.attribution.archive.folder import CANARIES, OPENED, TOKENISER, digest_of
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.canaries.files import read_canaries, shipped_canaries
from stillwatch.attribution.keys.opening import Opening, read_opening
from stillwatch.attribution.plans.plan import PlannedKey, PlannedMaterial
from stillwatch.attribution.tokenising import read_tokeniser
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.errors import ExitCode, StillwatchError

SHIPPED: Final = "shipped"
"""In place of a file's name: the canaries that come with Stillwatch."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sources:
    """Where material lies; None for what there is not.

    Attributes:
        opened: what ``stillwatch keys open`` wrote.
        tokeniser: the teacher's.
        canaries: TOML or JSON, or ``shipped``.
    """

    opened: Path | None = None
    tokeniser: Path | None = None
    canaries: Path | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedMaterial:
    """What the sources hold.

    Attributes:
        material: as the battery takes it; without the prompts, which are the plan's.
        planned: the digests of it.
        files: what an archive keeps of it, by name.
        opening: the keys with what shows that they were committed to; None for none.
    """

    material: Material = Material()  # noqa: RUF009 - frozen
    planned: PlannedMaterial = PlannedMaterial()  # noqa: RUF009 - frozen
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    opening: Opening | None = None


def read_material(sources: Sources, decoys: int) -> OpenedMaterial:
    """The material of its sources.

    Args:
        sources: where it lies.
        decoys: keys that were never served to derive, as the plan's options say.

    Raises:
        StillwatchError: SW-ATT-75 a file cannot be read; 16 the keys are none, SW-WMK-03 to 05 the tokeniser and the
            canaries.
    """
    files: dict[str, bytes] = {}
    opening = None
    if sources.opened is not None:
        files[OPENED] = _content(sources.opened)
        opening = read_opening(_json(files[OPENED], sources.opened), str(sources.opened))
    if sources.tokeniser is not None:
        files[TOKENISER] = _content(sources.tokeniser)
    canaries = ()
    if sources.canaries is not None:
        shipped = sources.canaries.name == SHIPPED and not sources.canaries.exists()
        canaries = shipped_canaries() if shipped else read_canaries(sources.canaries)
        document = {"canaries": [each.as_json() for each in canaries]}
        files[CANARIES] = orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2) + b"\n"
    material = Material(
        keys=() if opening is None else opening.keys(),
        decoys=() if opening is None else opening.decoys(decoys),
        settings=WatermarkSettings() if opening is None else opening.settings,
        tokeniser=None if sources.tokeniser is None else read_tokeniser(sources.tokeniser),
        canaries=canaries,
    )
    planned = PlannedMaterial(
        keys=tuple(PlannedKey(key.cluster, key.epoch) for key in material.keys),
        opened=_digest(files, OPENED),
        settings={} if opening is None else opening.settings.as_json(),
        tokeniser=_digest(files, TOKENISER),
        canaries=_digest(files, CANARIES),
    )
    return OpenedMaterial(material, planned, files, opening)


def _digest(files: Mapping[str, bytes], name: str) -> str:
    return digest_of(files[name]) if name in files else ""


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or "unknown cause") from error


def _json(content: bytes, path: Path) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _unreadable(path, "it is no JSON") from error


def _unreadable(path: Path, why: str) -> StillwatchError:
    return StillwatchError(
        f"the material cannot be read: {why}",
        code="SW-ATT-75",
        where=str(path),
        hint="stillwatch keys open writes the keys",
        exit_code=ExitCode.UNREADABLE,
    )
