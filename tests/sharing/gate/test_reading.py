"""From bytes to objects: nothing that a parser would drop unseen gets through, and no bytes make it stumble."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.gate_sets.honest import examples, policy, situation
from stillwatch.sharing.gate import Gate
from stillwatch.sharing.gate.reading import DEEPEST, objects_in, read

GATE = Gate(policy())
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="ascii"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="ascii"), max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_stumble(data):
    value, refusals = read(data)
    assert refusals or json.loads(data) == value


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_damaged_object_makes_reading_or_gate_stumble(data):
    honest = json.dumps(data.draw(st.sampled_from(sorted(examples().items())))[1]).encode()
    place = data.draw(st.integers(0, len(honest) - 1))
    damaged = (
        honest[:place] + data.draw(st.binary(max_size=6)) + honest[place + data.draw(st.integers(0, 6)) :]
    )
    value, refusals = read(damaged)
    if not refusals:
        objects, _ = objects_in(value)
        for obj in objects:
            GATE.check(obj, situation())


@settings(max_examples=100, deadline=None)
@given(PLAIN, st.sampled_from([None, 2]), st.sampled_from([(",", ":"), (", ", ": "), (" ,\n", " : ")]))
def test_plain_json_is_read_however_it_is_spaced(value, indent, separators):
    found, refusals = read(json.dumps(value, indent=indent, separators=separators).encode())
    assert refusals or found == value
    assert {each.rule for each in refusals} <= {"bounded-size"}


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(st.characters(codec="ascii"), max_size=5), PLAIN, min_size=1, max_size=4))
def test_a_key_that_stands_twice_is_seen_wherever_it_stands(value):
    name, kept = next(iter(value.items()))
    inner = json.dumps(value)
    twice = f"{{{json.dumps(name)}: 1, {inner[1:]}"
    assert "no-duplicate-keys" in {each.rule for each in read(twice.encode())[1]} or _too_deep(kept)
    nested = f'{{"objects": [{twice}]}}'
    assert read(nested.encode())[1]


def _too_deep(value):
    return bool(read(json.dumps({"x": value}).encode())[1])


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "valid-json"),
        (b"{", "valid-json"),
        (b'{"a":1}{"b":2}', "valid-json"),
        (b'{"a":NaN}', "valid-json"),
        (b"\xef\xbb\xbf{}", "ascii-only"),
        ('{"a":"é"}'.encode(), "ascii-only"),
        (b"\xff\xfe", "ascii-only"),
        (b'{"a":1,"a":1}', "no-duplicate-keys"),
        (b'{"a":1,"\\u0061":2}', "no-duplicate-keys"),
        (b"[" * 100_000, "valid-json"),
        (b"[" * (2 * DEEPEST + 1) + b"]" * (2 * DEEPEST + 1), "bounded-size"),
        (b'"' + b"a" * 100 + b'"', "bounded-size"),
    ],
)
def test_what_is_wrong_with_bytes_has_a_name(data, rule):
    value, refusals = read(data, longest=200_000 if rule != "bounded-size" else 60)
    assert rule in {each.rule for each in refusals} or value is None


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b'{"a":1} x'])
def test_what_cannot_be_read_gives_nothing_and_says_so(data):
    value, refusals = read(data)
    assert value is None
    assert [each.rule for each in refusals] == ["valid-json"]


def test_an_object_may_be_as_deep_as_an_honest_one_however_many_brackets_it_has():
    deep = b"[" * DEEPEST + b"]" * DEEPEST
    wide = b"[" + b",".join([b"[]"] * 2 * DEEPEST)
    assert read(wide + b"]")[1] == ()
    assert read(wide + b"," + deep[1:])[1] == ()
    assert [each.rule for each in read(wide + b"," + deep + b"]")[1]] == ["bounded-size"]


@pytest.mark.parametrize("levels", range(DEEPEST - 1, 2 * DEEPEST + 4))
@pytest.mark.parametrize(
    "around", ["[%s]", '{"a":%s}', '["[",%s]', '{"]]]]":%s}', '["\\\\\\"]]",%s]', '{"\\u0022}":%s}']
)
def test_depth_counts_from_the_first_level_too_many_however_few_brackets_there_are(levels, around):
    text = "1"
    for _ in range(levels):
        text = around % text
    wanted = ["bounded-size"] if levels > DEEPEST else []
    assert [each.rule for each in read(text.encode())[1]] == wanted


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.text(st.sampled_from('[]{}"\\a'), max_size=6),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from('[]{}"\\'), inner, max_size=2)
        ),
        max_leaves=16,
    )
)
def test_brackets_and_quotes_in_texts_do_not_count(value):
    too_deep = _levels(value) > DEEPEST
    assert [each.rule for each in read(json.dumps(value).encode())[1]] == ["bounded-size"] * too_deep


def _levels(value):
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(_levels, inside), default=0)


def test_an_outline_that_is_longer_than_is_remembered_is_walked_through():
    wide = b"[" + b",".join([b'"a"'] * 2_000)
    assert read(wide + b"]")[1] == ()
    assert [each.rule for each in read(wide + b"," + b"[" * DEEPEST + b"]" * (DEEPEST + 1))[1]] == [
        "bounded-size"
    ]


def test_a_document_may_be_as_long_as_is_read_and_no_longer():
    assert read(b"[1]", longest=3) == ([1], ())
    assert [each.rule for each in read(b"[1] ", longest=3)[1]] == ["bounded-size"]


def test_a_wrapper_holds_objects_and_nothing_else():
    one = examples()["country"]
    assert objects_in({"objects": [one, one]}) == ([one, one], ())
    assert objects_in({"type": "bundle", "id": "bundle--1", "objects": [one]}) == ([one], ())
    assert objects_in([one]) == ([one], ())
    assert objects_in(one) == ([one], ())
    assert [each.rule for each in objects_in({"objects": [one], "note": "words"})[1]] == ["closed-fields"]
    assert [each.rule for each in objects_in({"objects": {"a": one}})[1]] == ["typed-values"]
