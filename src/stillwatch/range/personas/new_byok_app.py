"""A new app that people use with own keys: unrelated accounts, one template, every payload different."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.framed import FramedAuthor
from stillwatch.range.infrastructure import PROGRAMS
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.078
NEW = True


_APP = 130


def recruit(cohort: Cohort) -> list[Account]:
    """One or more apps; users arrive as word spreads and many keep their other habits."""
    found: list[Account] = []
    apps = max(1, round(cohort.count / _APP))
    for app in range(apps):
        rng = cohort.rng
        demands = (
            ("steps", "trace", "format_final"),
            ("rubric", "format_json", "check"),
            ("rewrite", "audience"),
        )[app % 3]
        shape = ("trace", "score", "text")[app % 3]
        kinds = (("question", "problem"), ("graded",), ("sensitive", "document"))[app % 3]
        frame = write_frame(rng, cohort.english, demands)
        launch = 0.25 + 0.35 * rng.random()
        agent = (f"app-{rng.getrandbits(16):04x}/0.{1 + app}", *PROGRAMS[:2])
        for _ in range(max(1, cohort.count // apps)):
            country = cohort.country()
            words = cohort.words(country)
            author = FramedAuthor(
                (frame,), kinds, shape, topics=cohort.topics(cohort.english, 20), answer_words=260
            )
            joined = min(0.95, launch + rng.expovariate(6.0))
            streams = [
                Stream(
                    author,
                    Rhythm("waking", 1.0, 4.0, 60.0),
                    cohort.heavy_tail(32, 0.9),
                    window=cohort.window.part(joined, 1.0),
                )
            ]
            if rng.random() < 0.6:
                own = ChatAuthor(words, cohort.topics(words, 8))
                streams.append(Stream(own, Rhythm("evening", 1.0, 3.0, 90.0), cohort.heavy_tail(14, 0.8)))
            age = cohort.recent(joined) if len(streams) == 1 and rng.random() < 0.6 else None
            found.append(
                cohort.account(
                    streams, country=country, agents=agent, age_days=age, newcomer=len(streams) == 1
                )
            )
    return found
