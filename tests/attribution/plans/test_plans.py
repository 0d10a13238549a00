"""Plans: one form, one digest, and said beforehand what they cannot show."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attribution.planned import plan_of, prompts

from stillwatch.attribution.answers import Side
from stillwatch.attribution.battery.options import BatteryOptions
from stillwatch.attribution.plans.book import PlanBook
from stillwatch.attribution.plans.plan import PlannedKey, PlannedMaterial, PlannedModel, read_plan
from stillwatch.attribution.plans.pool import read_pool
from stillwatch.attribution.plans.preparing import prepare
from stillwatch.attribution.plans.reading import read_draft
from stillwatch.attribution.plans.sufficiency import shortfalls
from stillwatch.attribution.querying.endpoint import Dialect
from stillwatch.errors import StillwatchError

SUSPECT = PlannedModel("suspect", Side.SUSPECT, "https://models.example.com/v1", "m", Dialect.CHAT)


def plan(**changes):
    return plan_of({}, count=3, **{"models": (SUSPECT,), **changes})


def controls(count, hard=0):
    return tuple(
        dataclasses.replace(SUSPECT, name=f"c{n}", side=Side.CONTROL, hard=n < hard) for n in range(count)
    )


def test_a_plan_survives_its_own_bytes_and_has_one_form():
    before = plan(prompts=prompts(4), material=PlannedMaterial((PlannedKey("campaign-7", "e1"),), "f" * 64))
    assert read_plan(before.body(), "x") == before
    with pytest.raises(StillwatchError) as caught:
        read_plan(before.body().replace(b",", b", ", 1), "x")
    assert caught.value.code == "SW-ATT-70"


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"form": "another"}'])
def test_what_is_no_plan_is_said_to_be_none(body):
    with pytest.raises(StillwatchError, match="cannot be read"):
        read_plan(body, "x")


def test_a_plan_has_exactly_one_suspect():
    with pytest.raises(StillwatchError, match="no suspect, or several"):
        read_plan(plan(models=controls(1)).body(), "x")


@given(question=st.text(), alpha=st.floats(1e-12, 0.5), seed=st.integers(0, 2**40))
def test_any_change_changes_the_digest(question, alpha, seed):
    first = plan(question=question, options=BatteryOptions(alpha=alpha, seed=seed))
    again = read_plan(first.body(), "x")
    assert again.digest == first.digest
    other = dataclasses.replace(first, options=BatteryOptions(alpha=alpha / 2, seed=seed))
    assert other.digest != first.digest


def test_the_same_files_give_the_same_plan(lab, attributed):
    draft = read_draft(lab / "plan.toml")
    one, other = prepare(draft).plan, prepare(read_draft(attributed / "plan.toml")).plan
    assert one.digest == other.digest
    assert one.body() == (lab / "archive" / "plan.json").read_bytes()


def test_where_keys_lie_is_in_no_plan(lab):
    path = lab / "plan.toml"
    text = path.read_text()
    path.write_text(text.replace("[suspect]\n", '[suspect]\nkey_env = "SECRET_PLACE"\nparallel = 3\n'))
    prepared = prepare(read_draft(path))
    assert prepared.draft.endpoints["suspect"].key_env == "SECRET_PLACE"
    assert b"SECRET_PLACE" not in prepared.plan.body()
    assert prepared.plan.body() == (lab / "archive" / "plan.json").read_bytes()


def test_committing_twice_is_one_entry_and_an_altered_plan_is_refused(lab_records, lab):
    book, person = PlanBook(lab_records), lab_records.people.get("analyst-1")
    found = prepare(read_draft(lab / "plan.toml")).plan
    size = lab_records.ledger.size()
    assert book.commit(found, person).digest == found.digest
    assert lab_records.ledger.size() == size
    altered = dataclasses.replace(found, options=BatteryOptions(prompts=25, alpha=0.05))
    with pytest.raises(StillwatchError) as caught:
        book.commit(altered, person)
    assert caught.value.code == "SW-ATT-76"
    assert "options.alpha" in caught.value.message


@pytest.mark.parametrize(
    ("count", "rate", "more"), [(0, 0.05, 59), (10, 0.05, 49), (59, 0.05, 0), (58, 0.05, 1), (100, 0.01, 199)]
)
def test_too_few_controls_are_told_with_the_number_that_is_lacking(count, rate, more):
    found = shortfalls(plan(models=(SUSPECT, *controls(count, 1)), options=BatteryOptions(rate=rate)))
    told = [words for words in found if "more are needed" in words]
    assert bool(told) == bool(more)
    assert all(f"{more} more are needed" in words for words in told)


def test_controls_without_a_hard_one_and_tests_without_a_footing_are_told():
    found = " ".join(shortfalls(plan(models=(SUSPECT, *controls(59)), tests=("watermark", "agreement"))))
    assert "no control is marked `hard`" in found
    assert "watermark will have nothing to go by: no keys" in found
    assert "agreement will have nothing to go by: the teacher is not asked" in found


def test_pools_are_text_or_json_lines(tmp_path):
    text = tmp_path / "pool.txt"
    text.write_text("one\n\ntwo\none\n")
    assert read_pool(text) == ("one", "two")
    lines = tmp_path / "pool.jsonl"
    lines.write_text('{"text": "a\\nb"}\n{"prompt": "c"}\n')
    assert read_pool(lines) == ("a\nb", "c")
    lines.write_text('{"text": "a"}\n{"words": "c"}\n')
    with pytest.raises(StillwatchError) as caught:
        read_pool(lines)
    assert caught.value.where.endswith("pool.jsonl:2")


def test_material_from_elsewhere_cannot_name_a_file_elsewhere(lab):
    from stillwatch.attribution.plans.material import read_material

    path = lab / "material.json"
    path.write_text(path.read_text().replace('"words.json"', '"../archive/plan.json"'))
    with pytest.raises(StillwatchError, match="no file beside it"):
        read_material(path)


def test_a_newer_program_carries_out_what_an_older_one_prepared(lab_records, lab):
    found = dataclasses.replace(prepare(read_draft(lab / "plan.toml")).plan, program="99.0")
    assert PlanBook(lab_records).unaltered(found).digest != found.digest
