"""Campaigns as a person composes them on a command line: families, tactics and knobs by name."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stillwatch.errors import StillwatchError
from stillwatch.range.knobs import changed, read_knob
from stillwatch.range.spec import Planned, planned
from stillwatch.range.splits import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def campaign_from(text: str, split: str) -> Planned:
    """A campaign from ``FAMILY[@TACTIC][:KNOB=VALUE,...]``.

    Raises:
        StillwatchError: what cannot be read, or names something unknown or of another split.
    """
    head, _, tail = text.partition(":")
    name, _, hidden = head.partition("@")
    changes = dict(_setting(part) for part in tail.split(",") if part.strip())
    return planned(name.strip(), split, hidden.strip() or None, **changes)


def turned(plans: Sequence[Planned], settings: Iterable[str]) -> tuple[Planned, ...]:
    """The campaigns with knobs turned: ``KNOB=VALUE`` on all of them, ``camp-02.KNOB=VALUE`` on one.

    Raises:
        StillwatchError: an unknown knob or campaign, or a value that is not allowed.
    """
    found = list(plans)
    for setting in settings:
        whose, dot, rest = setting.partition(".")
        chosen = range(len(found))
        if dot and whose.startswith("camp-"):
            names = [f"camp-{index:0{max(2, len(str(len(found))))}d}" for index in range(1, len(found) + 1)]
            if whose not in names:
                raise StillwatchError(
                    f"the world has no campaign named '{whose}'",
                    code="SW-RANGE-29",
                    where=setting,
                    hint=nearest(whose, names) if names else "it has none at all",
                )
            chosen = range(names.index(whose), names.index(whose) + 1)
            setting = rest
        name, value = _setting(setting)
        for index in chosen:
            found[index] = dataclasses.replace(found[index], knobs=changed(found[index].knobs, {name: value}))
    return tuple(found)


def _setting(text: str) -> tuple[str, float | str]:
    name, sign, value = text.strip().partition("=")
    if not sign or not name.strip() or not value.strip():
        raise StillwatchError(
            f"'{text.strip()}' sets no knob",
            code="SW-RANGE-30",
            where=text.strip(),
            hint="write KNOB=VALUE, such as dilution=0.9",
        )
    return name.strip(), read_knob(name.strip(), value.strip())
