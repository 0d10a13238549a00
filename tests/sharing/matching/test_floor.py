from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.entropy import bits
from stillwatch.sharing.matching.floor import EXPOSURES, Disposition, floor_bits, judge
from stillwatch.sharing.matching.normal_forms import encoded, normal
from stillwatch.sharing.matching.values import What


def test_the_floor_is_what_all_members_together_may_ask_in_an_epoch_with_a_margin() -> None:
    assert floor_bits(quota=1024, members=1, epoch_days=1, chance=1) == 10
    assert 32 < floor_bits() < 33


def test_everything_a_member_could_go_through_in_an_epoch_is_shown_or_kept_but_never_blinded() -> None:
    for exposure in EXPOSURES:
        if exposure.days(members=6) <= 91:
            assert exposure.disposition is not Disposition.BLIND, exposure.name


def test_what_is_blinded_below_the_floor_is_called_an_exception() -> None:
    for exposure in EXPOSURES:
        if exposure.disposition is Disposition.BLIND and exposure.bits < floor_bits():
            assert "exception" in exposure.reason


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("OpenAI/Python 1.30.1", 0, 12),
        ("python-requests/2.31.0", 0, 12),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36",
            0,
            32,
        ),
        ("bytespider/1.0", 0, 32),
        ("1111111111111111", 0, 60),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", 0, 60),
        ("a1a1a1a1a1a1a1a1a1a1a1", 0, 32),
        ("V0010013018036776997406844229", 60, 200),
        ("4b825dc642cb6eb9a060e54bf8d69288fbee4904", 100, 160),
    ],
)
def test_what_looks_drawn_at_random_counts_and_everyday_names_do_not(
    text: str, least: float, most: float
) -> None:
    assert least <= bits(text) <= most


@given(st.text(max_size=80))
def test_an_estimate_never_exceeds_what_the_letters_could_carry(text: str) -> None:
    assert 0 <= bits(text) <= 10 + 8 * len(text)


@pytest.mark.parametrize(
    "text", ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111"]
)
def test_a_card_number_is_refused_in_any_spelling_and_not_repeated(text: str) -> None:
    with pytest.raises(StillwatchError) as refused:
        normal(What.PAYMENT, text)
    assert refused.value.code == "SW-MATCH-06"
    assert "4111" not in refused.value.render()


@pytest.mark.parametrize(
    "text", ["Example.COM", "www.example.com", "example.com.", " EXAMPLE.com ", "WWW.example.com."]
)
def test_one_domain_has_one_form(text: str) -> None:
    assert normal(What.ORGANIZATION_DOMAIN, text) == "example.com"


@pytest.mark.parametrize(
    "text", ["example", "http://example.com", "192.0.2.1", "-a.example", "a..example", "", "ex ample.com"]
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(StillwatchError) as refused:
        normal(What.ORGANIZATION_DOMAIN, text)
    assert refused.value.code == "SW-MATCH-05"


@given(st.sampled_from(What), st.text(max_size=60))
def test_a_normal_form_is_its_own_normal_form(what: What, text: str) -> None:
    try:
        form = normal(what, text)
    except StillwatchError:
        return
    assert normal(what, form) == form


def test_one_text_of_two_kinds_is_two_items() -> None:
    assert encoded(What.PAYMENT, "x") != encoded(What.API_CLIENT, "x")


def test_a_domain_may_be_blinded_only_while_it_is_young() -> None:
    today = datetime.date(2026, 6, 1)

    def said(registered: datetime.date | None) -> Disposition:
        return judge(What.ORGANIZATION_DOMAIN, "example.com", registered=registered, today=today).disposition

    assert said(datetime.date(2026, 5, 1)) is Disposition.BLIND
    assert said(datetime.date(2025, 5, 1)) is Disposition.NEVER
    assert said(None) is Disposition.NEVER
