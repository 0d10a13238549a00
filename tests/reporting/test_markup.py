from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.reporting.markup import Markup, escape, join, tag


def test_text_is_escaped_and_markup_is_not():
    assert tag("b", "<i>", tag("i", "&")) == "<b>&lt;i&gt;<i>&amp;</i></b>"


def test_attributes_are_quoted_hyphenated_and_left_out_when_absent():
    element = tag("span", "x", class_="a", aria_label='say "hi"', hidden=False, title=None, open=True)
    assert element == '<span class="a" aria-label="say &quot;hi&quot;" open>x</span>'


def test_sequences_and_nothing_are_flattened_in_order():
    assert join("a", None, ["b", [Markup("<br>"), "c"]]) == "ab<br>c"


@pytest.mark.parametrize("attribute", ["style", "onclick", "onload"])
def test_what_the_security_policy_blocks_cannot_be_built(attribute: str):
    with pytest.raises(ValueError, match="security policy"):
        tag("p", "x", **{attribute: "alert(1)"})


@pytest.mark.parametrize(
    "address", ["https://example.com/", "//example.com", "javascript:alert(1)", "data:text/html,x"]
)
def test_addresses_outside_the_page_cannot_be_built(address: str):
    with pytest.raises(ValueError, match="inside the page"):
        tag("a", "x", href=address)


@given(st.text())
def test_escaped_text_reads_back_as_it_was_except_what_html_cannot_hold(text: str):
    written = escape(text)
    assert not set(written) & set("<>\"'")
    written.encode()
    back = html.unescape(written)
    assert len(back) == len(text)
    assert all(new in (old, "\ufffd") for new, old in zip(back, text, strict=True))


@given(st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))))
def test_ordinary_text_reads_back_unchanged(text: str):
    assert html.unescape(escape(text)) == text
