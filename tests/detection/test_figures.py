"""What each detector's figure is, on tables small enough to work it out by hand."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import ibis
import pyarrow as pa
import pytest

from stillwatch.detection.contract import Tables
from stillwatch.detection.registry import detectors

MOMENT: Final = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
DAY: Final = datetime.timedelta(days=1)
KEYS: Final = {"checkpoint": pa.int32(), "candidate": pa.int32()}
COLUMNS: Final[dict[str, dict[str, pa.DataType]]] = {
    "demand": {
        **KEYS,
        "account": pa.int32(),
        "ts": pa.timestamp("us"),
        "output_tokens": pa.int64(),
        "user_messages": pa.uint16(),
        "solicited": pa.uint16(),
        "system": pa.uint64(),
        "verbatim": pa.bool_(),
    },
    "members": {
        **KEYS,
        "account": pa.int32(),
        "exchanges": pa.int64(),
        "first": pa.timestamp("us"),
        "last": pa.timestamp("us"),
        "answer_bits": pa.float64(),
        "created": pa.timestamp("us"),
        "newcomer": pa.bool_(),
        "client": pa.uint64(),
        "organization": pa.string(),
        "all_exchanges": pa.int64(),
    },
    "candidates": {
        **KEYS,
        "accounts": pa.int64(),
        "exchanges": pa.int64(),
        "grams": pa.int64(),
        "share": pa.float64(),
        "earlier": pa.float64(),
        "wording": pa.float64(),
        "own_topics": pa.float64(),
        "alike": pa.float64(),
        "new_behaviour": pa.float64(),
        "changed": pa.float64(),
        "address_overlap": pa.float64(),
        "payment_overlap": pa.float64(),
        "season": pa.float64(),
        "site_season": pa.float64(),
        "received": pa.float64(),
        "received_bearers": pa.int64(),
        "received_kind": pa.string(),
        "received_marks": pa.int64(),
    },
    "sites": {
        "checkpoint": pa.int32(),
        "volume": pa.float64(),
        "age_spread": pa.float64(),
        "same_day": pa.float64(),
        "earlier_from": pa.timestamp("us"),
    },
    "traffic": {
        "bucket": pa.int32(),
        "ts": pa.timestamp("us"),
        "output_tokens": pa.int64(),
        "user_messages": pa.uint16(),
        "solicited": pa.uint16(),
        "account_created_at": pa.timestamp("us"),
        "newcomer": pa.bool_(),
    },
}
USUAL: Final[dict[str, dict[str, Any]]] = {
    "demand": {"ts": MOMENT, "user_messages": 1, "solicited": 0},
    "members": {"exchanges": 5, "first": MOMENT, "last": MOMENT, "newcomer": False, "all_exchanges": 10},
    "candidates": {"accounts": 10, "exchanges": 100, "grams": 20, "share": 0.01, "wording": 0.5},
    "sites": {"volume": math.log(10), "age_spread": 1.0, "same_day": 0.01},
    "traffic": {"bucket": 0, "ts": MOMENT, "user_messages": 1, "solicited": 0, "newcomer": False},
}

Rows = Sequence[Mapping[str, Any]]


def tables(**given: Rows) -> Tables:
    """Tables with these rows; what a row does not say is as usual, or missing."""
    given.setdefault("sites", [{}])
    made = {}
    for part, columns in COLUMNS.items():
        rows = [
            {"checkpoint": 0, "candidate": 0, **USUAL[part], "account": k, **row}
            for k, row in enumerate(given.get(part, ()))
        ]
        arrays = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in columns.items()}
        made[part] = ibis.memtable(pa.table(arrays))
    return Tables(**made)


def figure(name: str, **given: Rows) -> float | None:
    """A detector's figure of the one candidate there is; None where it has none."""
    rows = detectors()[name].measure(tables(**given)).to_pyarrow().to_pylist()
    value = rows[0]["figure"] if rows else None
    return None if value is None else float(value)


def members(count: int, **each: Sequence[Any]) -> list[dict[str, Any]]:
    """So many members, the k-th with the k-th of each column's values."""
    return [{name: values[k] for name, values in each.items()} for k in range(count)]


def test_old_accounts_that_earlier_traffic_never_saw_count_by_those_that_did_not_sleep() -> None:
    begin, day = MOMENT, datetime.timedelta(days=1)
    sites = [{"earlier_from": begin}]
    ripened = {"created": begin - day, "newcomer": True}
    fresh, known = {"created": begin + day, "newcomer": True}, {"created": begin - day, "newcomer": False}
    all_asleep = figure("dormant_accounts", members=[ripened] * 9, sites=sites)
    assert all_asleep == pytest.approx(math.log(10 / 0.5))
    half = figure("dormant_accounts", members=[ripened, fresh] * 2 + [known], sites=sites)
    assert half == pytest.approx(math.log(6 / 3.5))
    assert figure("dormant_accounts", members=[ripened] * 4, sites=sites) is None
    assert figure("dormant_accounts", members=[ripened] * 9) is None, "nothing earlier tells who slept"
    unknown = {"created": None, "newcomer": True}
    assert figure("dormant_accounts", members=[ripened] * 4 + [unknown] * 9, sites=sites) is None


