"""Filters and paging tokens: whatever is sent is either understood or refused with a reason."""

from __future__ import annotations

import contextlib
import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.hub.taxii import filters, moments
from stillwatch.hub.taxii.media import check_accept, check_content
from stillwatch.hub.taxii.paging import Pages

NAMES = [
    "added_after",
    "limit",
    "next",
    "match[id]",
    "match[type]",
    "match[version]",
    "match[spec_version]",
    "other",
]
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), st.text(max_size=40)), max_size=8)
MOMENTS = st.integers(0, 4_000_000_000_000_000)


@given(QUERIES)
@settings(max_examples=40)
def test_any_query_is_read_or_refused(query):
    with contextlib.suppress(StillwatchError):
        found = filters.read_filters(query)
        assert 1 <= found.limit <= filters.MOST
        assert len(found.digest()) == 32


@given(QUERIES, st.randoms())
@settings(max_examples=30)
def test_the_order_of_parameters_changes_nothing(query, dice):
    query = list(dict(query).items())
    other = list(query)
    dice.shuffle(other)
    with contextlib.suppress(StillwatchError):
        assert filters.read_filters(query) == filters.read_filters(other)


def test_the_digest_tells_questions_apart_and_leaves_the_pages_size_and_place_and_time_out():
    questions = [
        [], [("match[type]", "indicator")], [("match[type]", "")],
        [("match[version]", "all")], [("match[version]", "all,last")], [("match[spec_version]", "2.0")],
        [("match[id]", "indicator--5d4c1f6e-6f0a-4c39-9f0e-2a6f5b1c7d01")],
    ]  # fmt: skip
    digests = {filters.read_filters(query).digest() for query in questions}
    assert len(digests) == len(questions)
    others = [("limit", "3"), ("next", "x"), ("added_after", "2026-01-01T00:00:00Z")]
    assert filters.read_filters(others).digest() == filters.read_filters([]).digest()


@given(MOMENTS)
def test_times_survive_being_written_and_read(count):
    assert moments.parse(moments.added_text(count)) == count
    assert moments.parse(moments.version_text(count)) == count // 1000 * 1000


@given(st.text(max_size=30))
def test_text_that_is_no_time_is_no_time(text):
    try:
        count = moments.parse(text)
    except ValueError:
        return
    assert datetime.datetime.fromisoformat(text).timestamp() == pytest.approx(count / 1e6, abs=1e-3)


@given(MOMENTS, st.none() | MOMENTS, st.binary(max_size=40), st.binary(max_size=40))
def test_a_paging_token_opens_only_with_what_it_was_made_for(place, after, context, other):
    pages = Pages(b"k" * 32)
    token = pages.token(place, after, context)
    assert pages.place(token, after, context) == place
    assert pages.place(token, None, context) == place, "the time may be left out"
    for wrong in (
        lambda: pages.place(token, after, context, other),
        lambda: Pages(b"j" * 32).place(token, after, context),
        lambda: pages.place(token, (after or 0) + 1, context),
    ):
        with pytest.raises(StillwatchError):
            wrong()
    if other != context:
        with pytest.raises(StillwatchError):
            pages.place(token, after, other)


@given(st.text(max_size=60))
def test_no_text_opens_as_a_paging_token(text):
    with pytest.raises(StillwatchError):
        Pages(b"k" * 32).place(text, None, b"context")


@given(MOMENTS, st.integers(0, 42), st.integers(1, 255))
def test_an_altered_paging_token_does_not_open(place, at, bits):
    pages = Pages(b"k" * 32)
    token = pages.token(place, None, b"context")
    altered = token[:at] + chr(ord(token[at]) ^ bits) + token[at + 1 :]
    with pytest.raises(StillwatchError):
        pages.place(altered, None, b"context")


@given(st.text(max_size=80))
def test_any_media_type_is_accepted_or_refused(text):
    for check in (
        lambda: check_accept(text),
        lambda: check_content(text, None),
        lambda: check_content(None, text),
    ):
        with contextlib.suppress(StillwatchError):
            check()
