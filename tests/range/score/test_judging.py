import json
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.range.score.tiny import mixed, perfect, verdict

from stillwatch.range.score import compare, score


def test_perfect_verdicts_give_one_one_and_nothing(world, write):
    found = score(write(perfect()), world)
    assert (found.precision.value, found.recall.value, found.fpr.value) == (1.0, 1.0, 0.0)
    assert (found.agreement.f1, found.agreement.rand) == (1.0, 1.0)
    assert (found.area, found.average_precision) == (1.0, 1.0)
    assert found.warnings == ()


def test_every_account_is_counted_once_in_each_share(world, write):
    found = score(write(mixed()), world)
    assert (found.precision.part, found.precision.total) == (4, 5)
    assert (found.recall.part, found.recall.total) == (4, 10)
    assert (found.fpr.part, found.fpr.total) == (1, 20)
    assert (found.watched.part, found.watched.total) == (1, 20)


def test_breakdowns_name_each_kind_and_add_up_to_the_whole(world, write):
    found = score(write(mixed()), world)
    assert {row.name: (row.share.part, row.share.total) for row in found.archetypes} == {
        "chat_hobbyist": (1, 10),
        "vpn_staff": (0, 10),
    }
    assert [(row.name, row.share.part) for row in found.families] == [("coding_tasks", 4), ("slow_burn", 0)]
    assert [row.name for row in found.tactics] == ["cloned", "plain"]
    assert [(row.name, row.share.total) for row in found.sizes] == [("1 to 4", 4), ("5 to 19", 6)]
    assert [(row.name, row.share.total) for row in found.dilutions] == [("undiluted", 6), ("over 90 %", 4)]
    for rows in (found.families, found.tactics, found.sizes, found.dilutions, found.grid):
        assert sum(row.share.part for row in rows) == found.recall.part
        assert sum(row.share.total for row in rows) == found.recall.total


def test_a_campaign_is_found_by_half_by_any_or_by_five_of_its_members(world, write):
    found = score(write(mixed()), world).detected
    assert (found.half.part, found.any.part, found.five.part) == (1, 1, 0)
    assert found.half_of_large.total == 0
    assert found.half_of_large.value is None


def test_leaked_counts_harvest_up_to_the_first_alarm_and_everything_without_one(world, write):
    found = score(write(mixed()), world)
    first, second = found.leaks
    assert (first.leaked, first.harvest) == (6 * 4, 60)  # hours 0 to 3, six members; the alarm came at 3.5
    assert (second.leaked, second.harvest, second.alarm_ms) == (8, 8, None)
    assert found.as_dict()["leaked_median"] == 16
    assert found.as_dict()["leaked_p95"] == 24
    assert found.as_json()["alarm_curve"] == [[24, 0.5]]
    assert [(each.name, each.median) for each in found.leaked_by_dilution()] == [
        ("undiluted", 24.0),
        ("over 90 %", 8.0),
    ]


def test_an_exchange_in_the_moment_of_the_alarm_has_leaked(world, write):
    lines = [verdict(line["account_id"]) for line in mixed()]
    lines[0] = verdict("a-00", "attack", "c", 3.0)
    assert score(write(lines), world).leaks[0].leaked == 24


def test_the_grouping_is_punished_for_the_stranger_it_took_in(world, write):
    found = score(write(mixed()), world).agreement
    assert found.precision == pytest.approx(6 / 10)
    assert found.recall == pytest.approx(6 / (15 + 6))


def test_an_alarm_before_the_first_exchange_counts_from_that_exchange_and_is_said(world, write):
    lines = perfect()
    lines[0] = verdict("a-00", "attack", "camp-01", -100.0)
    found = score(write(lines), world)
    assert found.leaks[0].leaked == 6
    assert "alarmed before their first exchange (a-00)" in found.warnings[0]


def test_an_accusation_without_a_time_counts_from_the_end_and_is_said(world, write):
    lines = [line | {"first_alarm_ts": None} for line in perfect()]
    found = score(write(lines), world)
    assert [leak.leaked for leak in found.leaks] == [60, 8]
    assert "10 accused accounts have no first_alarm_ts" in found.warnings[0]


def test_an_alarm_of_an_account_that_was_let_go_is_none(world, write):
    lines = [verdict(line["account_id"], "watch", None, 1.0) for line in perfect()]
    assert all(leak.alarm_ms is None for leak in score(write(lines), world).leaks)


def test_accounts_without_a_verdict_count_as_clear_and_are_named(world, write):
    found = score(write(perfect()[2:]), world)
    assert found.recall.part == 8
    assert found.warnings == ("2 of 30 accounts have no verdict and count as clear (a-00, a-01)",)


def test_a_world_of_honest_accounts_has_no_recall(world, write, tmp_path):
    honest = [line for line in (world / "truth.csv").read_text().splitlines() if "attack" not in line]
    alone = tmp_path / "honest" / "truth.csv"
    alone.parent.mkdir()
    alone.write_text("\n".join(honest) + "\n")
    found = score(write([line for line in perfect() if line["account_id"].startswith("h")]), alone)
    assert found.recall.value is None
    assert found.area is None
    assert found.fpr.upper == pytest.approx(1 - 0.05 ** (1 / 20))
    assert len(found.warnings) == 2


def test_wall_time_is_the_sum_of_the_stages_where_a_summary_stands_beside(world, write, tmp_path):
    write(perfect(), "run/verdicts.jsonl")
    (tmp_path / "run" / "summary.json").write_text('{"seconds": {"read": 2.5, "link": 1.5}}')
    assert score(tmp_path / "run", world).seconds == 4.0


def test_runs_are_compared_in_the_order_given(world, write):
    found = compare({"b": write(perfect(), "b.jsonl"), "a": write(mixed(), "a.jsonl")}, world)
    assert list(found.scores) == ["b", "a"]
    assert found.as_json()["scores"]["a"]["precision"] == 0.8


def test_all_figures_are_numbers_or_null_one_level_deep(world, write):
    figures = score(write(mixed()), world).as_dict()
    assert {"precision", "recall", "fpr", "fpr_upper", "leaked_median", "leaked_p95"} <= set(figures)
    assert all(value is None or isinstance(value, int | float) for value in figures.values())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.randoms(use_true_random=False),
    st.lists(st.sampled_from(["clear", "watch", "attack"]), min_size=30, max_size=30),
)
def test_the_order_of_the_lines_does_not_matter(world, write, dice: random.Random, calls):
    lines = [
        verdict(line["account_id"], call, f"c-{place % 3}", float(place))
        for place, (line, call) in enumerate(zip(perfect(), calls, strict=True))
    ]
    before = score(write(lines), world).as_json()
    dice.shuffle(lines)
    assert json.dumps(score(write(lines), world).as_json()) == json.dumps(before)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["clear", "watch", "attack"]), min_size=30, max_size=30))
def test_accusing_fewer_never_raises_recall_nor_false_positives_nor_lowers_leaks(world, write, calls):
    def judged(words):
        lines = [
            verdict(line["account_id"], call, "c", 1.0) for line, call in zip(perfect(), words, strict=True)
        ]
        return score(write(lines), world)

    more = judged(calls)
    fewer = judged(["clear" if place % 2 else call for place, call in enumerate(calls)])
    assert fewer.recall.part <= more.recall.part
    assert fewer.fpr.part <= more.fpr.part
    assert all(less.leaked >= full.leaked for less, full in zip(fewer.leaks, more.leaks, strict=True))
