import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.enforcement.mmdb import mmdb

from stillwatch.enforcement.forwarded import Client, client, proxies
from stillwatch.enforcement.organizations import Organization, Organizations, Owner
from stillwatch.enforcement.regions import Embedded, MaxMind, Regions
from stillwatch.errors import StillwatchError

OURS = proxies(["192.0.2.0/24", "2001:db8:ffff::/48"])


@pytest.mark.parametrize(
    ("peer", "header", "expected"),
    [
        ("198.51.100.7", "", Client("198.51.100.7", True)),
        ("198.51.100.7", "203.0.113.9", Client("198.51.100.7", True, "203.0.113.9")),
        ("192.0.2.1", "203.0.113.9", Client("203.0.113.9", True)),
        ("192.0.2.1", "10.0.0.1, 203.0.113.9, 192.0.2.8", Client("203.0.113.9", True, "10.0.0.1")),
        ("::ffff:192.0.2.1", "203.0.113.9", Client("203.0.113.9", True)),
        ("2001:db8:ffff::1", '"[2001:db8::5]:443"', Client("2001:db8::5", True)),
        ("192.0.2.1", "203.0.113.9:5000", Client("203.0.113.9", True)),
        ("192.0.2.1", "203.0.113.9, nonsense", Client("", False, "203.0.113.9")),
        ("192.0.2.1", "", Client("192.0.2.1", True)),
        ("", "203.0.113.9", Client("", False, "203.0.113.9")),
        ("unix:", "203.0.113.9", Client("unix:", False, "203.0.113.9")),
    ],
)
def test_only_what_a_trusted_proxy_names_is_believed(peer, header, expected):
    assert client(peer, header, OURS) == expected


@given(st.text(max_size=60))
def test_no_header_of_an_untrusted_peer_changes_who_it_is(header):
    assert client("198.51.100.7", header, OURS).address == "198.51.100.7"


def test_a_proxy_must_be_a_network():
    with pytest.raises(StillwatchError, match="no network of a proxy"):
        proxies(["everybody"])


def test_the_embedded_database_knows_well_known_addresses_and_says_nothing_of_reserved_ones():
    book = Embedded()
    assert book.look_up("193.0.6.139")[0] == "NL"
    assert book.look_up("192.0.2.1") == ("", 0)
    assert book.look_up("nonsense") == ("", 0)


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.mmdb"
    path.write_bytes(
        mmdb(
            {
                "198.51.100.0/24": {"country": {"iso_code": "XX"}, "autonomous_system_number": 64500},
                "203.0.113.0/25": {"country": "YY", "asn": "AS64501"},
                "203.0.113.128/25": {"autonomous_system_number": 64502},
            }
        )
    )
    return path


def test_an_operators_own_database_is_asked_first(own):
    regions = Regions.named((own,))
    place = regions.place(Client("198.51.100.7", True))
    assert (place.country, place.asn, place.source) == ("XX", 64500, "Example")
    assert regions.place(Client("203.0.113.1", True)).facts() == {
        "believed": True,
        "country": "YY",
        "asn": 64501,
    }
    assert regions.place(Client("203.0.113.200", True)).asn == 64502
    assert regions.place(Client("193.0.6.139", True)).country == "NL"
    assert MaxMind(own).look_up("2001:db8::1") == ("", 0)


def test_an_address_that_was_only_claimed_gives_no_place(own):
    assert Regions.named((own,)).place(Client("198.51.100.7", False)).facts() == {"believed": False}


@pytest.mark.parametrize("content", [b"", b"not a database", None])
def test_a_database_that_is_none_is_refused(tmp_path, content):
    path = tmp_path / "own.mmdb"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StillwatchError, match="cannot be read"):
        MaxMind(path)


FILE = """\
organizations:
  - id: org-front
    country: YY
    owners:
      - {holder: org-holding, share: 0.4}
      - {holder: A Fund, share: 0.2, country: XX}
      - {holder: Staff, share: 0.4, country: YY}
  - id: org-holding
    country: ZZ
    verified: {country: ZZ, by: kyc, at: "2026-01-02", method: register}
    owners:
      - {holder: Parent, share: 0.51, country: XX}
  - id: org-half
    country: YY
    owners: [{holder: Parent, share: 0.5, country: XX}]
  - id: org-there
    country: YY
    verified: {country: XX, by: kyc}
"""


@pytest.fixture
def organizations(tmp_path):
    path = tmp_path / "organizations.yaml"
    path.write_text(FILE, encoding="utf-8")
    return Organizations.load(path)


def test_more_than_half_owned_from_a_region_counts_as_from_there_through_holdings(organizations):
    assert organizations.restricted({"XX"}) == {"org-front", "org-holding", "org-there"}
    facts = organizations.facts("org-front", {"XX"})
    assert facts["owned"] == pytest.approx(0.6)
    assert facts == {
        "id": "org-front",
        "verified": False,
        "restricted": True,
        "country": "YY",
        "owned": facts["owned"],
    }


def test_exactly_half_is_not_more_than_half(organizations):
    assert not organizations.facts("org-half", {"XX"})["restricted"]


def test_what_was_checked_outranks_what_is_declared(organizations):
    assert organizations.facts("org-there", set()) == {
        "id": "org-there",
        "verified": True,
        "restricted": False,
        "country": "XX",
    }


def test_an_unknown_organisation_has_no_country_and_no_owners(organizations):
    assert organizations.facts("org-new", {"XX"}) == {"id": "org-new", "verified": False, "restricted": False}
    assert organizations.facts("", {"XX"}) == {}


def test_organisations_that_own_each_other_are_judged_by_who_stands_outside():
    ring = {
        "a": Organization("a", owners=(Owner("b", 0.6), Owner("X", 0.4, "XX"))),
        "b": Organization("b", owners=(Owner("a", 0.6), Owner("Y", 0.4, "YY"))),
    }
    assert Organizations(ring).restricted({"XX"}) == frozenset()
    ring["b"] = Organization("b", owners=(Owner("a", 0.4), Owner("X", 0.6, "XX")))
    assert Organizations(ring).restricted({"XX"}) == {"a", "b"}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("share: 0.51", "share: 1.51", "at most 1"),
        ("share: 0.51, ", "", "needs `share`"),
        ("share: 0.2", "share: 0.9", "add up to more than 1"),
        ("id: org-half", "id: org-front", "two organisations"),
        ("country: ZZ\n", "country: Zed\n", "no country code"),
        ("by: kyc}", "bye: kyc}", "no `bye`"),
    ],
)
def test_a_wrong_file_of_organisations_is_refused_with_its_line(tmp_path, old, new, words):
    path = tmp_path / "organizations.yaml"
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(StillwatchError, match=words) as caught:
        Organizations.load(path)
    assert caught.value.where.startswith(f"{path}:")
