"""Opened material: the keys, decoys, tokeniser and canaries that judging takes, and their digests for a plan.

The lab opens it for whoever is to verify. Until then only its digests are known, and they say nothing about the keys,
which are 32 random bytes each.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from stillwatch.attribution.archive.folder import digest_of
from stillwatch.attribution.battery.material import Material
from stillwatch.attribution.canaries.canary import Canary
from stillwatch.attribution.keys.secrets import SECRET_BYTES, OpenedKey, decoy_secrets
from stillwatch.attribution.plans.plan import PlannedKey, PlannedMaterial
from stillwatch.attribution.watermark.settings import WatermarkSettings
from stillwatch.errors import ExitCode, StillwatchError

FORM: Final = "stillwatch attribution material v1"
_KEY_LABEL: Final = "stillwatch opened key v1"


@dataclasses.dataclass(frozen=True, slots=True)
class OpenedMaterial:
    """What a material file holds.

    Attributes:
        material: as the battery takes it; without the prompts, which are the plan's.
        planned: the digests of it.
        document: the file's content, to be archived.
        tokeniser: the tokeniser's file; None for none.
    """

    material: Material = Material()  # noqa: RUF009 - frozen
    planned: PlannedMaterial = PlannedMaterial()  # noqa: RUF009 - frozen
    document: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    tokeniser: bytes | None = None


def read_material(path: Path, tokeniser: Path | None = None) -> OpenedMaterial:
    """Material from a file.

    Args:
        path: JSON, as `stillwatch keys open` writes it.
        tokeniser: where the tokeniser lies; None for where the file says, relative to the file.

    Raises:
        StillwatchError: SW-ATT-75, it cannot be read, or a part is not of its kind.
    """
    try:
        document = json.loads(path.read_bytes())
        if document.get("form") != FORM:
            raise ValueError("it is no material of this version")
        place = tokeniser or (path.parent / document["tokeniser"] if document.get("tokeniser") else None)
        content = None if place is None else place.read_bytes()
        return _opened(document, content, place)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StillwatchError(
            f"the material cannot be read: {error}",
            code="SW-ATT-75",
            where=str(path),
            hint="stillwatch keys open writes one",
            exit_code=ExitCode.UNREADABLE,
        ) from error


def commitment_of(key: OpenedKey) -> str:
    """What a plan says of a key: a digest that binds the key and, without it, tells nothing."""
    said = [_KEY_LABEL, key.cluster, key.epoch, key.secret.hex()]
    return digest_of(orjson.dumps(said))


def _opened(document: Mapping[str, Any], content: bytes | None, place: Path | None) -> OpenedMaterial:
    keys = tuple(
        OpenedKey(str(each["cluster"]), str(each["epoch"]), _secret(each["secret"]))
        for each in document.get("keys", ())
    )
    decoys = document.get("decoys")
    settings = (
        WatermarkSettings.read(document["settings"]) if document.get("settings") else WatermarkSettings()
    )
    canaries = tuple(
        Canary(str(each["canary_id"]), str(each["prompt"]), tuple(map(str, each["options"])))
        for each in document.get("canaries", ())
    )
    material = Material(
        keys=keys,
        decoys=decoy_secrets(_secret(decoys["seed"]), int(decoys["count"])) if decoys else (),
        settings=settings,
        tokeniser=_tokeniser(place),
        canaries=canaries,
    )
    planned = PlannedMaterial(
        keys=tuple(PlannedKey(key.cluster, key.epoch, commitment_of(key)) for key in keys),
        schedules=tuple(map(str, document.get("schedules", ()))),
        decoys=_digest(decoys) if decoys else "",
        settings=settings.as_json() if keys else {},
        tokeniser="" if content is None else digest_of(content),
        canaries=_digest(document["canaries"]) if canaries else "",
    )
    return OpenedMaterial(material, planned, document, content)


def _secret(text: str) -> bytes:
    secret = bytes.fromhex(text)
    if len(secret) != SECRET_BYTES:
        raise ValueError(f"a secret has {SECRET_BYTES} bytes")
    return secret


def _digest(value: Any) -> str:
    return digest_of(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def _tokeniser(place: Path | None) -> Any:
    if place is None:
        return None
    from stillwatch.attribution.tokenising import read_tokeniser

    return read_tokeniser(place)
