"""Figures that were measured, kept in ``figures/NAME.json`` and committed: the table and its page are made of them.

Only figures with a target are kept. A small run never takes the place of a full one.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.targets import Target

FIGURES = Path(__file__).parent / "figures"


@dataclasses.dataclass(frozen=True, slots=True)
class Kept:
    """A measured value.

    Attributes:
        value: in the unit of its target.
        taken: the day, as in 2026-11-26.
        commit: what was measured; ``+`` at its end where files differed from it.
        machine: in words, such as ``2 cores, 24 GiB``.
        size: ``full`` or ``small``.
        note: what a reader must know, such as ``shared machine``.
    """

    value: float
    taken: str
    commit: str | None
    machine: str
    size: str
    note: str = ""


def kept(name: str, folder: Path = FIGURES) -> dict[str, Kept]:
    """What is kept of a benchmark, by figure."""
    path = folder / f"{name}.json"
    if not path.exists():
        return {}
    return {figure: Kept(**value) for figure, value in json.loads(path.read_text("utf-8")).items()}


def keep(
    result: Mapping[str, Any],
    targets: Iterable[Target],
    note: str = "",
    folder: Path = FIGURES,
    *,
    others: bool = False,
) -> dict[str, Kept]:
    """Keeps the figures of one run, as ``harness.run`` gave them; returns what is new.

    Args:
        result: of the run.
        targets: of the figures to keep.
        note: for whoever reads them.
        folder: where they are kept.
        others: kept figures of other targets stay; else what has no target any more goes.

    Raises:
        ValueError: a full run lacks a figure that has a target; the others are kept.
    """
    small = bool(result["small"])
    new, before, lacking = {}, kept(result["benchmark"], folder), []
    for target in targets:
        value = target.found(result["figures"])
        if value is None:
            lacking.append(target.figure)
            continue
        if small and target.figure in before and before[target.figure].size == "full":
            continue
        new[target.figure] = Kept(
            value=float(f"{value:.4g}"),
            taken=result["taken"],
            commit=result["commit"],
            machine=machine_words(result["machine"]),
            size="small" if small else "full",
            note=note,
        )
    if new:
        wanted = {target.figure for target in targets}
        every = {name: value for name, value in (before | new).items() if others or name in wanted}
        folder.mkdir(exist_ok=True)
        lines = json.dumps({name: dataclasses.asdict(every[name]) for name in sorted(every)}, indent=2)
        (folder / f"{result['benchmark']}.json").write_text(f"{lines}\n", encoding="utf-8")
    if lacking and not small:
        raise ValueError(f"{result['benchmark']} did not give {', '.join(lacking)}, which has a target")
    return new


def machine_words(machine: Mapping[str, Any]) -> str:
    """A machine in the few words that say how fast it may be."""
    return f"{machine['cores']} cores, {machine['memory_gib']:.0f} GiB"
