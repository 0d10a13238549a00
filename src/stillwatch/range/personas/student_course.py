"""A course with set assignments: a class behind one university address, pasting or rewording tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.range.authors.chat import ChatAuthor
from stillwatch.range.authors.mixed import SetTasks
from stillwatch.range.plan import Account, Stream
from stillwatch.range.rhythm import Rhythm
from stillwatch.range.text.frames import write_frame
from stillwatch.range.text.payloads import compose

if TYPE_CHECKING:
    from stillwatch.range.cohort import Cohort

SHARE = 0.07
NEW = False


_CLASS = 35


def recruit(cohort: Cohort) -> list[Account]:
    """Classes of about 35 students, each with eight assignments."""
    found: list[Account] = []
    while len(found) < cohort.count:
        course = len(found)
        found += class_of(cohort, course, min(_CLASS, cohort.count - len(found)))
    return found


def class_of(cohort: Cohort, course: object, size: int, *, newcomer: bool = False) -> list[Account]:
    """One class."""
    rng = cohort.rng
    country = cohort.country()
    words = cohort.words(country)
    topics = cohort.topics(words, 4)
    campus = cohort.networks.university(course, country)
    texts, reworded = [], []
    frame = write_frame(rng, words, ("steps",), system=False, topic=topics[0])
    for _ in range(8):
        payload, _slots = compose(rng, words, "problem", rng.choice(topics), size=3)
        texts.append(frame.render(rng, payload)[1])
        reworded.append(tuple(frame.render(rng, payload, 0.7)[1] for _ in range(12)))
    found = []
    for _ in range(size):
        own = ChatAuthor(words, topics + cohort.topics(words, 6), wishful=0.4)
        author = SetTasks(tuple(texts), tuple(reworded), own, words, share=0.3 + 0.5 * rng.random())
        addresses = (*campus, *cohort.networks.home(rng, country))
        rhythm = Rhythm("evening", 1.1, 3.0, 120.0)
        stream = Stream(
            author,
            rhythm,
            cohort.heavy_tail(30, 0.7),
            window=cohort.window.part(0.4, 1.0) if newcomer else None,
        )
        age = cohort.recent(0.4) if newcomer and rng.random() < 0.5 else None
        found.append(
            cohort.account([stream], country=country, addresses=addresses, age_days=age, newcomer=newcomer)
        )
    return found
