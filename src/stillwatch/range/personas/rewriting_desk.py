"""Editors of public pages and schools who tone texts down for all readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.015
NEW = False


def recruit(cohort: Cohort) -> list[Account]:
    """Small offices, each with an own guide that is quoted loosely."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        words = cohort.words(country, 0.4)
        frame = write_frame(rng, words, ("rewrite", "audience"))
        author = FramedAuthor(
            (frame,), ("sensitive", "document"), "text", paraphrase=0.4, topics=cohort.topics(words, 8)
        )
        found.append(
            cohort.account(
                [Stream(author, Rhythm("office", 0.2, 6.0, 200.0), cohort.heavy_tail(40, 0.7))],
                country=country,
                organization=cohort.organization(index),
                addresses=cohort.networks.office((cohort.archetype, index), country),
            )
        )
    return found
