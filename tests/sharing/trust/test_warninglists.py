from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from stillwatch.core.indicator import IndicatorKind
from stillwatch.errors import StillwatchError
from stillwatch.sharing.trust.warninglists import Warninglists, read_lists, shipped_lists

GOOD = """
class = "office"
about = "Offices that share one way out."
as_of = 2026-01-01
sources = ["https://example.com/offices"]
domains = ["example.com"]
prefixes = ["192.0.2.0/24", "2001:db8::/32"]
[networks]
AS64496 = "Example"
"""


@pytest.fixture
def shipped() -> Warninglists:
    return Warninglists(shipped_lists())


def test_the_shipped_lists_have_four_classes_each_with_sources() -> None:
    lists = shipped_lists()
    assert sorted(each.name for each in lists) == ["carrier", "cloud", "university", "vpn"]
    assert all(each.sources and each.networks and each.about for each in lists)
    numbers = [number for each in lists for number in each.networks]
    assert len(numbers) == len(set(numbers))


def test_what_many_share_is_found_and_says_why(shipped: Warninglists) -> None:
    assert str(shipped.network(16509)) == "AS16509 (Amazon) is on the warninglist cloud"
    assert shipped.common(IndicatorKind.NETWORK, "AS680").list_name == "university"
    assert shipped.domain("lists.Cs.Example.ac.uk.").entry == "ac.uk"
    assert shipped.address("100.64.3.4").list_name == "carrier"
    assert shipped.address("100.64.0.0/16").list_name == "carrier"


def test_what_is_not_common_is_not_found(shipped: Warninglists) -> None:
    assert shipped.network(64496) is None
    assert shipped.domain("notac.uk") is None
    assert shipped.domain("uk") is None
    assert shipped.address("192.0.2.1") is None
    assert shipped.address("100.0.0.0/8") is None  # wider than what stands on the list
    assert shipped.address("no address") is None
    assert shipped.common(IndicatorKind.BLINDED, "AS16509") is None
    assert shipped.common(IndicatorKind.NETWORK, "ASx") is None


def test_a_forum_adds_lists_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(GOOD)
    (tmp_path / "notes.txt").write_text("no list")
    lists = Warninglists([*shipped_lists(), *read_lists([tmp_path])])
    assert lists.network(64496).list_name == "office"
    assert lists.domain("mail.example.com").list_name == "office"
    assert lists.address("2001:db8::1").list_name == "office"
    assert lists.address("::ffff:0:0") is None


def test_facts_that_are_old_are_named(tmp_path: Path) -> None:
    (tmp_path / "office.toml").write_text(GOOD)
    lists = Warninglists(read_lists([tmp_path]))
    assert lists.stale(datetime.date(2027, 1, 1)) == []
    assert lists.stale(datetime.date(2028, 6, 1)) == ["office"]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("class = ", "SW-TRUST-02", "cannot be read"),
        (GOOD.replace("sources", "source"), "SW-TRUST-03", "did you mean sources?"),
        (GOOD.replace("as_of = 2026-01-01\n", ""), "SW-TRUST-03", "lacks as_of"),
        (GOOD.replace("2026-01-01", '"soon"'), "SW-TRUST-03", "no date"),
        (GOOD.replace("AS64496", "AS0"), "SW-TRUST-03", "no autonomous system"),
        (GOOD.replace("192.0.2.0/24", "192.0.2.1/24"), "SW-TRUST-03", "has host bits set"),
        (GOOD.replace('"example.com"', '"Example.com"'), "SW-TRUST-03", "small letters"),
        (GOOD.replace('"office"', '"An Office"'), "SW-TRUST-03", "class"),
    ],
)
def test_a_list_with_something_wrong_in_it_is_refused_by_name(
    tmp_path: Path, text: str, code: str, words: str
) -> None:
    path = tmp_path / "office.toml"
    path.write_text(text)
    with pytest.raises(StillwatchError) as refused:
        read_lists([path])
    assert refused.value.code == code
    assert words in refused.value.render()
    assert str(path) in refused.value.render()


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError) as refused:
        read_lists([tmp_path / "missing.toml"])
    assert refused.value.code == "SW-TRUST-02"
