"""The library against RFC 9497's vectors, and against a second implementation that shares nothing with it."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sharing.matching import reference

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.known_answers import KEY_INFO, PUBLIC_KEY, SEED, VECTORS, disagreement
from stillwatch.sharing.matching.voprf import BlindedBatch, Evaluation, Evaluator, require_elements

BLIND = int.from_bytes(
    bytes.fromhex("64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706"), "little"
)
NONCE = int.from_bytes(
    bytes.fromhex("222a5e897cf59db8145db8d16e597e8facb80ae7d4e26d9881aa6f61d645fc0e"), "little"
)
BATCH_NONCE = int.from_bytes(
    bytes.fromhex("419c4f4f5052c53c45f3da494d2b67b220d02118e0857cdbcf037f9ea84bbe0c"), "little"
)
BLINDS = {"A.1.2.1": [BLIND], "A.1.2.2": [BLIND], "A.1.2.3 (batch of two)": [BLIND, NONCE]}
PROOFS = {
    "A.1.2.1": (
        NONCE,
        (
            "ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd06"
            "6d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d"
        ),
    ),
    "A.1.2.2": (
        NONCE,
        (
            "401a0da6264f8cf45bb2f5264bc31e109155600babb3cd4e5af7d181a2c9dc0a"
            "67154fabf031fd936051dec80b0b6ae29c9503493dde7393b722eafdf5a50b02"
        ),
    ),
    "A.1.2.3 (batch of two)": (
        BATCH_NONCE,
        (
            "cc203910175d786927eeb44ea847328047892ddf8590e723c37205cb74600b0a"
            "5ab5337c8eb4ceae0494c2cf89529dcf94572ed267473d567aeed6ab873dee08"
        ),
    ),
}


def test_the_library_gives_the_answers_of_the_rfc() -> None:
    assert disagreement() == ""


class Crooked(Evaluator):
    """An evaluator that answers a batch in the wrong order, with a proof that fits nothing."""

    def evaluate(self, blinded):
        honest = super().evaluate(blinded)
        return Evaluation(tuple(reversed(honest.evaluated)), honest.proof)


class Elsewhere(Evaluator):
    """An evaluator that derives its key otherwise than the RFC says."""

    def __init__(self, seed: bytes, info: bytes = b"") -> None:
        super().__init__(seed, info + b"!")


def test_the_check_finds_a_library_that_does_something_else() -> None:
    assert disagreement(Elsewhere) == "the key derived from the seed"
    assert disagreement(Crooked) == "A.1.2.3 (batch of two), evaluated elements"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_the_second_implementation_gives_every_byte_of_the_rfc(vector) -> None:
    key = reference.derive_key(SEED, KEY_INFO)
    assert reference.encode(reference.times(key, reference.BASE)) == PUBLIC_KEY
    blinds = BLINDS[vector.name]
    blinded = [
        reference.encode(reference.times(b, reference.hash_to_group(i)))
        for b, i in zip(blinds, vector.items, strict=True)
    ]
    assert tuple(blinded) == vector.blinded
    evaluated = [reference.encode(reference.times(key, reference.decode(each))) for each in blinded]
    assert tuple(evaluated) == vector.evaluated
    nonce, proof = PROOFS[vector.name]
    assert reference.prove(key, PUBLIC_KEY, blinded, evaluated, nonce).hex() == proof
    outputs = [reference.finalize(i, b, e) for i, b, e in zip(vector.items, blinds, evaluated, strict=True)]
    assert tuple(outputs) == vector.outputs


@settings(max_examples=5, deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=64), min_size=1, max_size=3), st.binary(min_size=32, max_size=32)
)
def test_the_librarys_proofs_and_outputs_hold_before_the_second_implementation(items, seed) -> None:
    key = Evaluator(seed, b"any")
    batch = BlindedBatch(items)
    answer = key.evaluate(batch.blinded)
    assert reference.proof_holds(key.public_key, list(batch.blinded), list(answer.evaluated), answer.proof)
    secret = reference.derive_key(seed, b"any")
    expected = [
        reference.finalize(i, 1, reference.encode(reference.times(secret, reference.hash_to_group(i))))
        for i in items
    ]
    assert batch.finalize(answer, key.public_key) == expected


def test_two_blindings_of_one_item_have_nothing_in_common_but_the_output() -> None:
    key = Evaluator(b"k" * 32)
    one, other = BlindedBatch([b"item"]), BlindedBatch([b"item"])
    assert one.blinded != other.blinded
    assert one.finalize(key.evaluate(one.blinded), key.public_key) == other.finalize(
        key.evaluate(other.blinded), key.public_key
    )


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("spoil", ["element", "proof", "order", "key", "short", "long", "proof_length"])
def test_an_answer_that_was_tampered_with_is_refused(number: int, spoil: str) -> None:
    key, other = Evaluator(b"k" * 32), Evaluator(b"o" * 32)
    batch = BlindedBatch([bytes([n + 1]) for n in range(number)])
    good = key.evaluate(batch.blinded)
    spoilt = {
        "element": Evaluation((other.evaluate(batch.blinded).evaluated[0], *good.evaluated[1:]), good.proof),
        "proof": Evaluation(good.evaluated, other.evaluate(batch.blinded).proof),
        "order": Evaluation(good.evaluated[::-1], good.proof),
        "key": other.evaluate(batch.blinded),
        "short": Evaluation(good.evaluated[:-1], good.proof),
        "long": Evaluation((*good.evaluated, good.evaluated[0]), good.proof),
        "proof_length": Evaluation(good.evaluated, good.proof[:-1]),
    }[spoil]
    if spoil == "order" and number == 1:
        assert batch.finalize(spoilt, key.public_key)  # one element has no order
        return
    with pytest.raises(StillwatchError) as refused:
        batch.finalize(spoilt, key.public_key)
    assert refused.value.code == "SW-MATCH-02"


@given(st.binary(max_size=40))
def test_what_is_no_group_element_is_refused_by_place_and_never_quoted(data: bytes) -> None:
    good = BlindedBatch([b"x"]).blinded[0]
    with pytest.raises(
        StillwatchError
    ) as refused:  # a point by chance would take 2^8 tries of exactly 32 bytes
        require_elements([good, data[:31]])
    assert refused.value.code == "SW-MATCH-01"
    assert "element 1" in refused.value.message
    assert len(data) < 4 or data.hex() not in refused.value.render()


@given(st.binary(min_size=32, max_size=32))
def test_thirty_two_bytes_are_taken_exactly_where_they_are_an_element(data: bytes) -> None:
    with contextlib.suppress(StillwatchError):
        require_elements([data])
        assert reference.encode(reference.decode(data)) == data


def test_the_neutral_element_is_refused_since_its_result_would_be_known() -> None:
    with pytest.raises(StillwatchError):
        require_elements([bytes(32)])


def test_a_batch_has_at_least_one_item_and_items_have_bytes() -> None:
    with pytest.raises(ValueError, match="1 to"):
        BlindedBatch([])
    with pytest.raises(ValueError, match="bytes"):
        BlindedBatch([b""])
    with pytest.raises(StillwatchError):
        Evaluator(b"k" * 32).evaluate([])
