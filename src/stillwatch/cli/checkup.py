"""The contract of a check of `stillwatch doctor`, and how all of them are run."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from stillwatch.errors import StillwatchError

if TYPE_CHECKING:
    from stillwatch.settings import Settings


class State(enum.StrEnum):
    """How something stands."""

    FINE = "fine"
    ABSENT = "absent"  # not in use here, which is no fault
    ATTENTION = "attention"
    BROKEN = "broken"


_ORDER: Final = (State.FINE, State.ABSENT, State.ATTENTION, State.BROKEN)


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        sentence: what is so; never an account, an address or a secret.
        hint: what to do; empty where nothing has to be done.
    """

    state: State
    sentence: str
    hint: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Site:
    """What is looked at.

    Attributes:
        node: folder of the node, which need not exist.
        cases: path or URL of the casework database, which need not exist.
    """

    settings: Settings
    node: Path
    cases: str

    @property
    def stores(self) -> tuple[Path, ...]:
        """Folders in which a traffic store stands."""
        return tuple(
            path
            for path in (self.settings.store_dir, self.node / "store")
            if (path / "manifest.json").exists()
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: one word, shown before its findings.
        about: what it looks at, in a clause.
        look: looks, and changes nothing.
    """

    name: str
    about: str
    look: Callable[[Site], Iterable[Finding]]


@dataclasses.dataclass(frozen=True, slots=True)
class Told:
    """A finding with the check it is of."""

    check: str
    finding: Finding


def checks() -> dict[str, Check]:
    """Checks by name, in alphabetical order."""
    from stillwatch.plugins import discover

    found = discover("stillwatch.cli.doctor_checks", "CHECK", "stillwatch.doctor_checks").found
    return {name: cast("Check", found[name]) for name in sorted(found)}


def look_over(site: Site) -> Iterator[Told]:
    """Run every check; one that fails is a finding and does not stop the others."""
    for name, check in checks().items():
        try:
            for finding in check.look(site):
                yield Told(name, finding)
        except StillwatchError as error:
            yield Told(name, Finding(State.BROKEN, f"{error.message} [{error.code}]", error.hint))
        except Exception as error:
            # A check exists to be run where something is wrong; what it trips over is what was asked for.
            yield Told(name, Finding(State.BROKEN, f"the check itself failed: {type(error).__name__}"))


def worst(told: Iterable[Told]) -> State:
    """The worst of what was found; fine where nothing was."""
    return max((each.finding.state for each in told), key=_ORDER.index, default=State.FINE)
