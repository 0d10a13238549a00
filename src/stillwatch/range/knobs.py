"""The knobs of a campaign and what each may be set to."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMINGS: Final = (
    "synchronised",
    "office",
    "jittered",
    "cloned",
    "relay",
    "trickle",
    "nightly",
    "commuter",
)
INFRASTRUCTURES: Final = (
    "shared",
    "moderate",
    "unique",
    "cloned",
    "gateway",
    "exits",
    "carrier",
    "campus",
    "leased",
)
AGES: Final = ("fresh", "aged", "staggered", "dormant")
PLACES: Final = ("own", "taken")
COVERS: Final = ("own", "warm_up", "borrowed", "fading", "second_life")
WORDINGS: Final = ("reword", "versions", "blend", "personal")


def _number(default: float, low: float, high: float, meaning: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": meaning, "low": low, "high": high})


def _choice(default: str, values: tuple[str, ...], meaning: str) -> Any:
    return dataclasses.field(default=default, metadata={"help": meaning, "values": values})


@dataclasses.dataclass(frozen=True, slots=True)
class Knobs:
    """How a campaign is run; each field says what it means and what it may be.

    Raises:
        StillwatchError: a value out of range, or values that cannot go together.
    """

    accounts: int = _number(80, 1, 100_000, "members over the whole campaign, replacements included")
    exchanges: int = _number(60, 1, 1_000_000, "harvest exchanges a member makes, on average")
    dilution: float = _number(0.0, 0.0, 0.99, "share of a member's traffic that is not harvest")
    paraphrase: float = _number(0.0, 0.0, 1.0, "share of a template's sentences reworded each time")
    timing: str = _choice(
        "jittered",
        TIMINGS,
        "common jobs, office hours, evenly jittered, cloned from an honest person, in turns, one at a "
        "time with long gaps, nightly batches, evenings and weekends",
    )
    infrastructure: str = _choice(
        "unique",
        INFRASTRUCTURES,
        "one pool for all, a few neighbours each, own ones, all cloned, behind a gateway, exits of a "
        "private network, a carrier's shared addresses, a campus, small leased offices",
    )
    age: str = _choice(
        "fresh",
        AGES,
        "opened for the purpose, bought with a past, opened in waves over the year before, old and silent "
        "until the harvest",
    )
    place: str = _choice(
        "own",
        PLACES,
        "accounts opened for the campaign, or those of honest people of the same world, with all that belongs "
        "to them: volume (`exchanges` and `spread` are not used), age, organisation, addresses (`infrastructure` "
        "says whose places), request settings, system prompt",
    )
    cover: str = _choice(
        "own",
        COVERS,
        "where dilution comes from: one person's habits, the same but mostly before the harvest, several "
        "people's, less and less of it, only outside working hours",
    )
    wording: str = _choice(
        "reword",
        WORDINGS,
        "one template reworded, a dozen versions, three of twenty versions a member, an own one a member",
    )
    churn: float = _number(0.0, 0.0, 1.0, "share of members that take part in a replacement, removed or new")
    pause: float = _number(3.5, 0.1, 240.0, "mean hours until a removed member is replaced")
    overlap: float = _number(
        1.0,
        0.0,
        1.0,
        "share of members with the same payments and addresses at every lab, where several are attacked",
    )
    jitter: float = _number(40.0, 0.0, 86_400.0, "seconds around a common job at which members begin")
    spread: float = _number(
        0.25, 0.0, 2.0, "how members' volumes differ (standard deviation of the logarithm)"
    )
    pivot: float = _number(0.0, 0.0, 1.0, "share of members that move to a new model within a day")
    start: float = _number(0.05, 0.0, 0.99, "when the harvest begins, as a share of the world's window")
    end: float = _number(0.98, 0.005, 1.0, "when it ends, likewise")

    def __post_init__(self) -> None:
        """Refuse values that make no campaign."""
        for field in dataclasses.fields(self):
            _check(field.name, getattr(self, field.name), field.metadata)
        if self.end < self.start + 0.005:
            raise _impossible(f"a campaign cannot end at {self.end} when it starts at {self.start}", "end")
        if self.churn > 0 and self.accounts < 2:
            raise _impossible("a campaign of one account cannot replace a member", "churn")
        if self.cover == "warm_up" and self.start < 0.05:
            raise _impossible(f"there is no time to warm up before {self.start}", "start")
        if self.accounts * self.exchanges > 10**9:
            raise _impossible(
                f"{self.accounts} accounts times {self.exchanges} exchanges are too many", "accounts"
            )


def read_knob(name: str, text: str) -> float | str:
    """A knob's value from the words of a command line.

    Raises:
        StillwatchError: there is no such knob, or the text is no number where one is wanted.
    """
    known = {field.name: field for field in dataclasses.fields(Knobs)}
    if name not in known:
        raise StillwatchError(
            f"there is no knob named '{name}'", code="SW-RANGE-21", where=name, hint=nearest(name, known)
        )
    if "values" in known[name].metadata:
        return text
    try:
        return int(text) if isinstance(known[name].default, int) else float(text)
    except ValueError:
        raise StillwatchError(
            f"the knob {name} is '{text}', it must be a number", code="SW-RANGE-02", where=name
        ) from None


def changed(knobs: Knobs, changes: Mapping[str, float | str]) -> Knobs:
    """The knobs with some of them turned.

    Raises:
        StillwatchError: as Knobs does.
    """
    return dataclasses.replace(knobs, **changes)  # type: ignore[arg-type] # checked by Knobs


def _check(name: str, value: float | str, allowed: Mapping[str, Any]) -> None:
    if "values" in allowed:
        if value not in allowed["values"]:
            raise StillwatchError(
                f"the knob {name} cannot be '{value}'",
                code="SW-RANGE-02",
                where=name,
                hint=nearest(str(value), allowed["values"]),
            )
    elif isinstance(value, str) or not allowed["low"] <= value <= allowed["high"]:
        raise StillwatchError(
            f"the knob {name} is {value}, it must lie between {allowed['low']} and {allowed['high']}",
            code="SW-RANGE-02",
            where=name,
        )


def _impossible(sentence: str, where: str) -> StillwatchError:
    return StillwatchError(sentence, code="SW-RANGE-22", where=where)