def test_accounts_of_the_same_months_count_against_the_sites_of_those_months() -> None:
    assert figure("one_season", candidates=[{"season": 0.98, "site_season": 0.18}]) == pytest.approx(
        math.log(5)
    )
    assert figure("one_season", candidates=[{"season": 0.3, "site_season": 0.3}]) == pytest.approx(0.0)
    assert figure("one_season", candidates=[{}]) is None


def test_longer_answers_than_the_sites_count_in_powers_of_two() -> None:
    ours, site = [{"output_tokens": 1023}] * 20, [{"output_tokens": 255}]
    assert figure("answer_appetite", demand=ours, traffic=site) == pytest.approx(2.0)
    assert figure("answer_appetite", demand=ours[:19], traffic=site) is None
    assert figure("answer_appetite", demand=[{}] * 30, traffic=site) is None


def test_a_day_filled_evenly_is_log2_of_24_bits() -> None:
    hours = [{"ts": MOMENT + datetime.timedelta(hours=k)} for k in range(24)]
    assert figure("collective_rhythm", demand=hours * 5) == pytest.approx(math.log2(24))
    assert figure("collective_rhythm", demand=hours[:1] * 120) == pytest.approx(0.0)
    assert figure("collective_rhythm", demand=hours * 4) is None, "96 are too few"


def test_accounts_with_subjects_of_their_own_stand_above_those_that_share_one_pool() -> None:
    assert figure("coverage", candidates=[{"own_topics": math.e}]) == pytest.approx(1.0)
    assert figure("coverage", candidates=[{"own_topics": 0.0}]) == pytest.approx(math.log(0.1))
    assert figure("coverage", candidates=[{"own_topics": 2.0, "exchanges": 29}]) is None
    assert figure("coverage", candidates=[{}]) is None


def test_received_marks_are_decibans_already() -> None:
    borne = {"received": 6.5, "received_bearers": 7, "received_kind": "template", "received_marks": 1}
    assert figure("shared_indicators", candidates=[borne]) == 6.5
    assert figure("shared_indicators", candidates=[{}]) is None


def test_equal_shares_of_the_work_do_not_scatter() -> None:
    assert figure("even_load", members=members(6, exchanges=[9] * 6)) == pytest.approx(0.0)
    unequal = [1, 1, 1, 100, 100, 100]
    assert figure("even_load", members=members(6, exchanges=unequal)) == pytest.approx(math.log(10))
    assert figure("even_load", members=members(4, exchanges=[9] * 4)) is None
    assert figure("even_load", members=members(6, exchanges=[2] * 6)) is None, "too little to be unequal in"


def test_first_and_only_turns_are_compared_with_the_sites() -> None:
    site = [{"user_messages": 1}, {"user_messages": 2}]
    assert figure("no_follow_up", demand=[{}] * 20, traffic=site) == pytest.approx(0.5)
    assert figure("no_follow_up", demand=[{}] * 19, traffic=site) is None


def test_what_nobody_sent_before_is_newer_than_what_some_did() -> None:
    new = figure("novelty", candidates=[{"earlier": 0.0}])
    known = figure("novelty", candidates=[{"earlier": 0.01}])
    assert known == pytest.approx(0.0)
    assert new == pytest.approx(math.log(0.0102 / 0.0002))
    assert figure("novelty", candidates=[{}]) is None


def test_asking_for_several_training_shaped_things_counts_twice() -> None:
    site = [{"solicited": 0}]
    none = figure("solicitation", demand=[{}] * 5, traffic=site)
    one = figure("solicitation", demand=[{"solicited": 1}] * 5, traffic=site)
    two = figure("solicitation", demand=[{"solicited": 3}] * 5, traffic=site)
    assert none == pytest.approx(0.0)
    assert one == pytest.approx(math.log(1.15 / 0.15))
    assert two == pytest.approx(math.log(2.15 / 0.15) + math.log(1.1 / 0.1))


def test_wording_is_judged_where_there_are_phrases_enough() -> None:
    assert figure("wording_variation", candidates=[{"wording": 0.4}]) == pytest.approx(0.4)
    assert figure("wording_variation", candidates=[{"wording": 0.4, "grams": 7}]) is None


def test_repeats_are_a_share_of_the_exchanges_that_have_clauses() -> None:
    rows = [{"verbatim": True}] * 3 + [{"verbatim": False}] * 9 + [{}] * 8
    assert figure("work_splitting", demand=rows) == pytest.approx(0.25)
    assert figure("work_splitting", demand=rows[3:]) is None


