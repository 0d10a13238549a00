"""Code-review services: a request for every push of their customers, in many keys, with strict prompts."""

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


def recruit(cohort: Cohort) -> list[Account]:
    """Fast and steady; in the middle of the window a service changes its model and its prompt."""
    found = []
    for index in range(cohort.count):
        rng = cohort.rng
        words = cohort.english
        change = 0.3 + 0.4 * rng.random()
        streams = []
        for model, begin, end in (("example-large-2", 0.0, change), (MID, change, 1.0)):
            frame = write_frame(rng, words, ("review", "code_rule", "trace", "format_json"), system=True)
            author = FramedAuthor(
                (frame,),
                ("code",),
                "bullets",
                size=6.0,
                topics=cohort.topics(words, 40),
                model=model,
                temperature=0.0,
            )
            window = None if begin == 0.0 else cohort.window.part(begin, end)
            streams.append(
                Stream(
                    author, Rhythm("office", 0.5, 4.0, 3.0, 0.6), cohort.heavy_tail(300, 0.6), window=window
                )
            )
        found.append(
            cohort.account(
                streams,
                addresses=cohort.networks.cloud(rng, "US", 4),
                organization=cohort.organization(index),
                agents=PROGRAMS,
                keys=20,
            )
        )
    return found
