"""Which epochs there are, and when the next one is made."""

from __future__ import annotations

import dataclasses

import pytest
from tests.keyservice.conftest import Clock, Served

from stillwatch.errors import StillwatchError


@pytest.mark.parametrize("days", [1, 3, 6, 7, 8])
def test_short_epochs_follow_each_other_and_their_keys_are_destroyed(
    served: Served, clock: Clock, days: int
) -> None:
    served.options = dataclasses.replace(served.options, epoch_days=days, overlap_days=1)
    served.service.book.compromised(days=days, overlap_days=1)  # the fixture's first epoch is a long one
    for _ in range(24 * 20):
        clock.move(hours=1)
        served.house()
        listed = served.service.book.listed("keys").epochs
        assert any(epoch.begins <= clock() < epoch.ends for epoch in listed)
        assert sum(epoch.begins > clock() for epoch in listed) <= 1
    for epoch in served.service.book.listed("keys").epochs:
        destroyed = epoch.name in served.service.book.destroyed()
        assert destroyed == (epoch.evaluated_until <= clock()), epoch.name


def test_while_the_next_epoch_waits_none_is_prepared_and_none_is_asked_for(
    served: Served, clock: Clock
) -> None:
    book = served.service.book
    book.compromised(days=2)
    assert book.prepare(days=2) is not None
    assert book.prepare(days=2) is None
    with pytest.raises(StillwatchError) as caught:
        book.rotate(days=2)
    assert caught.value.code == "SW-KEY-15"
