from __future__ import annotations

from typing import Any

import numpy as np

from stillwatch.detection.linking.refine import Group, Scratch, peel

MEMBERS, EACH = 10, 6
SITE = 600


def peeled(rows: list[tuple[int, list[int]]]) -> list[Group]:
    """The groups of one demand that consists of these exchanges (account and grams)."""
    ids = np.array([g for _, grams in rows for g in grams], dtype=np.int32)
    offsets = np.cumsum([0] + [len(grams) for _, grams in rows]).astype(np.int64)
    account = np.array([who for who, _ in rows], dtype=np.int32)
    grams = int(ids.max()) + 1
    users = np.array([len({who for who, held in rows if g in held}) for g in range(grams)], dtype=np.float64)
    weight = np.full(grams, 5.0, dtype=np.float32)
    heft = np.array([5.0 * len(held) for _, held in rows], dtype=np.float32)
    scratch = Scratch(grams, int(account.max()) + 1)
    found = peel(
        np.arange(len(rows)),
        heft,
        ids,
        offsets,
        account,
        np.zeros(grams, dtype=np.int32),
        0,
        weight,
        users,
        SITE,
        scratch,
    )
    as_it_came = Scratch(grams, scratch.load.size)
    for name in Scratch.__slots__:
        assert (getattr(scratch, name) == getattr(as_it_came, name)).all()
    return found


def harvest(rng: Any, first_account: int, template: range) -> list[tuple[int, list[int]]]:
    """Ten accounts that send four fifths of a template each time."""
    return [
        (
            first_account + k % MEMBERS,
            sorted(rng.choice(template, size=len(template) * 4 // 5, replace=False).tolist()),
        )
        for k in range(MEMBERS * EACH)
    ]


def passers_by(rng: Any, template: range) -> list[tuple[int, list[int]]]:
    """A hundred accounts that use two or three phrases of it, and some of their own."""
    return [
        (
            1000 + k,
            sorted({*rng.choice(template, 2 + k % 2, replace=False).tolist(), 200 + k % 40, 240 + k % 37}),
        )
        for k in range(100)
    ]


def test_a_template_inside_passers_by_is_peeled_whole_and_pure() -> None:
    rng = np.random.default_rng(1)
    template = range(30)
    rows = passers_by(rng, template)[:50] + harvest(rng, 0, template) + passers_by(rng, template)[50:]
    first = peeled(rows)[0]
    assert first.rows.tolist() == list(range(50, 50 + MEMBERS * EACH))
    assert set(first.core.tolist()) == set(template)


def test_two_templates_in_one_demand_come_apart() -> None:
    rng = np.random.default_rng(2)
    one, other = range(30), range(40, 64)
    rows = harvest(rng, 0, one) + harvest(rng, 50, other) + passers_by(rng, range(64))
    groups = [set(group.rows.tolist()) for group in peeled(rows)]
    count = MEMBERS * EACH
    assert set(range(count)) in groups
    assert set(range(count, 2 * count)) in groups


def test_groups_share_no_exchange_and_each_reaches_its_floor() -> None:
    rng = np.random.default_rng(3)
    groups = peeled(harvest(rng, 0, range(30)) + passers_by(rng, range(30)))
    rows = [row for group in groups for row in group.rows.tolist()]
    assert len(rows) == len(set(rows))
    for group in groups:
        assert (group.weight >= np.float32(group.floor)).all()
        assert (np.diff(group.rows) > 0).all()


def test_exchanges_of_two_accounts_make_no_group() -> None:
    assert peeled([(k % 2, list(range(20))) for k in range(30)]) == []
