from __future__ import annotations

import functools

import numpy as np
from tests.detection import worlds

from stillwatch.detection.behaviour.accounts import FIGURES, SHARED, Accounts

WORLD = functools.partial(worlds.made, "demo", 5, 250, 5000)


def figures_at(frame, *rows):  # type: ignore[no-untyped-def]
    accounts = Accounts(frame)
    out = []
    for row in rows:
        accounts.advance(row)
        out.append(accounts.figures())
    return out


def test_figures_do_not_depend_on_the_steps_in_which_a_point_was_reached() -> None:
    frame = worlds.sketched(WORLD().lines)
    stepped = figures_at(frame, 100, 101, 2500, 4000)[-1]
    straight = figures_at(frame, 4000)[-1]
    np.testing.assert_allclose(stepped, straight, rtol=1e-5, atol=1e-6, equal_nan=True)


def test_nothing_that_comes_later_changes_what_was_known() -> None:
    whole, part = worlds.sketched(WORLD().lines), worlds.sketched(WORLD().lines[:3000])
    known = len(part.accounts)
    assert whole.accounts[:known] == part.accounts
    # Whether clauses were shared by row is known from the rows before, so all columns have to agree.
    np.testing.assert_allclose(
        figures_at(whole, 3000)[0][:known], figures_at(part, 3000)[0], rtol=1e-5, atol=1e-6, equal_nan=True
    )


def test_means_pauses_values_and_others_are_what_the_log_says() -> None:
    rows = [("a", [1, 2]), ("b", [1, 2]), ("a", [1, 3]), ("a", [1, 2])]
    frame = worlds.planted(
        rows,
        hours=1.0,
        columns={"output_tokens": [9, 99, 9, None], "network": [7, 7, 8, 7], "status": [200, 500, 500, 200]},
    )
    found = figures_at(frame, 4)[0]
    figure = {name: found[:, k] for k, name in enumerate(FIGURES)}
    np.testing.assert_allclose(figure["mean: output tokens"], np.log([10, 100]), rtol=1e-6)
    np.testing.assert_allclose(figure["mean: errors"], [1 / 3, 1.0], rtol=1e-6)
    np.testing.assert_allclose(figure["mean: pause"][0], np.log([7201, 3601]).mean(), rtol=1e-6)
    assert np.isnan(figure["mean: pause"][1])
    np.testing.assert_allclose(figure["values: network"], np.log1p([2, 1]), rtol=1e-6)
    np.testing.assert_allclose(figure["others: network"], [np.log(2) / 2, np.log(2)], rtol=1e-6)
    np.testing.assert_allclose(figure["mean: own phrases again"][0], (1 / 2 + 2 / 2) / 2, rtol=1e-6)
    assert np.isnan(figure["mean: tools"]).all()  # nobody has any: the log may not say


def test_a_log_that_carries_nothing_but_accounts_and_times_gives_figures_all_the_same() -> None:
    frame = worlds.planted([(f"acct-{k % 7}", []) for k in range(70)])
    found = figures_at(frame, 70)[0]
    assert found.shape == (7, len(FIGURES))
    known = {name for k, name in enumerate(FIGURES) if np.isfinite(found[:, k]).any()}
    assert {"exchanges", "days", "hours of the day", "mean: pause"} <= known
    assert not known & {f"values: {name}" for name in SHARED}
