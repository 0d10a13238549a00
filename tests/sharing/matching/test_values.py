from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.values import Blinded, Template, What

EPOCHS = st.integers(1, 9999).map("e{}".format)


@given(EPOCHS, st.sampled_from(What), st.binary(min_size=32, max_size=32))
def test_a_blinded_identifier_is_read_back_as_it_was_written(epoch: str, what: What, token: bytes) -> None:
    assert Blinded.parse(str(Blinded(epoch, what, token))) == Blinded(epoch, what, token)


@given(EPOCHS, st.binary(min_size=256, max_size=256))
def test_a_template_is_read_back_as_it_was_written(epoch: str, signature: bytes) -> None:
    assert Template.parse(str(Template(epoch, signature))) == Template(epoch, signature)


@given(st.text(max_size=600))
def test_text_that_is_neither_is_refused_and_not_quoted(text: str) -> None:
    for read in (Blinded.parse, Template.parse):
        with pytest.raises(StillwatchError) as refused:
            read(text)
        assert refused.value.code == "SW-MATCH-04"
        assert len(text) < 12 or text not in refused.value.render()


@pytest.mark.parametrize(
    "text",
    [
        "e0:payment:" + "0" * 64,
        "e01:payment:" + "0" * 64,
        "e1:payment:" + "0" * 63,
        "e1:payment:" + "A" * 64,
        "e1:card:" + "0" * 64,
        "e1:payment:" + "0" * 64 + "\n",
        "e\u0661:payment:" + "0" * 64,
        "e1:payment:" + "0" * 64 + ":more",
    ],
)
def test_no_second_spelling_of_a_value_passes(text: str) -> None:
    with pytest.raises(StillwatchError):
        Blinded.parse(text)


def test_tokens_are_the_same_only_within_an_epoch_and_a_kind() -> None:
    one = Blinded("e1", What.PAYMENT, b"t" * 32)
    assert one.same(Blinded("e1", What.PAYMENT, b"t" * 32))
    assert not one.same(Blinded("e2", What.PAYMENT, b"t" * 32))
    assert not one.same(Blinded("e1", What.API_CLIENT, b"t" * 32))
    assert not one.same(Blinded("e1", What.PAYMENT, b"t" * 31 + b"u"))
