"""Every detector keeps the same promises: described, bounded, silent about what it cannot know or is innocent."""

from __future__ import annotations

import inspect
import math
import random
import re
import sys
from typing import Any, Final

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection import worlds

from stillwatch.core.exchange import FIELDS
from stillwatch.detection.contract import Detector, Tables
from stillwatch.detection.registry import detectors
from stillwatch.detection.weighing.scales import GIVEN, learned

NAMES: Final = sorted(detectors())
HEADS: Final = ("**Sees**", "**Innocent look-alikes**", "**Evaded by**")
MOST_DECIBANS: Final = 30.0
WHERE_A_FIELD_GOES: Final = {
    "messages": ("verbatim", "solicited", "user_messages", "system", "earlier", "own_topics", "wording"),
    "ip": ("address", "address_overlap"),
    "payment_fingerprint": ("payment", "payment_overlap"),
    "organization_id": ("organization_id", "organization"),
    "output_tokens": ("output_tokens", "answer_bits"),
    "account_created_at": ("account_created_at", "created", "age_spread", "same_day", "season"),
    "user_agent": ("client",),
}  # what else every record carries cannot be missing

Found = tuple[float, str] | None


def module_of(detector: Detector) -> Any:
    return sys.modules[type(detector).__module__]


def findings(detector: Detector, tables: Tables) -> dict[tuple[int, int], Found]:
    """What a detector makes of each candidate at each checkpoint: its figure, rounded, and its sentence."""
    out: dict[tuple[int, int], Found] = {}
    for row in detector.measure(tables).to_pyarrow().to_pylist():
        key = row["checkpoint"], row["candidate"]
        assert key not in out, "a candidate has one row a checkpoint"
        figure = row["figure"]
        told = figure is not None and math.isfinite(figure)
        out[key] = (round(figure, 9), detector.sentence(row)) if told else None
    return out


@pytest.fixture(params=NAMES)
def detector(request: pytest.FixtureRequest) -> Detector:
    return detectors()[request.param]


def test_it_is_described_under_three_heads(detector: Detector) -> None:
    text = inspect.getdoc(module_of(detector)) or ""
    places = [text.find(head) for head in HEADS]
    assert -1 not in places
    assert places == sorted(places)
    assert re.match(r"[A-Z].+[.:]$", text.splitlines()[0])


def test_its_metadata_is_complete(detector: Detector) -> None:
    assert detector.name == module_of(detector).__name__.rpartition(".")[2]
    assert detector.title
    assert detector.level in {"campaign", "account"}
    assert detector.aspect in {"content", "coordination", "product"}
    assert isinstance(detector.rises, bool)
    assert set(FIELDS) >= detector.needs
    assert detector.needs
    assert all(detector.references)
    assert detector.references


def test_empty_input_gives_no_rows(detector: Detector) -> None:
    empty = {part: table.slice(0, 0) for part, table in worlds.shown_tables().items()}
    assert findings(detector, worlds.tables_of(empty)) == {}


def test_traffic_without_candidates_gives_no_rows(detector: Detector) -> None:
    shown = worlds.shown_tables()
    alone = {**shown, **{part: shown[part].slice(0, 0) for part in ("demand", "members", "candidates")}}
    assert findings(detector, worlds.tables_of(alone)) == {}


def test_the_order_of_rows_does_not_matter(detector: Detector) -> None:
    shown = worlds.shown_tables()
    mixed = {part: _shuffled(table) for part, table in shown.items()}
    assert findings(detector, worlds.tables_of(mixed)) == findings(detector, worlds.tables_of(shown))


def test_the_same_input_gives_the_same_findings(detector: Detector) -> None:
    shown = worlds.shown_tables()
    first, second = (findings(detector, worlds.tables_of(shown)) for _ in range(2))
    assert first == second
    assert len(first) <= shown["candidates"].num_rows
    assert any(first.values())


def test_one_candidate_does_not_change_another(detector: Detector) -> None:
    shown = worlds.shown_tables()
    whole = findings(detector, worlds.tables_of(shown))
    one = next(key for key in sorted(whole) if whole[key])
    alone = {
        **shown,
        **{part: _only(shown[part], *one) for part in ("demand", "members", "candidates")},
    }
    assert findings(detector, worlds.tables_of(alone)) == {one: whole[one]}


