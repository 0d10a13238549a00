"""Signed requests: what was signed counts, and nothing else does."""

from __future__ import annotations

import datetime
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.sharing.keys import key_id, make_key, public_pem, read_private, read_public
from stillwatch.sharing.signing import AHEAD_S, OLDEST_S, holds, sign, verify

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
URL = "https://hub.example.com/taxii2/stillwatch/collections/indicators/objects/?a=1"
NOW = datetime.datetime(2026, 11, 26, 12, tzinfo=datetime.UTC)
TYPE = "application/taxii+json;version=2.1"


def known(name):
    return KEY.public_key() if name == key_id(KEY.public_key()) else None


def checked(headers, *, method="POST", url=URL, body=b"{}", find=known, now=NOW):
    lines = headers if isinstance(headers, list) else list(headers.items())
    return verify(method, url, lines, body, find, now)


@given(st.binary(max_size=300))
@settings(max_examples=30)
def test_a_signed_request_holds_and_can_be_checked_again_from_what_is_kept(body):
    found = checked(sign("POST", URL, body, TYPE, KEY, NOW), body=body)
    assert found.key_id == key_id(KEY.public_key())
    assert found.created == int(NOW.timestamp())
    digest = hashlib.sha256(body).digest()
    assert holds(found.base, found.signature, KEY.public_key(), digest)
    assert not holds(found.base, found.signature, OTHER.public_key(), digest)
    assert not holds(found.base, found.signature, KEY.public_key(), hashlib.sha256(body + b"x").digest())
    assert not holds(found.base + b" ", found.signature, KEY.public_key(), digest)


def test_no_two_signatures_are_alike():
    nonces = {checked(sign("POST", URL, b"{}", TYPE, KEY, NOW)).nonce for _ in range(20)}
    assert len(nonces) == 20


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"}, {"body": b"{} "}, {"url": URL.replace("indicators", "advisories")}, {"url": URL + "2"},
        {"url": URL.replace("hub.", "other.")}, {"find": lambda _: OTHER.public_key()}, {"find": lambda _: None},
    ],
    ids=range(7),
)  # fmt: skip
def test_a_signature_does_not_hold_for_another_request_or_key(change):
    with pytest.raises(StillwatchError, match="does not count"):
        checked(sign("POST", URL, b"{}", TYPE, KEY, NOW), **change)


@pytest.mark.parametrize("name", ["Content-Type", "Content-Digest", "Signature-Input", "Signature"])
def test_every_header_is_needed_as_it_was(name):
    headers = sign("POST", URL, b"{}", TYPE, KEY, NOW)
    missing = {key: value for key, value in headers.items() if key != name}
    for wrong in (missing, headers | {name: "x"}, headers | {name: headers[name] + "x"}):
        with pytest.raises(StillwatchError):
            checked(wrong)


@given(st.text(max_size=120), st.text(max_size=120))
@settings(max_examples=60)
def test_whatever_stands_in_the_headers_is_refused_and_never_an_accident(one, two):
    with pytest.raises(StillwatchError):
        checked(
            [("signature-input", one), ("signature", two), ("content-digest", one), ("content-type", TYPE)]
        )


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [(0, True), (OLDEST_S, True), (OLDEST_S + 1, False), (-AHEAD_S, True), (-AHEAD_S - 1, False)],
)
def test_age_is_bounded_both_ways(seconds, counts):
    headers = sign("POST", URL, b"{}", TYPE, KEY, NOW)
    now = NOW + datetime.timedelta(seconds=seconds)
    if counts:
        checked(headers, now=now)
    else:
        with pytest.raises(StillwatchError, match="clock"):
            checked(headers, now=now)


def test_two_signatures_are_one_too_many():
    one, two = (sign("POST", URL, b"{}", TYPE, KEY, NOW) for _ in range(2))
    lines = list(one.items()) + [
        (name, two[name].replace("sig1", "sig2")) for name in ("Signature-Input", "Signature")
    ]
    with pytest.raises(StillwatchError, match="several"):
        checked(lines)


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path):
    path = tmp_path / "lab.key"
    public = make_key(path)
    assert path.stat().st_mode & 0o077 == 0
    assert (
        key_id(read_private(path).public_key())
        == key_id(public)
        == key_id(read_public(public_pem(public), "x"))
    )
    with pytest.raises(StillwatchError, match="cannot be written"):
        make_key(path)
    path.chmod(0o640)
    with pytest.raises(StillwatchError, match="others may read"):
        read_private(path)
    (tmp_path / "other").write_text("-----BEGIN PUBLIC KEY-----\n")
    with pytest.raises(StillwatchError, match="no Ed25519 key"):
        read_public((tmp_path / "other").read_bytes(), "other")
