from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.casework.authorisations.form import read_entry, read_file
from stillwatch.casework.authorisations.reading import LastKnown, read_all
from stillwatch.core.authorisation import Authorisation, AuthorisationKind, Period
from stillwatch.errors import StillwatchError
from stillwatch.traffic.pseudonyms import Pseudonymiser

KEY = Pseudonymiser(b"k" * 32)
PARTNER = """
[[distillation]]
name = "Example Lab"
owner = "partnerships"
agreement = "MSA-2026-014"
since = 2026-01-01
until = 2026-12-31
organizations = ["org-example"]
api_keys = ["key-1"]
models = ["example-large", "example-small-*"]
volume = 200000
period = "week"
"""
RESELLER = """
[[reseller]]
name = "Example Resale"
owner = "channels"
agreement = "RS-7"
until = 2026-12-31
organizations = ["org-resale"]
accounts = ["acct-resale"]
"""


def read(tmp_path: Path, text: str) -> tuple[Authorisation, ...]:
    place = tmp_path / "authorisations.toml"
    place.write_text(text, encoding="utf-8")
    return read_file(place, KEY)


def refused(tmp_path: Path, text: str) -> StillwatchError:
    with pytest.raises(StillwatchError) as caught:
        read(tmp_path, text)
    return caught.value


def test_a_permission_is_read_with_its_holder_scope_owner_and_end(tmp_path: Path) -> None:
    (found,) = read(tmp_path, PARTNER)
    assert found.authorisation_id == "example-lab"
    assert found.kind is AuthorisationKind.DISTILLATION
    assert (found.owner, found.agreement) == ("partnerships", "MSA-2026-014")
    assert found.organizations == ("org-example",)
    assert found.models == ("example-large", "example-small-*")
    assert (found.volume, found.period) == (200_000, Period.WEEK)
    assert found.proven
    end = datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    assert found.until_us == int(end.timestamp()) * 1_000_000  # the last day is part of it


def test_a_key_is_kept_as_its_pseudonym_only(tmp_path: Path) -> None:
    (found,) = read(tmp_path, PARTNER)
    assert found.api_keys == (KEY.one("api_key", "key-1"),)


def test_a_resellers_customers_have_to_be_named_unless_it_is_agreed_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, RESELLER)[0].end_users == 1.0
    assert read(tmp_path, RESELLER + "end_users = 0.9\n")[0].end_users == 0.9


def without(text: str, key: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith(key))


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("[[app]", "SW-AUT-01", "cannot be read"),
        ("", "SW-AUT-02", "no authorisation in this file"),
        ("[[distilation]]\nname = 'x'", "SW-AUT-02", "[[distilation]] is no authorisation"),
        (PARTNER + PARTNER, "SW-AUT-03", "two authorisations are called example-lab"),
        (PARTNER + "modells = ['x']", "SW-AUT-04", "'modells' is not said"),
        (without(PARTNER, "owner"), "SW-AUT-05", "no owner"),
        (without(PARTNER, "until"), "SW-AUT-05", "no day 'until'"),
        (without(PARTNER, "agreement"), "SW-AUT-05", "no agreement"),
        (without(without(PARTNER, "organizations"), "api_keys"), "SW-AUT-05", "whose requests"),
        (
            without(without(PARTNER, "organizations"), "api_keys") + "\nclient = 'x'",
            "SW-AUT-05",
            "can be copied",
        ),
        (without(RESELLER, "organizations"), "SW-AUT-05", "a reseller is told by"),
        (PARTNER.replace("200000", "0"), "SW-AUT-06", "no number of exchanges"),
        (PARTNER.replace("200000", "true"), "SW-AUT-06", "no number of exchanges"),
        (PARTNER.replace('"week"', '"year"'), "SW-AUT-06", "day, week or month"),
        (without(PARTNER, "period"), "SW-AUT-06", "day, week or month"),
        (RESELLER + "end_users = 1.5", "SW-AUT-06", "no share"),
        (PARTNER + "end_users = 0.5", "SW-AUT-06", "a duty of resellers"),
        (PARTNER.replace('"Example Lab"', "7"), "SW-AUT-05", "name is no text"),
        (PARTNER.replace("Example Lab", "Example\\u001b[2J"), "SW-AUT-05", "cannot be shown"),
        (PARTNER.replace('["org-example"]', '"org-example"'), "SW-AUT-05", "no list of texts"),
        (PARTNER.replace("2026-12-31", '"2026-12-31"'), "SW-AUT-05", "no day 'until'"),
    ],
)
def test_what_is_incomplete_or_contradicts_itself_is_refused_in_a_sentence(
    tmp_path: Path, text: str, code: str, message: str
) -> None:
    error = refused(tmp_path, text)
    assert error.code == code
    assert message in error.message
    assert "authorisations.toml" in error.where


def test_the_nearest_key_and_kind_are_named(tmp_path: Path) -> None:
    assert "did you mean models?" in refused(tmp_path, PARTNER + "modells = ['x']").hint
    assert "did you mean [[distillation]]?" in refused(tmp_path, "[[distilation]]\nname = 'x'").hint


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="cannot be read"):
        read_file(tmp_path / "none.toml", KEY)


@settings(deadline=None)
@given(
    st.sampled_from(list(AuthorisationKind)),
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "name",
                "owner",
                "agreement",
                "accounts",
                "api_keys",
                "models",
                "since",
                "until",
                "volume",
                "period",
                "end_users",
                "organizations",
                "odd",
            ]
        ),
        st.one_of(
            st.text(max_size=20),
            st.integers(-5, 5),
            st.booleans(),
            st.floats(),
            st.dates(),
            st.datetimes(),
            st.lists(st.one_of(st.text(max_size=5), st.integers()), max_size=3),
            st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
        ),
    ),
)
def test_whatever_a_table_holds_it_is_read_or_refused_in_a_sentence(
    kind: AuthorisationKind, entry: dict[str, object]
) -> None:
    codes: list[str] = []
    try:
        found = [read_entry(kind, entry, "here", KEY)]
    except StillwatchError as error:
        found, codes = [], [error.code]
    assert all(each.kind is kind and each.name for each in found)
    assert all(code.startswith("SW-AUT-") for code in codes)
    assert len(found) + len(codes) == 1


def test_two_places_may_not_register_one_id(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(PARTNER)
    places = [str(tmp_path / "a.toml"), str(tmp_path / "b.toml")]
    with pytest.raises(StillwatchError, match="two authorisations are called example-lab") as caught:
        read_all(places, KEY)
    assert caught.value.where == places[1]


def test_permissions_that_can_no_longer_be_read_stay_as_they_were_and_somebody_is_told(
    tmp_path: Path,
) -> None:
    place = tmp_path / "a.toml"
    said: list[str] = []
    known = LastKnown([str(place)], KEY, said.append)
    with pytest.raises(StillwatchError):
        known()
    place.write_text(PARTNER)
    before = known()
    place.write_text("[[")
    assert known() == before
    assert said[0] == ""
    assert "as they last were" in said[1]
    place.write_text(PARTNER.replace("Example Lab", "Example Lab Two"))
    assert known()[0].name == "Example Lab Two"
    assert said[2:] == [""]
