from __future__ import annotations

import dataclasses

import numpy as np
from tests.detection.deciding.test_decide import candidate
from tests.detection.worlds import planted

from stillwatch.detection.candidates.company import Company

CREW = np.arange(4, dtype=np.int32)


def company(prompts: dict[int, int | None], *, known: set[int], row: int = 40) -> int:
    """Of four accounts and the first rows among forty exchanges, in turn by ten accounts that send these prompts."""
    accounts = [k % 10 for k in range(40)]
    frame = planted(
        [(f"acct-{k}", []) for k in accounts], columns={"system": [prompts.get(k) for k in accounts]}
    )
    new = np.array([k not in known for k in accounts])
    frame = dataclasses.replace(frame, newcomer=new)
    crew = candidate(0, 0, frame, rows=np.flatnonzero(frame.account < 4), accounts=CREW, members=CREW)
    return Company(frame).of(crew, row)


def test_customers_from_before_who_send_the_crews_system_prompt_are_counted() -> None:
    assert company(dict.fromkeys(range(8), 7) | {8: 5, 9: 5}, known={1, 2, 4, 5, 6, 9}) == 3


def test_who_is_new_or_of_the_crew_or_came_later_is_not() -> None:
    same = dict.fromkeys(range(10), 7)
    assert company(same, known=set()) == 0
    assert company(same, known={0, 1}) == 0
    assert company(same, known=set(range(2, 10)), row=6) == 2


def test_a_crew_that_the_site_knew_is_not_excused_by_others_whom_it_knew() -> None:
    assert company(dict.fromkeys(range(10), 7), known=set(range(10))) == 0


def test_without_one_system_prompt_there_is_no_company() -> None:
    everybody = set(range(3, 10))
    assert company({}, known=everybody) == 0
    assert company({0: 1, 1: 2, 2: 3, 3: 4, 4: 1, 5: 2}, known=everybody) == 0
    assert company(dict.fromkeys((0, 4, 5), 7), known=everybody) == 0, "three of four say nothing"
