"""The bytes that are shown are the bytes that leave."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.gate_sets.honest import examples
from stillwatch.sharing.gate.reading import objects_in, read
from stillwatch.sharing.preview import canonical, digest, preview

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8"), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(VALUES)
def test_the_canonical_bytes_say_the_value_and_depend_on_nothing_else(value):
    spelt = canonical(value)
    assert json.loads(spelt) == value
    assert canonical(json.loads(spelt)) == spelt
    if isinstance(value, dict):
        assert canonical(dict(reversed(value.items()))) == spelt


def test_what_is_previewed_is_what_the_gate_reads():
    objects = list(examples().values())
    found, refusals = read(preview(objects))
    assert refusals == ()
    assert objects_in(found) == (objects, ())


def test_a_digest_names_one_content():
    one, other = preview([examples()["campaign"]]), preview([examples()["infrastructure"]])
    assert digest(one) != digest(other)
    assert digest(one) == digest(bytes(one))
    assert len(digest(one)) == 64
