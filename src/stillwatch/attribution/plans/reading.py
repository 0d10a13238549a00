"""The file in which a person writes a plan: TOML, every wrong part named with its place."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_type_hints

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.plans.plan import PlannedModel, Stopping
from stillwatch.attribution.querying.endpoint import Dialect, Endpoint
from stillwatch.errors import ExitCode, StillwatchError

_TOP: Final[Mapping[str, type]] = {
    "id": str,
    "question": str,
    "tests": list,
    "pool": str,
    "material": str,
    "suspect": dict,
    "teacher": dict,
    "controls": list,
    "options": dict,
    "stopping": dict,
}
_MODEL: Final[Mapping[str, tuple[type, ...]]] = {
    "name": (str,),
    "url": (str,),
    "model": (str,),
    "dialect": (str,),
    "hard": (bool,),
    "about": (str,),
    "key_env": (str,),
    "key_file": (str,),
    "timeout_s": (int, float),
    "parallel": (int,),
    "per_minute": (int,),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """What a plan's file says; nothing in it is resolved yet.

    Attributes:
        endpoints: how each model is asked, by its name; where keys lie is in here and in no plan.
        pool: file with the texts that may be asked.
        material: file with opened keys; None for a plan without them.
        where: the file.
    """

    plan_id: str
    question: str
    tests: tuple[str, ...]
    models: tuple[PlannedModel, ...]
    endpoints: Mapping[str, Endpoint]
    pool: Path
    material: Path | None
    options: BatteryOptions
    stopping: Stopping
    where: str


def read_draft(path: Path) -> Draft:
    """A plan as somebody wrote it.

    Raises:
        StillwatchError: SW-ATT-71 the file cannot be read; 72 a part is missing or wrong, with its place; SW-ATT-02 an
            option of the battery is.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise StillwatchError(
            f"the plan cannot be read ({error})",
            code="SW-ATT-71",
            where=str(path),
            hint="stillwatch attribute plan new writes one to fill in",
            exit_code=ExitCode.UNREADABLE,
        ) from error
    return _Reader(found, path).draft()


class _Reader:
    def __init__(self, found: Mapping[str, Any], path: Path) -> None:
        self._found = found
        self._path = path
        self._known("", found, _TOP)

    def draft(self) -> Draft:
        suspect = self._model("suspect", self._take("suspect", needed=True), Side.SUSPECT)
        teacher = self._take("teacher")
        controls = [
            self._model(f"controls.{number}", each, Side.CONTROL)
            for number, each in enumerate(self._take("controls"), 1)
        ]
        pairs = [suspect, *([self._model("teacher", teacher, Side.TEACHER)] if teacher else []), *controls]
        names = [model.name for model, _ in pairs]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise self._wrong("controls", f"calls two models {twice}")
        material = self._text("material", needed=False)
        return Draft(
            plan_id=self._text("id"),
            question=self._text("question"),
            tests=self._tests(),
            models=tuple(model for model, _ in pairs),
            endpoints={model.name: endpoint for model, endpoint in pairs},
            pool=self._beside(self._text("pool")),
            material=self._beside(material) if material else None,
            options=BatteryOptions.read(self._take("options"), f"{self._path}: options"),
            stopping=self._stopping(self._take("stopping")),
            where=str(self._path),
        )

    def _model(self, place: str, found: Any, side: Side) -> tuple[PlannedModel, Endpoint]:
        if not isinstance(found, dict):
            raise self._wrong(place, "is no table")
        self._known(f"{place}.", found, _MODEL)
        for name, value in found.items():
            kinds = _MODEL[name]
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise self._wrong(f"{place}.{name}", f"is no {kinds[0].__name__}")
        for name in ("url", "model"):
            if not found.get(name):
                raise self._wrong(f"{place}.{name}", "is missing")
        name = str(found.get("name") or (side.value if side is not Side.CONTROL else ""))
        if not name:
            raise self._wrong(f"{place}.name", "is missing")
        try:
            dialect = Dialect(found.get("dialect", "chat"))
        except ValueError:
            raise self._wrong(f"{place}.dialect", f"is neither {' nor '.join(Dialect)}") from None
        told = {key: found[key] for key in ("key_env", "timeout_s", "parallel", "per_minute") if key in found}
        if key_file := found.get("key_file"):
            told["key_file"] = str(self._beside(str(Path(key_file).expanduser())))
        if told.get("parallel", 1) < 1 or told.get("per_minute", 0) < 0 or told.get("timeout_s", 1) <= 0:
            raise self._wrong(place, "has a `parallel`, `per_minute` or `timeout_s` that cannot be")
        endpoint = Endpoint(name, found["url"], found["model"], dialect, **told)
        hard, about = bool(found.get("hard", False)), str(found.get("about", ""))
        return PlannedModel(name, side, found["url"], found["model"], dialect, hard, about), endpoint

    def _stopping(self, found: Mapping[str, Any]) -> Stopping:
        kinds = get_type_hints(Stopping)
        self._known("stopping.", found, kinds)
        for name, value in found.items():
            fits = isinstance(value, (int, float) if kinds[name] is float else kinds[name])
            if not fits or isinstance(value, bool) or (name != "rule" and value < 0):
                raise self._wrong(f"stopping.{name}", f"is no {kinds[name].__name__} of at least 0")
        stopping = Stopping(**found)
        if stopping.rule != "fixed":
            raise self._wrong(
                "stopping.rule",
                f"cannot be {stopping.rule}",
                "`fixed` asks everything that is planned and judges once",
            )
        if stopping.sentinels and (stopping.sentinel_samples < 2 or stopping.sentinel_every < 1):
            raise self._wrong(
                "stopping", "needs two samples of a sentinel or more, and rounds that are apart"
            )
        if not 0 < stopping.drift < 1 or stopping.least_usable > 1:
            raise self._wrong("stopping", "has a `drift` or `least_usable` that is no share")
        return stopping

    def _tests(self) -> tuple[str, ...]:
        names = self._take("tests")
        if not all(isinstance(each, str) for each in names):
            raise self._wrong("tests", "is no list of names")
        return tuple(sorted(set(names)))

    def _text(self, key: str, *, needed: bool = True) -> str:
        value = str(self._take(key)).strip()
        if needed and not value:
            raise self._wrong(key, "is missing")
        return value

    def _take(self, key: str, *, needed: bool = False) -> Any:
        kind = _TOP[key]
        value = self._found.get(key, kind())
        if not isinstance(value, kind):
            raise self._wrong(key, f"is no {kind.__name__}")
        if needed and not value:
            raise self._wrong(key, "is missing")
        return value

    def _beside(self, name: str) -> Path:
        """A path in the file is relative to the file."""
        return self._path.parent / name

    def _known(self, place: str, found: Mapping[str, Any], known: Mapping[str, Any]) -> None:
        for name in found:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean `{near[0]}`?" if near else f"there are: {', '.join(known)}"
                raise self._wrong(f"{place}{name}", "is nothing a plan has", hint)

    def _wrong(self, key: str, what: str, hint: str = "") -> StillwatchError:
        return StillwatchError(
            f"`{key}` {what}",
            code="SW-ATT-72",
            where=str(self._path),
            hint=hint or "docs/how-to/attribute-a-model.md",
        )
