from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from stillwatch.detection.deciding.site_test import empirical_null, stand_out

FDR = 0.01
SITES = 300


@pytest.mark.parametrize(("centre", "spread"), [(-12.5, 4.5), (-16.0, 6.0), (-18.0, 5.0)])
@pytest.mark.parametrize("candidates", [30, 100, 300])
def test_on_honest_sites_somebody_passes_about_as_rarely_as_promised(
    candidates: int, centre: float, spread: float
) -> None:
    rng = np.random.default_rng(candidates)
    sites = [dict(enumerate(rng.normal(centre, spread, candidates).tolist())) for _ in range(SITES)]
    passed = sum(bool(stand_out(site, FDR)[0]) for site in sites)
    assert passed / SITES <= 8 * FDR


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_attacks_among_the_candidates_do_not_hide_each_other(share: float) -> None:
    rng = np.random.default_rng(7)
    honest = rng.normal(-16.0, 6.0, 200)
    attacks = rng.normal(25.0, 5.0, int(200 * share))
    alone = empirical_null(honest)
    together = empirical_null(np.concatenate((honest, attacks)))
    assert together == pytest.approx(alone, abs=1.0)
    passed, _ = stand_out(dict(enumerate([*honest.tolist(), *attacks.tolist()])), FDR)
    assert passed == set(range(200, 200 + attacks.size))


def test_where_honest_totals_scatter_less_upwards_the_test_may_see_more() -> None:
    rng = np.random.default_rng(5)
    below_and_above = rng.normal(0.0, 8.0, 400)
    honest = -20.0 + np.where(below_and_above > 0, 0.75 * below_and_above, below_and_above)
    site = dict(enumerate([*honest.tolist(), 6.0]))
    assert stand_out(site, FDR)[0] == set()
    assert stand_out(site, FDR, above=0.75)[0] == {400}


@pytest.mark.parametrize("spread", [0.0, 0.6])
def test_on_honest_sites_candidates_of_many_accounts_pass_no_more_often_than_promised(spread: float) -> None:
    rng = np.random.default_rng(11)
    passed = 0
    for _ in range(SITES):
        sizes = dict(enumerate(np.exp(rng.normal(3.3, spread, 300)).astype(int).tolist()))
        passed += bool(stand_out(dict(enumerate(rng.normal(-16.0, 6.0, 300).tolist())), FDR, sizes=sizes)[0])
    assert passed / SITES <= 8 * FDR


def test_a_candidate_of_many_accounts_counts_for_more_and_one_of_few_for_less() -> None:
    site = {**dict(enumerate(np.linspace(-30.0, -8.0, 200).tolist())), 200: 5.0}
    usual = dict.fromkeys(site, 30)
    assert stand_out(site, FDR, sizes=usual)[0] == stand_out(site, FDR)[0] == set()
    assert stand_out(site, FDR, sizes=usual | {200: 300})[0] == {200}
    assert stand_out(site | {200: 7.0}, FDR)[0] == {200}
    assert stand_out(site | {200: 7.0}, FDR, sizes=usual | {200: 6})[0] == set()


def test_a_site_with_few_candidates_is_judged_by_what_is_usual() -> None:
    assert stand_out({0: 30.0, 1: 28.0}, FDR)[0] == {0, 1}
    assert stand_out({0: -2.0, 1: 3.0}, FDR)[0] == set()


@given(
    totals=st.lists(st.floats(-60, 60), min_size=1, max_size=60),
    shift=st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_only_the_totals_count_not_their_order(totals: list[float], shift: object) -> None:
    tracks = list(range(len(totals)))
    shift.shuffle(tracks)  # type: ignore[attr-defined]
    straight = stand_out(dict(enumerate(totals)), FDR)
    mixed = stand_out({track: totals[track] for track in tracks}, FDR)
    assert mixed == straight


@given(totals=st.lists(st.floats(-60, 60), min_size=2, max_size=60))
@settings(max_examples=60, deadline=None)
def test_a_higher_total_never_has_a_higher_p_value(totals: list[float]) -> None:
    p_values = stand_out(dict(enumerate(totals)), FDR)[1]
    by_total = sorted(range(len(totals)), key=totals.__getitem__)
    assert all(p_values[a] >= p_values[b] for a, b in itertools.pairwise(by_total))


def drawn_towards_the_usual(median: float, squares: list[float]) -> tuple[float, float]:
    """The null by hand, of the median of a bulk and the squared distances of those that do not lie above it."""
    n = 2 * len(squares) - 1
    mean = sum(squares) / len(squares)
    return (n * median + 40 * -12.5) / (n + 40), ((n * mean + 40 * 4.5**2) / (n + 40)) ** 0.5


@pytest.mark.parametrize(
    ("totals", "median", "squares"),
    [
        ([-15.0, -14.0, -12.0, -9.0, -7.0], -12.0, [0.0, 4.0, 9.0]),  # all are the bulk
        ([-15.0, -14.0, -12.0, -9.0, -7.0, 5.0, 60.0], -12.0, [0.0, 4.0, 9.0]),  # the highest are cut off
        # the lowest is drawn in to 2.5 of the bulk's own standard deviations
        ([-60.0, -14.0, -12.0, -9.0, -7.0], -12.0, [0.0, 4.0, (2.5 * 1.4826 * 2) ** 2]),
        ([-20.0] * 5, -20.0, [0.0, 0.0, 0.0]),
    ],
)
def test_the_null_is_the_median_and_the_scatter_below_it_drawn_towards_the_usual(
    totals: list[float], median: float, squares: list[float]
) -> None:
    assert empirical_null(np.array(totals)) == pytest.approx(drawn_towards_the_usual(median, squares))


def test_where_everybody_stands_out_the_null_is_the_usual_one() -> None:
    assert empirical_null(np.array([20.0, 30.0])) == (-12.5, 4.5)


@given(
    totals=st.lists(st.floats(-40, 20), min_size=1, max_size=80),
    fdr=st.floats(0.001, 0.5),
    above=st.floats(0.5, 1),
)
@settings(max_examples=60, deadline=None)
def test_those_pass_whom_the_procedure_passes_when_it_is_done_one_by_one(
    totals: list[float], fdr: float, above: float
) -> None:
    centre, spread = empirical_null(np.array(totals))
    passed, p_values = stand_out(dict(enumerate(totals)), fdr, above)
    for track, total in enumerate(totals):
        scatter = spread * above if total > centre else spread
        assert p_values[track] == pytest.approx(stats.norm(centre, scatter).sf(total))
    rarest = sorted(range(len(totals)), key=lambda track: (p_values[track], track))
    enough = [k for k, track in enumerate(rarest, 1) if p_values[track] <= fdr * k / max(len(totals), 40)]
    assert passed == set(rarest[: max(enough, default=0)])