def test_fresh_accounts_are_those_opened_within_two_weeks_or_unknown_to_the_history() -> None:
    young, old = MOMENT - 3 * DAY, MOMENT - 300 * DAY
    site = [{"account_created_at": old}]
    assert figure("own_history", members=members(5, created=[young] * 4 + [old]), traffic=site) == 0.8
    unknown = members(5, newcomer=[True] * 5)
    assert figure("own_history", members=unknown, traffic=[{"newcomer": False}]) == 1.0
    assert figure("own_history", members=unknown[:4], traffic=site) is None


def test_accounts_of_one_age_scatter_less_than_the_sites() -> None:
    batch = members(5, created=[MOMENT - 100 * DAY] * 5)
    mixed = members(5, created=[MOMENT - age * DAY for age in (0, 3, 30, 300, 3000)])
    one, many = figure("age_cohort", members=batch), figure("age_cohort", members=mixed)
    assert one == pytest.approx(math.log(0.1 / 1.1))
    assert many is not None
    assert many > 0
    assert figure("age_cohort", members=members(5)) is None


def test_accounts_opened_on_one_day_are_held_against_chance() -> None:
    same = members(5, created=[MOMENT - 100 * DAY] * 5)
    apart = members(5, created=[MOMENT - (100 + k) * DAY for k in range(5)])
    assert figure("opened_together", members=same) == pytest.approx(math.log(1.0051 / 0.0151))
    assert figure("opened_together", members=apart) == pytest.approx(math.log(0.0051 / 0.0151))
    assert figure("opened_together", members=same[:4]) is None


@pytest.mark.parametrize("kind", ["address", "payment"])
def test_things_in_common_are_the_logarithm_of_the_overlap(kind: str) -> None:
    name = {"address": "shared_addresses", "payment": "shared_payments"}[kind]
    assert figure(name, candidates=[{f"{kind}_overlap": 0.98}]) == pytest.approx(0.0)
    assert figure(name, candidates=[{f"{kind}_overlap": 0.0}]) == pytest.approx(math.log(0.02))
    assert figure(name, candidates=[{}]) is None


def test_busy_accounts_send_more_than_the_sites_usual() -> None:
    assert figure("busy_accounts", members=members(5, all_exchanges=[100] * 5)) == pytest.approx(math.log(10))
    assert figure("busy_accounts", members=members(4, all_exchanges=[100] * 4)) is None


def test_one_client_for_all_is_a_chance_of_one() -> None:
    assert figure("many_clients", members=members(4, client=[7] * 4)) == 1.0
    assert figure("many_clients", members=members(4, client=[7, 7, 8, 9])) == pytest.approx(1 / 6)
    assert figure("many_clients", members=members(5, client=[7, 7, 7, None, None])) is None


def test_the_largest_organisation_is_a_share_of_all_members() -> None:
    owned = members(5, organization=["org-a", "org-a", "org-b", None, None])
    assert figure("one_organisation", members=owned) == pytest.approx(0.4)
    assert figure("one_organisation", members=members(5)) is None


def test_the_commonest_system_prompt_is_a_share_of_all_exchanges() -> None:
    rows = [{"system": 5}] * 3 + [{"system": 6}] + [{}] * 4
    assert figure("one_system_prompt", demand=rows) == pytest.approx(3 / 8)
    assert figure("one_system_prompt", demand=[{}] * 8) is None


def test_answers_of_one_length_do_not_scatter() -> None:
    assert figure("similar_answers", members=members(5, answer_bits=[9.0] * 5)) == pytest.approx(0.0)
    assert figure("similar_answers", members=members(6, answer_bits=[8.0, 10.0] * 3)) == pytest.approx(1.0)
    assert figure("similar_answers", members=members(5, answer_bits=[9.0] * 4 + [None])) is None


def test_whoever_stays_to_the_end_is_sustained() -> None:
    whole = members(5, last=[MOMENT + 10 * DAY] * 5)
    parts = members(5, last=[MOMENT + 10 * DAY] + [MOMENT + 5 * DAY] * 4)
    assert figure("sustained", members=whole) == pytest.approx(1.0)
    assert figure("sustained", members=parts) == pytest.approx(0.6)
    assert figure("sustained", members=members(5)) is None, "it lasted less than a day"


@pytest.mark.parametrize(
    ("name", "column"),
    [("alike_accounts", "alike"), ("new_behaviour", "new_behaviour"), ("changed_accounts", "changed")],
)
def test_what_is_known_of_a_crew_is_passed_on_and_of_others_nothing_is(name: str, column: str) -> None:
    assert figure(name, candidates=[{column: 0.7}]) == pytest.approx(0.7)
    assert figure(name, candidates=[{}]) is None
    assert "2.0 times" in detectors()[name].sentence({"figure": math.log(2)})


def test_no_detector_is_left_out() -> None:
    source = open(__file__, encoding="utf-8").read()  # noqa: SIM115 - this very file
    assert [name for name in detectors() if f'"{name}"' not in source] == []
