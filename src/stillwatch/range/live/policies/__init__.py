"""Policies: what is decided about accounts once there are verdicts, one file each.

A policy module has ``ABOUT``, ``NEEDS_VERDICTS`` and ``decide``. A new file in this folder is a new policy.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Protocol, cast

from stillwatch.errors import StillwatchError
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping, Set

    from stillwatch.core.verdict import Call
    from stillwatch.range.live.decisions import Decision
    from stillwatch.range.world import Truth


@dataclasses.dataclass(frozen=True, slots=True)
class View:
    """What a policy is shown.

    Attributes:
        now: in milliseconds since 1970 UTC.
        verdicts: of the detector, on the traffic so far; empty where the policy needs none.
        decided: accounts about which something was decided before.
        truth: who is who; for policies that mark a bound, not for any that could be run.
    """

    now: int
    verdicts: Mapping[str, Call]
    decided: Set[str]
    truth: Mapping[str, Truth]


class Policy(Protocol):
    """How verdicts become decisions."""

    ABOUT: str
    NEEDS_VERDICTS: bool

    def decide(self, view: View) -> list[Decision]:
        """New decisions."""
        ...


@functools.cache
def policies() -> dict[str, Policy]:
    """Every policy of this folder by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        name.replace("_", "-"): cast("Policy", importlib.import_module(f"{__name__}.{name}"))
        for name in names
    }


def policy_named(name: str) -> Policy:
    """The policy of that name.

    Raises:
        StillwatchError: there is none; the hint names the nearest.
    """
    known = policies()
    if name not in known:
        raise StillwatchError(
            f"there is no policy named '{name}'", code="SW-LIVE-10", where=name, hint=nearest(name, known)
        )
    return known[name]
