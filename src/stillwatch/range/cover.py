"""What a member of a campaign does besides the harvest: an honest person's traffic, more or less of it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from stillwatch.range.authors.disguised import Disguised
from stillwatch.range.campaigns import families
from stillwatch.range.cohort import Cohort
from stillwatch.range.personas import personas
from stillwatch.range.plan import Account, Stream, Window
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.seeding import dice, number

if TYPE_CHECKING:
    from stillwatch.range.crowd import Crowd
    from stillwatch.range.knobs import Knobs
    from stillwatch.range.site import Site

_COVERS: Final = (
    ("chat_hobbyist",) * 9
    + ("scaffold_user",) * 3
    + ("coding_agent",) * 2
    + ("traveller", "synthetic_researcher")
)
_BORROWED: Final = ("chat_hobbyist", "scaffold_user", "saas_single", "new_trend", "coding_agent")
_WHOSE: Final = {
    "exits": ("vpn_staff",),
    "campus": ("student_course",),
    "leased": ("night_office", "support_desk", "office_agent"),
}
_FADING: Final = (0.65, 0.25, 0.1)
_PRIVATE: Final = Rhythm("evening", 1.6, 3.0, 90.0)


def place(
    site: Site, campaign_id: str, family: str, knobs: Knobs, index: int, crowd: Crowd | None
) -> Account:
    """An honest person whose place the member takes: one of the crowd, or one made up for it."""
    own = (*site.key, campaign_id, index)
    covers: tuple[str, ...] | None = getattr(families()[family], "COVERS", None)
    if knobs.infrastructure == "gateway":
        account = _person(site, "reseller", own)
    elif knobs.place == "taken" and crowd is not None:
        account = crowd.take(dice(*own, "place"), covers or _WHOSE.get(knobs.infrastructure, ()))
    else:
        names = covers or _COVERS
        account = _person(site, names[number(*own, "cover") % len(names)], own)
    return account


def borrowed(site: Site, campaign_id: str, knobs: Knobs, index: int, person: Stream) -> list[Stream]:
    """What two more people send through the same account; in a taken place at its owner's hours and by its client."""
    found: list[Stream] = []
    for other in range(2):
        own = (*site.key, campaign_id, index, "borrowed", other)
        streams = _person(site, _BORROWED[number(*own) % len(_BORROWED)], own).streams
        if knobs.place == "taken":
            total = sum(stream.weight for stream in streams)
            streams = [
                dataclasses.replace(
                    stream,
                    author=Disguised(stream.author, person.author, model=True),
                    rhythm=person.rhythm,
                    weight=stream.weight * person.weight / total,
                )
                for stream in streams
            ]
        found += streams
    return found


def _person(site: Site, archetype: str, seed: tuple[object, ...]) -> Account:
    return personas()[archetype].recruit(Cohort(site, archetype, 1, seed))[0]


def diluted(streams: list[Stream], harvest: float, knobs: Knobs, world: Window, span: Window) -> list[Stream]:
    """The cover traffic, as much as makes it the wanted share of all."""
    wanted = harvest * knobs.dilution / (1.0 - knobs.dilution)
    if knobs.place == "own":
        wanted = round(wanted)
    if wanted == 0:
        return []
    total = sum(stream.weight for stream in streams)
    pieces = _pieces(knobs.cover, world, span)
    found = []
    for share, window in pieces:
        for stream in streams:
            part = wanted * share * stream.weight / total
            if knobs.place == "own":
                part = round(part)
            if part:
                found.append(_piece(stream, part, window, knobs))
    return found or [_piece(streams[0], wanted, None, knobs)]


def _piece(stream: Stream, weight: float, window: Window | None, knobs: Knobs) -> Stream:
    rhythm = _PRIVATE if knobs.cover == "second_life" else stream.rhythm
    own = knobs.place == "own"
    span = window or (None if own else stream.window)
    return dataclasses.replace(stream, weight=weight, window=span, rhythm=rhythm, fixed=own)


def _pieces(kind: str, world: Window, span: Window) -> list[tuple[float, Window | None]]:
    """Shares of the cover traffic and when each is sent."""
    if kind == "warm_up":
        return [(1.0, Window(world.start, span.start + (span.end - span.start) // 6))]
    if kind == "fading":
        return [(share, world.part(i / 3, (i + 1) / 3)) for i, share in enumerate(_FADING)]
    return [(1.0, None)]
