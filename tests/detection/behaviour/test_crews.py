from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from tests.detection import worlds

from stillwatch.detection.behaviour import crews as module
from stillwatch.detection.behaviour.crews import MANY, NEIGHBOURS, STAYED, Crews, _beside, _kindred
from stillwatch.detection.behaviour.together import Together
from stillwatch.detection.frame import Frame

CREW = 12
OTHERS = 150
EACH = 12


def site(*, crew: bool, seed: int, history: Frame | None = None) -> Frame:
    """People who each do as they please and, if asked for, accounts that all do the same thing."""
    draw = np.random.default_rng(seed)
    habits = draw.normal(6.0, 1.5, size=(OTHERS, 3))
    names = [f"acct-{k}" for k in range(OTHERS)] + ([f"hired-{k}" for k in range(CREW)] if crew else [])
    rows: list[tuple[str, list[int]]] = []
    columns: dict[str, list[Any]] = {
        name: [] for name in ("input_tokens", "output_tokens", "max_tokens", "network")
    }
    for turn in range(EACH):
        for k in draw.permutation(len(names)).tolist():
            hired = k >= OTHERS
            mean = np.array([3.0, 9.5, 9.0]) if hired else habits[k]
            a, b, c = np.exp(draw.normal(mean, 0.05 if hired else 0.6)).astype(int).tolist()
            rows.append((names[k], [1000 + turn] if hired else [k]))
            columns["input_tokens"].append(a)
            columns["output_tokens"].append(b)
            columns["max_tokens"].append(c)
            columns["network"].append(9000 + turn if hired else k)
    return worlds.planted(rows, hours=0.05, history=history, columns=columns)


def crews_of(frame: Frame) -> list[Any]:
    crews = Crews(frame, itertools.count())
    found = crews.step(0, frame.size // 2, last=False)
    return found + crews.step(1, frame.size, last=True)


def test_accounts_that_behave_as_one_and_as_nobody_before_are_one_crew() -> None:
    frame = site(crew=True, seed=2, history=site(crew=False, seed=2))
    last = [s for s in crews_of(frame) if s.checkpoint == 1]
    hired = {k for k, name in enumerate(frame.accounts) if name.startswith("hired")}
    best = max(last, key=lambda s: len(hired & set(s.members.tolist())))
    assert hired <= set(best.members.tolist())
    assert best.members.size <= CREW + 8  # of 150 who are not hired
    assert best.new_behaviour > 1.0
    assert best.is_crew
    assert set(frame.account[best.rows].tolist()) == set(best.accounts.tolist())


@pytest.mark.parametrize("known", [True, False])
def test_who_was_of_a_crew_at_earlier_looks_is_known_to_have_been(known: bool) -> None:
    frame = site(crew=True, seed=2, history=site(crew=False, seed=2) if known else None)
    hired = {k for k, name in enumerate(frame.accounts) if name.startswith("hired")}
    crews = Crews(frame, itertools.count())
    assert all(not s.again.size for s in crews.step(0, frame.size * 8 // 10, last=False))
    crews.step(1, frame.size * 85 // 100, last=False)
    found = crews.step(2, frame.size, last=True)
    best = max(found, key=lambda s: len(hired & set(s.members.tolist())))
    assert len(hired & set(best.again.tolist())) > CREW / 2
    assert set(best.again.tolist()) <= set(best.kindred.tolist())


@pytest.mark.parametrize(("many", "looks"), [(MANY, [0, 1]), (10, [0])], ids=["few", "many"])
def test_where_many_accounts_have_sent_enough_crews_are_looked_for_less_often(
    monkeypatch: pytest.MonkeyPatch, many: int, looks: list[int]
) -> None:
    monkeypatch.setattr(module, "MANY", many)
    frame = site(crew=True, seed=2)
    together = Seen()
    crews = Crews(frame, itertools.count(), together=together)
    for checkpoint, share in enumerate((80, 88)):  # a tenth more: enough, but not where they are many
        crews.step(checkpoint, frame.size * share // 100, last=False)
    assert together.at == looks


class Seen(Together):
    """Notes at which checkpoints crews were looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[int] = []

    def take(self, checkpoint: int, crews: list[Any]) -> list[Any]:
        self.at.append(checkpoint)
        return super().take(checkpoint, crews)


def test_who_behaves_as_somebody_did_before_is_no_crew() -> None:
    frame = site(crew=True, seed=2, history=site(crew=True, seed=2))
    hired = {k for k, name in enumerate(frame.accounts) if name.startswith("hired")}
    for snapshot in crews_of(frame):
        assert len(hired & set(snapshot.members.tolist())) < CREW / 2


def test_without_earlier_traffic_crews_are_found_and_nothing_is_said_about_their_being_new() -> None:
    frame = site(crew=True, seed=2)
    hired = {k for k, name in enumerate(frame.accounts) if name.startswith("hired")}
    best = max(crews_of(frame), key=lambda s: len(hired & set(s.members.tolist())))
    assert len(hired & set(best.members.tolist())) >= CREW - 1
    assert np.isnan(best.new_behaviour)
    assert np.isnan(best.changed)


def test_a_small_site_has_no_crews() -> None:
    frame = worlds.planted([(f"acct-{k % 20}", []) for k in range(400)])
    assert crews_of(frame) == []


def test_a_customer_who_goes_on_as_before_is_not_kindred_of_a_crew() -> None:
    index = np.array([[k for k in range(5) if k != own][:4] for own in range(5)])
    changed = np.array([np.nan, STAYED + 0.1, STAYED - 0.1, STAYED, np.nan])
    assert _kindred(index, np.arange(5), changed).tolist() == [0, 1, 4], "newcomers and who has changed"


def test_it_is_counted_whose_members_stand_beside_a_crew() -> None:
    active = np.array([3, 5, 8, 9, 11])
    index = np.array([[1, 2], [0, 3], [3, 4], [2, -1], [0, 7]])
    first, second = _beside(active, index, [np.array([3, 5]), np.array([8, 9])])
    assert [each.tolist() for each in first] == [[1], [2]], "8 beside 3 and 9 beside 5"
    assert [each.tolist() for each in second] == [[], []], "11 is of no crew, and 7 nobody of now"


def test_a_crew_knows_what_stands_beside_it() -> None:
    last = [s for s in crews_of(site(crew=True, seed=2)) if s.checkpoint == 1]
    tracks = {s.track for s in last}
    assert len(tracks) > 1
    for each in last:
        assert set(each.beside.tolist()) <= tracks - {each.track}
        assert each.links == each.members.size * NEIGHBOURS
        assert 0 <= each.beside_links.sum() <= each.links
