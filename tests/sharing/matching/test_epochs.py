from __future__ import annotations

import datetime

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.epochs import Epoch, EpochList, signed, verified

KEY = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
NOON = datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
LISTED = EpochList(
    "keys",
    3,
    NOON,
    (
        Epoch("e1", b"1" * 32, NOON - 91 * DAY, NOON, NOON + 28 * DAY),
        Epoch("e2", b"2" * 32, NOON, NOON + 91 * DAY, NOON + 119 * DAY),
    ),
)


def test_a_signed_list_is_read_back_as_it_was() -> None:
    assert verified(signed(LISTED, KEY), PUBLIC) == LISTED


def test_new_indicators_use_the_latest_epoch_and_both_are_evaluated_while_they_overlap() -> None:
    assert LISTED.current(NOON).name == "e2"
    assert LISTED.current(NOON - DAY).name == "e1"
    assert [epoch.name for epoch in LISTED.evaluated(NOON)] == ["e2", "e1"]
    assert [epoch.name for epoch in LISTED.evaluated(NOON + 28 * DAY)] == ["e2"]


def test_without_an_epoch_in_use_the_operator_is_named_as_the_one_to_ask() -> None:
    with pytest.raises(StillwatchError, match="no epoch in use") as refused:
        LISTED.current(NOON + 400 * DAY)
    assert refused.value.code == "SW-MATCH-11"


def test_a_list_signed_by_somebody_else_is_refused() -> None:
    with pytest.raises(StillwatchError) as refused:
        verified(signed(LISTED, Ed25519PrivateKey.generate()), PUBLIC)
    assert refused.value.code == "SW-MATCH-13"


@pytest.mark.parametrize("field", ["service", "serial", "issued", "epochs"])
def test_no_field_can_be_changed_under_the_signature(field: str) -> None:
    content = orjson.loads(signed(LISTED, KEY))
    content[field] = {"service": "other", "serial": 4, "issued": "2026-03-02T12:00:01+00:00", "epochs": []}[
        field
    ]
    with pytest.raises(StillwatchError) as refused:
        verified(orjson.dumps(content), PUBLIC)
    assert refused.value.code == "SW-MATCH-13"


@pytest.mark.parametrize(
    "wrong",
    [
        {"epochs": [{"epoch": "e1"}]},
        {"extra": 1},
        {"issued": "2026-03-02T12:00:00"},
        {"epochs": [orjson.loads(signed(LISTED, KEY))["epochs"][0]] * 2},
        {"service": ""},
        {"signature": "not base64!"},
    ],
)
def test_a_malformed_list_is_refused_before_its_signature_is_looked_at(wrong) -> None:
    content = orjson.loads(signed(LISTED, KEY)) | wrong
    with pytest.raises(StillwatchError) as refused:
        verified(orjson.dumps(content), PUBLIC)
    assert refused.value.code == "SW-MATCH-12"


@given(st.binary(max_size=300))
def test_bytes_that_are_no_list_are_refused_in_our_own_words(data: bytes) -> None:
    with pytest.raises(StillwatchError) as refused:
        verified(data, PUBLIC)
    assert refused.value.code == "SW-MATCH-12"


def test_the_digest_tells_keys_apart_and_not_when_a_list_was_issued() -> None:
    later = EpochList("keys", 9, NOON + DAY, LISTED.epochs)
    other = EpochList("keys", 3, NOON, (LISTED.epochs[0],))
    assert LISTED.digest() == later.digest() != other.digest()
