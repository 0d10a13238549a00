"""Material: opened keys with their decoys, the teacher's tokeniser and canaries, and what a plan says of it by digests.

Until it is opened into an archive only the digests are known, and they say nothing about the keys, which are random.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.canaries.canary import Canary
from stillwatch.attribution.keys.handout import opening_in
from stillwatch.attribution.plans.plan import PlannedKey, PlannedMaterial, digest_of
from stillwatch.attribution.tokenising import read_tokeniser
from stillwatch.errors import ExitCode, StillwatchError

if TYPE_CHECKING:
    from stillwatch.attribution.keys.opening import Opening

MATERIAL: Final = "material.json"
"""What an archive calls it."""


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedMaterial:
    """What a file of material holds.

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


def read_material(path: Path) -> OpenedMaterial:
    """The material of a file that ``stillwatch keys open`` wrote; the tokeniser lies beside it.

    Raises:
        StillwatchError: SW-ATT-75 a file cannot be read; 16 the keys are none; SW-WMK-03 to 05, the tokeniser or a
            canary is none.
    """
    content = _content(path)
    try:
        document = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _unreadable(path, "it is no JSON") from error
    opening = opening_in(document, str(path))
    place = _beside(path, document.get("tokeniser"))
    listed = document.get("canaries")
    canaries = tuple(Canary.read(each, str(path)) for each in listed) if isinstance(listed, list) else ()
    files = {MATERIAL: content} | ({} if place is None else {place.name: _content(place)})
    material = Material(
        keys=opening.all_keys(),
        decoys=opening.decoys(int(document["decoys"]["count"])),
        settings=opening.settings,
        tokeniser=None if place is None else read_tokeniser(place),
        canaries=canaries,
    )
    planned = PlannedMaterial(
        keys=tuple(PlannedKey(key.cluster, key.epoch) for key in material.keys),
        file=digest_of(content),
        tokeniser="" if place is None else digest_of(files[place.name]),
        settings=opening.settings.as_json(),
        canaries=len(canaries),
    )
    return OpenedMaterial(material, planned, files, opening)


def _beside(path: Path, name: Any) -> Path | None:
    """The tokeniser's file; only one in the same folder is taken, since an archive comes from somebody else."""
    if not name:
        return None
    if not isinstance(name, str) or Path(name).name != name:
        raise _unreadable(path, "its tokeniser is no file beside it")
    return path.with_name(name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error.strerror or "unknown cause") from error


def _unreadable(path: Path, why: str) -> StillwatchError:
    return StillwatchError(
        f"the material cannot be read: {why}",
        code="SW-ATT-75",
        where=str(path),
        hint="write it with: stillwatch keys open",
        exit_code=ExitCode.UNREADABLE,
    )
