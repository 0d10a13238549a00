"""An audit in words, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.range.audit.separability import HIGH, LOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stillwatch.range.audit.findings import Audit

_SHOWN: Final = 12
_NAMED: Final = 3


def lines(audit: Audit) -> Iterator[str]:
    """What was found: the band, the features farthest from it, the campaigns one feature solves, the splits."""
    yield f"world {audit.world}: {audit.accounts:,} accounts, {audit.attackers:,} of them attack"
    if not audit.attackers:
        yield "  nobody attacks in this world, so nothing can be told apart"
        return
    yield (
        f"  {len(audit.outside)} of {len(audit.features)} features lie outside "
        f"{LOW:.2f} to {HIGH:.2f} (AUROC, wanted for adaptive worlds)"
    )
    yield f"  {'feature':<28}{'AUROC':>7}{'accounts':>10}{'recall at precision 95 %':>26}{'campaigns solved':>18}"
    for place, each in enumerate(audit.features):
        if place >= _SHOWN and not each.outside and not each.solved:
            continue
        mark = "  outside" if each.outside else ""
        area = "–" if each.area is None else f"{each.area:.3f}"
        recall = f"{each.recall * 100:.1f} %"
        yield f"  {each.name:<28}{area:>7}{each.known:>10,}{recall:>26}{len(each.solved):>18}{mark}"
    solved = audit.solved()
    yield f"  {len(solved)} of {len(audit.campaigns)} campaigns are solved by one feature alone"
    for campaign, names in solved.items():
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        yield f"    {campaign}: {', '.join(names[:3])}{more}"
    yield from _splits(audit)


def table(audits: Iterable[Audit]) -> Iterator[str]:
    """A line for each world: its size, how much one feature tells, the features outside that tell most."""
    yield f"{'world':<16}{'accounts':>9}{'attack':>8}{'outside':>9}{'solved':>10}  farthest outside (AUROC)"
    for audit in audits:
        named = ", ".join(f"{each.name} {each.area:.2f}" for each in audit.outside[:_NAMED])
        solved = f"{len(audit.solved())} of {len(audit.campaigns)}"
        yield (
            f"{audit.world:<16}{audit.accounts:>9,}{audit.attackers:>8,}{len(audit.outside):>9}{solved:>10}"
            f"  {named or '–'}"
        )


def _splits(audit: Audit) -> Iterator[str]:
    if audit.overlaps is None:
        return
    yield f"  {'wording shared between splits':<40}{'5-grams':>9}{'near-duplicates':>17}{'texts':>8}"
    for each in audit.overlaps:
        name = f"{each.kind}: {each.tested} seen in {each.seen}"
        yield f"  {name:<40}{each.grams * 100:>7.1f} %{each.alike * 100:>15.1f} %{each.texts:>8,}"
