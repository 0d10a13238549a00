"""The knobs and thresholds that tuning chose, kept in a file beside the baselines."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.range import baselines

if TYPE_CHECKING:
    from stillwatch.range.baselines.contract import Knob

TUNED: Final = Path(baselines.__file__).with_name("tuned.toml")


@dataclasses.dataclass(frozen=True, slots=True)
class Setting:
    """What a baseline runs with.

    Attributes:
        threshold: accounts with at least this score are accused.
        reached: the promised precision was reached where this was chosen, with precision and recall as given.
        tried: how many settings of the knobs were tried.
    """

    knobs: dict[str, Knob]
    threshold: float
    precision: float
    recall: float
    reached: bool
    tried: int


def read_tuned(path: Path = TUNED) -> dict[str, Setting]:
    """Every tuned baseline by name; empty where nothing has been tuned.

    Raises:
        StillwatchError: the file is not what ``range tune`` writes.
    """
    if not path.is_file():
        return {}
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        return {
            name: Setting(**{**section, "threshold": float(section["threshold"])})
            for name, section in content.get("baseline", {}).items()
        }
    except (tomllib.TOMLDecodeError, TypeError, KeyError, ValueError, RecursionError) as error:
        raise StillwatchError(
            "the tuned settings cannot be read",
            code="SW-RANGE-45",
            where=str(path),
            hint="write the file anew with `stillwatch range tune`",
        ) from error


def setting_of(name: str, path: Path = TUNED) -> Setting:
    """The tuned setting of one baseline.

    Raises:
        StillwatchError: it has none.
    """
    tuned = read_tuned(path)
    if name not in tuned:
        raise StillwatchError(
            f"the baseline '{name}' has not been tuned, so it has no threshold",
            code="SW-RANGE-46",
            where=str(path),
            hint=f"`stillwatch range tune --only {name}` chooses its knobs and threshold",
        )
    return tuned[name]


def write_tuned(path: Path, about: dict[str, Any], settings: dict[str, Setting]) -> None:
    """Write settings with what they were chosen on."""
    lines = [
        "# Written by `stillwatch range tune`. Chosen on the validation split: highest recall at precision >= 0.95,",
        "# or highest F1 where no setting reached that (reached = false).",
        "[chosen_on]",
        *(f"{name} = {_value(value)}" for name, value in about.items()),
    ]
    for name, setting in sorted(settings.items()):
        lines += ["", f"[baseline.{name}]"]
        lines += [
            f"{field} = {_value(value)}"
            for field, value in dataclasses.asdict(setting).items()
            if field != "knobs"
        ]
        lines += [
            f"[baseline.{name}.knobs]",
            *(f"{knob} = {_value(value)}" for knob, value in setting.knobs.items()),
        ]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, float):
        return "inf" if value == float("inf") else repr(value)
    return json.dumps(value)
