"""Earlier customers that did in the same words what a crew does."""

from __future__ import annotations

import numpy as np
from tests.detection.worlds import planted

from stillwatch.detection.candidates.predecessors import Predecessors
from stillwatch.detection.candidates.snapshots import Snapshot
from stillwatch.detection.linking.past import Past
from stillwatch.detection.linking.wording import Wording

TEMPLATE, OTHER = range(60), range(60, 120)
CREW = range(200, 214)


def site(senders: dict[str, range]) -> list[tuple[str, list[int]]]:
    """120 accounts whose wording four in a row share, and those that send a template; two exchanges each."""
    usual = [(f"acct-{k}", [200 + k // 4]) for k in range(120)]
    return [*usual, *((name, [*template]) for name, template in senders.items())] * 2


def predecessors(before: dict[str, range] | None, *, sent: range = TEMPLATE) -> int:
    """How many there are of a crew of 14 accounts that send a template now."""
    history = planted(site(before)) if before is not None else None
    frame = planted(site({f"acct-{k}": sent for k in CREW}), history=history)
    wording = Wording(frame, [frame.size], threads=1)
    wording.advance(frame.size)
    past = Past.of_history(history, frame, wording) if history is not None else None
    members = np.array([frame.accounts.index(f"acct-{k}") for k in CREW], dtype=np.int32)
    crew = Snapshot(
        track=0,
        checkpoint=0,
        rows=np.flatnonzero(np.isin(frame.account, members)),
        accounts=np.sort(members),
        site_accounts=len(frame.accounts),
        grams=0,
        earlier=float("nan"),
        members=np.sort(members),
        near=members[:0],
        kindred=np.sort(members),
        again=np.sort(members),
        wording=float("nan"),
        own_topics=1.0,
        alike=1.0,
    )
    (told,) = Predecessors(frame, wording, past).told([crew])
    return told.predecessors


def gone(count: int, template: range = TEMPLATE) -> dict[str, range]:
    return {f"acct-{300 + k}": template for k in range(count)}


def test_earlier_customers_that_sent_the_template_of_a_crew_are_its_predecessors() -> None:
    assert predecessors(gone(9)) == 9


def test_its_own_accounts_are_not() -> None:
    assert predecessors(gone(3) | {f"acct-{k}": TEMPLATE for k in CREW}) == 3


def test_who_sent_another_template_or_little_of_it_is_not() -> None:
    assert predecessors(gone(9, OTHER)) == 0
    assert predecessors(gone(9, range(20))) == 0


def test_where_most_of_those_who_sent_some_of_it_did_not_send_all_there_are_none() -> None:
    some = {f"acct-{400 + k}": range(40) for k in range(8)}
    assert predecessors(gone(9) | some) == 9
    assert predecessors(gone(7) | some) == 0


def test_a_crew_without_a_template_and_a_site_without_earlier_traffic_have_none() -> None:
    assert predecessors(gone(9, range(12)), sent=range(12)) == 0, "a few uncommon phrases are none"
    assert predecessors(None) == 0
