"""A product with one template and a large volume through one account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.drafts import MID
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.006
NEW = False


_SHAPES = (
    ("question", "prose"),
    ("document", "bullets"),
    ("message", "text"),
    ("problem", "steps"),
    ("code", "code"),
)


def recruit(cohort: Cohort) -> list[Account]:
    """Each account one product with customers around the world or in one country."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        country = cohort.country()
        kind, shape = rng.choice(_SHAPES)
        demands = tuple(
            rng.sample(("steps", "format_json", "format_md", "length", "audience", "check", "rewrite"), 2)
        )
        words = cohort.words(country, 0.6)
        frame = write_frame(rng, words, demands, system=True)
        author = FramedAuthor(
            (frame,), (kind,), shape, size=2.0, topics=cohort.topics(words, 25), model=MID, temperature=0.3
        )
        rhythm = Rhythm(rng.choice(("consumer", "flat", "office")), 0.8, 1.2, 2.0, 1.0)
        found.append(
            cohort.account(
                [Stream(author, rhythm, cohort.heavy_tail(600, 0.8))],
                country=country,
                addresses=cohort.networks.cloud(rng, country, 3),
                organization=cohort.organization(index),
                agents=PROGRAMS,
                keys=1 + int(rng.random() * 6),
            )
        )
    return found
