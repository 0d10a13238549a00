"""One payer for several accounts is one customer."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.detection.worlds import planted

from stillwatch.detection.candidates.payers import Payers

MEMBERS = np.arange(10, dtype=np.int32)


def payers(accounts: list[int], payments: list[int]) -> Payers:
    """Of exchanges by these accounts, each paid so; 0 where the log does not tell."""
    frame = planted([(f"acct-{k}", []) for k in accounts])
    return Payers(dataclasses.replace(frame, infrastructure={"payment": np.array(payments, dtype=np.uint64)}))


def share(paid_by: list[int], *, others: int = 0, row: int | None = None) -> float:
    """Of ten members, each with its means of payment (0: none told), and others who pay by the first."""
    payments = [*paid_by, *[1] * others]
    return payers(list(range(len(payments))), payments).share(MEMBERS, len(payments) if row is None else row)


@pytest.mark.parametrize(
    ("paid_by", "found"),
    [([1] * 10, 1.0), ([1] * 9 + [2], 0.9), ([1, 2] * 5, 0.5), ([0] * 10, 0.0), ([1] * 9 + [0], 0.9)],
)
def test_it_is_the_share_that_the_most_common_means_of_payment_pays_for(
    paid_by: list[int], found: float
) -> None:
    assert share(paid_by) == pytest.approx(found)


@pytest.mark.parametrize(("others", "found"), [(10, 1.0), (11, 0.0)])
def test_what_more_others_than_members_pay_by_is_nobodys_own(others: int, found: float) -> None:
    assert share([1] * 10, others=others) == found


def test_what_comes_later_is_not_known_yet() -> None:
    assert share([1] * 10, others=11, row=10) == 1.0
    assert share([1] * 10, row=4) == pytest.approx(0.4)


def test_a_second_card_does_not_hide_the_first() -> None:
    both = payers([*range(10), *range(10)], [*[1] * 10, *range(2, 12)])
    assert both.share(MEMBERS, 20) == 1.0
