"""What a member of a campaign does besides the harvest: an honest person's traffic, more or less of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.campaigns import families
from stillwatch.range.cohort import Cohort
from stillwatch.range.personas import personas
from stillwatch.range.plan import Account, Stream, Window
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.seeding import number

if TYPE_CHECKING:
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.site import Site

_COVERS: Final = (
    ("chat_hobbyist",) * 9
    + ("scaffold_user",) * 3
    + ("coding_agent",) * 2
    + ("traveller", "synthetic_researcher")
)
_BORROWED: Final = ("chat_hobbyist", "scaffold_user", "saas_single", "new_trend", "coding_agent")
_FADING: Final = (0.65, 0.25, 0.1)
_PRIVATE: Final = Rhythm("evening", 1.6, 3.0, 90.0)


def cover(site: Site, campaign_id: str, family: str, knobs: Knobs, index: int) -> Account:
    """An honest person whose place the member takes."""
    own = (*site.key, campaign_id, index)
    if knobs.infrastructure == "gateway":
        name = "reseller"
    else:
        covers: tuple[str, ...] = getattr(families()[family], "COVERS", _COVERS)
        name = covers[number(*own, "cover") % len(covers)]
    account = _person(site, name, own)
    if knobs.cover == "borrowed":
        for other in range(2):
            name = _BORROWED[number(*own, "borrowed", other) % len(_BORROWED)]
            account.streams += _person(site, name, (*own, "borrowed", other)).streams
    return account


def _person(site: Site, archetype: str, seed: tuple[object, ...]) -> Account:
    return personas()[archetype].recruit(Cohort(site, archetype, 1, seed))[0]


def diluted(streams: list[Stream], harvest: int, knobs: Knobs, world: Window, span: Window) -> list[Stream]:
    """The cover traffic, as much as makes it the wanted share of all."""
    wanted = round(harvest * knobs.dilution / (1.0 - knobs.dilution))
    if wanted == 0:
        return []
    total = sum(stream.weight for stream in streams)
    pieces = _pieces(knobs.cover, world, span)
    found = []
    for share, window in pieces:
        for stream in streams:
            part = round(wanted * share * stream.weight / total)
            if part:
                found.append(_piece(stream, part, window, knobs.cover))
    return found or [_piece(streams[0], wanted, None, knobs.cover)]


def _piece(stream: Stream, count: int, window: Window | None, kind: str) -> Stream:
    rhythm = _PRIVATE if kind == "second_life" else stream.rhythm
    return dataclasses.replace(stream, weight=count, window=window, rhythm=rhythm, fixed=True)


def _pieces(kind: str, world: Window, span: Window) -> list[tuple[float, Window | None]]:
    """Shares of the cover traffic and when each is sent."""
    if kind == "warm_up":
        return [(1.0, Window(world.start, span.start + (span.end - span.start) // 6))]
    if kind == "fading":
        return [(share, world.part(i / 3, (i + 1) / 3)) for i, share in enumerate(_FADING)]
    return [(1.0, None)]