def test_sentences_are_short_and_weights_bounded(detector: Detector) -> None:
    for found in findings(detector, worlds.tables_of(worlds.shown_tables())).values():
        if found is not None:
            figure, sentence = found
            assert 0 < len(sentence) <= 120
            assert "\n" not in sentence
            assert "nan" not in sentence
            for card in learned().cards.values():
                assert abs(card.weigh(detector.name, figure, 20) or 0.0) <= MOST_DECIBANS


@settings(max_examples=60, deadline=None)
@given(figure=st.floats(-1e9, 1e9), members=st.integers(1, 10_000))
@pytest.mark.parametrize("name", NAMES)
def test_no_figure_however_odd_weighs_more_than_its_bounds_and_none_turns_the_meaning_round(
    name: str, figure: float, members: int
) -> None:
    for card in learned().cards.values():
        scale = card.scales.get(name)
        if scale is None:
            continue
        least, most = scale.bounds
        assert least <= scale.decibans(figure, members) <= most
        assert -MOST_DECIBANS <= least <= 0 <= most <= MOST_DECIBANS
        assert scale.slope == 0 or (scale.slope > 0) == detectors()[name].rises


def test_every_detector_was_fitted_but_those_whose_figure_is_decibans() -> None:
    fitted = {name for card in learned().cards.values() for name in card.scales}
    assert fitted == set(NAMES) - set(GIVEN)
    assert set(GIVEN) <= set(NAMES)


def test_without_the_fields_it_needs_it_gives_no_evidence(detector: Detector) -> None:
    columns = [column for field in detector.needs for column in WHERE_A_FIELD_GOES.get(field, ())]
    if not columns:
        pytest.skip("needs only what every record carries")
    shown = {part: _without(table, columns) for part, table in worlds.shown_tables().items()}
    found = findings(detector, worlds.tables_of(shown))
    assert set(found.values()) <= {None}


def test_a_log_without_a_field_names_the_detectors_that_could_not_speak() -> None:
    world = worlds.made("benign", 1, 150, 1500)
    bare = [
        re.sub(rb',?"(account_created_at|output_tokens|organization_id)":("[^"]*"|\d+|null)', b"", line)
        for line in world.lines
    ]
    outcome = worlds.judged(worlds.sketched(bare))
    lacking = {unjudged.detector: set(unjudged.fields) for unjudged in outcome.evidence.unjudged}
    assert lacking["answer_appetite"] == {"output_tokens"}
    assert lacking["age_cohort"] == {"account_created_at"}
    assert "own_history" not in lacking, "who is new to the site is known without it, too"
    spoke = {reason.detector for reasons in outcome.evidence.campaign.values() for reason in reasons}
    assert spoke.isdisjoint(lacking)


@pytest.mark.parametrize("with_history", [False, True], ids=["without a history", "with a history"])
def test_no_innocent_archetype_is_called_an_attack(with_history: bool) -> None:
    world = worlds.made("benign", 1, 700, 30_000)
    history = worlds.sketched(world.past) if with_history else None
    frame = worlds.sketched(world.lines, history=history)
    outcome = worlds.judged(frame)
    accused = {world.truth[frame.accounts[account]].archetype for account in outcome.judgement.alarms}
    assert accused == set()
    assert len({truth.archetype for truth in world.truth.values()}) >= 15
    assert outcome.snapshots, "there was something to be tempted by"


def _shuffled(table: pa.Table) -> pa.Table:
    order = list(range(table.num_rows))
    random.Random(7).shuffle(order)
    return table.take(order)


def _only(table: pa.Table, checkpoint: int, candidate: int) -> pa.Table:
    rows = zip(table["checkpoint"].to_pylist(), table["candidate"].to_pylist(), strict=True)
    return table.filter(pa.array([row == (checkpoint, candidate) for row in rows]))


def _without(table: pa.Table, columns: Any) -> pa.Table:
    for column in columns:
        if column in table.column_names:
            place = table.column_names.index(column)
            table = table.set_column(place, column, pa.nulls(table.num_rows, table.schema.field(column).type))
    return table
