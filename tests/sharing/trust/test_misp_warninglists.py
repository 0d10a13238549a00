"""Lists in the MISP project's form: from a folder, from a file, and those of the package where it is installed."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.errors import StillwatchError
from stillwatch.sharing.trust.warninglists import Warninglists, installed_lists, read_lists
from stillwatch.sharing.trust.warninglists.misp import PACKAGE, TAKEN

CLOUD = {
    "name": "Ranges of a cloud",
    "description": "Ranges that a cloud publishes",
    "version": 20260102,
    "type": "cidr",
    "list": ["192.0.2.0/25", "192.0.2.128/26", "2001:db8::/32", "198.51.100.7"],
    "matching_attributes": ["ip-src", "ip-dst"],
}


def put(folder: Path, name: str, **changes: object) -> Path:
    place = folder / "lists" / name
    place.mkdir(parents=True)
    (place / "list.json").write_text(json.dumps(CLOUD | changes))
    return place


def test_a_folder_of_the_projects_lists_gives_those_that_many_share(tmp_path: Path) -> None:
    put(tmp_path, "amazon-aws")
    put(tmp_path, "university_domains", type="string", list=["example.edu"], matching_attributes=["domain"])
    put(tmp_path, "censys-scanning", list=["203.0.113.0/24"])
    lists = Warninglists(read_lists([tmp_path]))
    assert str(lists.address("192.0.2.77")) == "192.0.2.0/25 is on the warninglist cloud"
    assert lists.address("2001:db8:1::1").list_name == "cloud"
    assert lists.address("198.51.100.7").entry == "198.51.100.7/32"
    assert lists.address("192.0.2.192") is None
    assert lists.address("192.0.2.0/24") is None  # wider than what stands on the list
    assert lists.domain("cs.example.edu").list_name == "university"
    assert lists.address("203.0.113.9") is None  # a scanner is not shared by customers
    assert lists.stale(datetime.date(2027, 1, 1)) == []


def test_one_list_can_be_named_whatever_it_is_called(tmp_path: Path) -> None:
    place = put(tmp_path, "offices-of-a-town")
    for named in (place, place / "list.json"):
        (found,) = read_lists([named])
        assert (found.name, found.as_of) == ("offices-of-a-town", datetime.date(2026, 1, 2))


def test_domains_are_taken_without_what_stands_before_them(tmp_path: Path) -> None:
    place = put(
        tmp_path, "disposable-email", type="substring", list=["@Mail.example", ".example.org", "*.x"],
        matching_attributes=["email-src"],
    )  # fmt: skip
    (found,) = read_lists([place])
    assert found.domains == {"mail.example", "example.org"}


def test_what_a_list_is_not_about_is_left_out(tmp_path: Path) -> None:
    (found,) = read_lists([put(tmp_path, "vpn-ipv4", matching_attributes=["md5"])])
    assert not found.prefixes
    assert not found.domains


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"list": ["no address"]}, "no address"), ({"list": 3}, "no list"), ({"version": "new"}, "invalid literal")],
)  # fmt: skip
def test_a_list_with_something_wrong_in_it_is_refused(tmp_path: Path, changes: dict, words: str) -> None:
    place = put(tmp_path, "vpn-ipv4", **changes)
    with pytest.raises(StillwatchError) as refused:
        read_lists([place])
    assert refused.value.code == "SW-TRUST-03"
    assert words in refused.value.render()
    assert str(place) in refused.value.render()


def test_a_list_that_is_no_json_is_refused(tmp_path: Path) -> None:
    place = put(tmp_path, "vpn-ipv4") / "list.json"
    place.write_text("{")
    with pytest.raises(StillwatchError) as refused:
        read_lists([place])
    assert refused.value.code == "SW-TRUST-02"


def test_the_packages_lists_know_clouds_vpns_and_universities() -> None:
    pytest.importorskip(PACKAGE, reason="the extra `warninglists` is not installed")
    found = installed_lists()
    assert {each.name for each in found} == set(TAKEN.values())
    lists = Warninglists(found)
    for each in found:
        for prefix in each.prefixes[:3]:
            assert lists.address(str(prefix.network_address)) is not None
    assert lists.domain("cs.ox.ac.uk").list_name == "university"


@given(
    prefixes=st.lists(
        st.ip_addresses(v=4).flatmap(lambda a: st.integers(1, 32).map(lambda n: f"{a}/{n}")), max_size=30
    ),
    address=st.ip_addresses(v=4),
)
def test_looking_ranges_up_in_order_finds_what_looking_at_each_one_finds(prefixes, address) -> None:
    import ipaddress

    from stillwatch.sharing.trust.warninglists import Warninglist

    ranges = tuple(ipaddress.ip_network(each, strict=False) for each in prefixes)
    made = Warninglist("cloud", "", datetime.date.min, (), {}, ranges, frozenset())
    found = Warninglists([made]).address(str(address))
    assert (found is not None) == any(address in each for each in ranges)
    assert found is None or address in ipaddress.ip_network(found.entry)
