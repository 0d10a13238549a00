"""The numbers and lists that the gate decides by, read from a file that counsel can read, too."""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import orjson
from blake3 import blake3

from stillwatch import __version__
from stillwatch.core.indicator import CountClass, DetectorRef, IndicatorKind
from stillwatch.errors import StillwatchError
from stillwatch.sharing.gate.lanes import extension_schemas, lane_schemas

if TYPE_CHECKING:
    from pathlib import Path

Common: TypeAlias = Callable[[IndicatorKind, str], object]
"""Whether a value stands on a warninglist; anything true means it does."""

_LEAST: Final = {
    CountClass.TENS: 10,
    CountClass.HUNDREDS: 100,
    CountClass.THOUSANDS: 1_000,
    CountClass.MORE: 10_000,
}


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class GatePolicy:
    """What the gate decides by; two of them decide alike if their versions are equal.

    Attributes:
        edition: the policy's own name, a date.
        k: fewest accounts that an indicator may describe.
        weeks_back: how many weeks ago the earliest week may lie.
        bits_a_week: what a member may send a week, in residual bits (see ``capacity``).
        networks: allocated ranges of autonomous system numbers, sorted, both ends included.
        detectors: registered name, version and content hash of detectors.
        epochs: announced epochs of the blinding key; None leaves only the form.
        common: a warninglist, asked for each indicator's value.
    """

    edition: str
    k: int
    weeks_back: int
    bits_a_week: int
    networks: tuple[tuple[int, int], ...]
    detectors: frozenset[tuple[str, str, str]] = frozenset()
    epochs: frozenset[str] | None = None
    common: Common | None = None
    version: str = dataclasses.field(init=False)
    large_enough: frozenset[str] = dataclasses.field(init=False)
    _starts: tuple[int, ...] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "version", f"{self.edition}+{_digest(self)}")
        large = frozenset(name.value for name, least in _LEAST.items() if least >= self.k)
        object.__setattr__(self, "large_enough", large)
        object.__setattr__(self, "_starts", tuple(first for first, _ in self.networks))

    def is_allocated(self, number: int) -> bool:
        """Whether an autonomous system of that number can exist."""
        place = bisect_right(self._starts, number) - 1
        return place >= 0 and number <= self.networks[place][1]

    def with_registers(
        self,
        detectors: Iterable[DetectorRef] = (),
        epochs: Iterable[str] | None = None,
        common: Common | None = None,
    ) -> GatePolicy:
        """The same policy with what the hub has registered."""
        return dataclasses.replace(
            self,
            detectors=frozenset((each.name, each.version, each.content_hash) for each in detectors),
            epochs=None if epochs is None else frozenset(epochs),
            common=common,
        )

    @staticmethod
    def shipped() -> GatePolicy:
        """The policy that comes with the package; nothing is registered yet."""
        return _policy(_shipped(), "policy.toml")

    @staticmethod
    def load(path: Path) -> GatePolicy:
        """A policy from a file; what it does not say is as shipped.

        Raises:
            StillwatchError: SW-GATE-01 where the file is no policy.
        """
        try:
            said = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _wrong("it is no TOML", str(path)) from error
        shipped = _shipped()
        for name in said:
            if name not in shipped:
                near = difflib.get_close_matches(name, shipped, n=1)
                raise _wrong(f"`{name}` is no setting of it", str(path), near)
        return _policy(shipped | said, str(path))


def _shipped() -> dict[str, Any]:
    text = (files("stillwatch.sharing.gate") / "policy.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _policy(said: dict[str, Any], where: str) -> GatePolicy:
    """The policy that a file's content describes."""
    for name, least in (("k", 10), ("weeks_back", 1), ("bits_a_week", 1)):
        if type(said[name]) is not int or said[name] < least:
            raise _wrong(f"`{name}` has to be an integer of at least {least}", where)
    try:
        networks = tuple(sorted((int(first), int(last)) for first, last in said["networks"]))
    except (TypeError, ValueError) as error:
        raise _wrong("`networks` has to be a list of pairs of numbers", where) from error
    return GatePolicy(str(said["edition"]), said["k"], said["weeks_back"], said["bits_a_week"], networks)


def _wrong(message: str, where: str, near: list[str] | None = None) -> StillwatchError:
    return StillwatchError(
        f"this is no gate policy: {message}",
        code="SW-GATE-01",
        where=where,
        hint=f"did you mean `{near[0]}`?"
        if near
        else "`stillwatch gate bases --policy` prints the one in force",
    )


def _digest(policy: GatePolicy) -> str:
    """What the policy decides by, in twelve hexadecimal digits: numbers, lists, schemas and the program's version."""
    said = [
        __version__,
        policy.edition,
        policy.k,
        policy.weeks_back,
        policy.bits_a_week,
        policy.networks,
        sorted(policy.detectors),
        None if policy.epochs is None else sorted(policy.epochs),
        policy.common is not None,
        lane_schemas(),
        extension_schemas(),
    ]
    return str(blake3(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest(length=6))
