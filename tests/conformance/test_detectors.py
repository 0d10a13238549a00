"""Every detector keeps the same promises: described, bounded, silent about what it cannot know or is innocent."""

from __future__ import annotations

import functools
import inspect
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
from stillwatch.detection.contract import Detector, Finding, Tables
from stillwatch.detection.registry import detectors

NAMES: Final = sorted(detectors())
HEADS: Final = ("**Sees**", "**Innocent look-alikes**", "**Evaded by**")
MOST_DECIBANS: Final = 20.0
ALWAYS_THERE: Final = {"ts", "account_id"}  # a record without them is rejected, so they cannot be missing
WHERE_A_FIELD_GOES: Final = {
    "messages": ("verbatim", "solicited", "user_messages", "system"),
    "ip": ("address", "rare_address"),
    "payment_fingerprint": ("payment", "rare_payment"),
    "organization_id": ("organization_id",),
    "output_tokens": ("output_tokens",),
    "account_created_at": ("account_created_at",),
    "tools": ("tools",),
}
OF_CANDIDATES: Final = ("earlier", "own_topics")  # what the table of candidates may not know
ALSO_USED: Final = {
    "one_product": ("messages", "tools"),
    "shared_infrastructure": ("payment_fingerprint",),
}  # fields that a detector takes into account when they are there


def module_of(detector: Detector) -> Any:
    return sys.modules[type(detector).__module__]


def findings(detector: Detector, tables: Tables) -> dict[tuple[int, int], Finding | None]:
    """What a detector makes of each candidate at each checkpoint; weights to the tenth, as evidence keeps them."""
    rows = detector.measure(tables).to_pyarrow().to_pylist()
    out = {}
    for row in rows:
        found = detector.weigh(row)
        key = row["checkpoint"], row["candidate"]
        assert key not in out, "a candidate has one row a checkpoint"
        out[key] = None if found is None else Finding(round(found.decibans, 1), found.sentence)
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
    assert set(FIELDS) >= detector.needs
    assert detector.needs
    assert all(detector.references)
    assert detector.references


def test_empty_input_gives_no_rows(detector: Detector) -> None:
    empty = {part: table.slice(0, 0) for part, table in worlds.shown_tables().items()}
    assert findings(detector, worlds.tables_of(empty)) == {}


def test_traffic_without_candidates_gives_no_rows(detector: Detector) -> None:
    shown = worlds.shown_tables()
    alone = {**shown, "demand": shown["demand"].slice(0, 0), "candidates": shown["candidates"].slice(0, 0)}
    assert findings(detector, worlds.tables_of(alone)) == {}


def test_the_order_of_rows_does_not_matter(detector: Detector) -> None:
    shown = worlds.shown_tables()
    mixed = {part: _shuffled(table) for part, table in shown.items()}
    assert findings(detector, worlds.tables_of(mixed)) == findings(detector, worlds.tables_of(shown))


def test_the_same_input_gives_the_same_findings(detector: Detector) -> None:
    shown = worlds.shown_tables()
    first, second = (findings(detector, worlds.tables_of(shown)) for _ in range(2))
    assert first == second
    assert len(first) == shown["candidates"].num_rows


def test_one_candidate_does_not_change_another(detector: Detector) -> None:
    shown = worlds.shown_tables()
    whole = findings(detector, worlds.tables_of(shown))
    one = next(iter(sorted(whole)))
    alone = {
        **shown,
        "demand": _only(shown["demand"], *one),
        "candidates": _only(shown["candidates"], *one),
    }
    assert findings(detector, worlds.tables_of(alone)) == {one: whole[one]}


def test_sentences_are_short_and_weights_bounded(detector: Detector) -> None:
    for found in findings(detector, worlds.tables_of(worlds.shown_tables())).values():
        if found is not None:
            assert _well_formed(found)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize("name", NAMES)
def test_no_figures_however_odd_make_a_long_sentence_or_a_weight_that_decides_alone(
    name: str, data: Any
) -> None:
    detector = detectors()[name]
    size = data.draw(st.integers(1, 10_000_000))
    row: dict[str, Any] = {}
    for column, kind in _columns(name).items():
        if column in {"members", "n", "total", "exchanges", "accounts", "grams"}:
            row[column] = size
        elif pa.types.is_integer(kind):
            row[column] = data.draw(st.integers(0, size))
        else:
            row[column] = data.draw(st.floats(0, 1) | st.floats(0, 24))
    found = detector.weigh(row)
    assert found is None or _well_formed(found)


def test_without_the_fields_it_needs_it_gives_no_evidence(detector: Detector) -> None:
    missing = sorted((detector.needs | set(ALSO_USED.get(detector.name, ()))) - ALWAYS_THERE)
    if not missing:
        pytest.skip("needs only what every record carries")
    columns = [column for field in missing for column in WHERE_A_FIELD_GOES[field]]
    shown = {part: _without(table, columns) for part, table in worlds.shown_tables().items()}
    if "messages" in missing:
        if detector.name == "wording_variation":
            pytest.skip(
                "without prompts there are no candidates, and its figure is part of what a candidate is"
            )
        shown["candidates"] = _without(shown["candidates"], OF_CANDIDATES)
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
    assert "one_product" not in lacking, (
        "a shared system prompt speaks for a product without organisations, too"
    )
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


def _well_formed(found: Finding) -> bool:
    return (
        abs(found.decibans) <= MOST_DECIBANS
        and 0 < len(found.sentence) <= 120
        and "\n" not in found.sentence
        and "nan" not in found.sentence
    )


@functools.cache
def _columns(name: str) -> dict[str, pa.DataType]:
    measured = detectors()[name].measure(worlds.tables_of(worlds.shown_tables())).limit(0).to_pyarrow()
    return {f.name: f.type for f in measured.schema if f.name not in {"checkpoint", "candidate"}}


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
