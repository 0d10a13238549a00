from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from stillwatch import clock
from stillwatch.casework.authorisations.body import authorisation_of, body_of
from stillwatch.casework.authorisations.reading import read_all
from stillwatch.casework.authorisations.register import Register, Standing
from stillwatch.casework.people import Role
from stillwatch.casework.records import Records, open_records
from stillwatch.core.authorisation import Authorisation, AuthorisationKind, Period
from stillwatch.errors import StillwatchError
from stillwatch.traffic.pseudonyms import Pseudonymiser

KEY = Pseudonymiser(b"k" * 32)
PARTNER = Authorisation(
    authorisation_id="example-lab",
    kind=AuthorisationKind.DISTILLATION,
    name="Example Lab",
    owner="partnerships",
    agreement="MSA-14",
    since_us=0,
    until_us=1_900_000_000_000_000,
    organizations=("org-example",),
    api_keys=(2**64 - 1,),
    models=("m-*",),
    volume=1000,
    period=Period.WEEK,
    end_users=0.1,
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "cases.sqlite"


@pytest.fixture
def records(place: Path) -> Iterator[Records]:
    with open_records(place, place.with_name("ledger.key")) as opened:
        opened.people.add("administrator-1", [Role.ADMINISTRATOR], by="administrator-1")
        opened.people.add("counsel-1", [Role.COUNSEL], by="administrator-1")
        opened.people.add("counsel-2", [Role.COUNSEL], by="administrator-1")
        opened.people.add("analyst-1", [Role.ANALYST], by="administrator-1")
        yield opened


@pytest.fixture
def register(records: Records) -> Register:
    return Register(records, clock.now)


def approve(records: Records, approval: str, by: str = "counsel-1") -> None:
    with records.database.write() as connection:
        records.approvals.approve(connection, approval, by)


def added(register: Register, *authorisations: Authorisation, by: str = "administrator-1") -> str:
    """Enter authorisations and return the approval that the last one waits for."""
    return register.add(authorisations, by, KEY.fingerprint())[-1].approval_id


def test_a_permission_counts_once_counsel_has_agreed_to_exactly_its_content(
    records: Records, register: Register, place: Path
) -> None:
    approval = added(register, PARTNER)
    assert register.in_force(KEY.fingerprint()) == ()
    assert [r.standing for r in register.versions()] == [Standing.WAITING]
    approve(records, approval)
    assert register.in_force(KEY.fingerprint()) == (PARTNER,)
    assert read_all([str(place)], KEY) == (PARTNER,)


def test_whoever_entered_it_cannot_approve_it(records: Records, register: Register) -> None:
    approval = added(register, PARTNER, by="counsel-1")
    with pytest.raises(StillwatchError, match="nobody approves their own act"):
        approve(records, approval)
    approve(records, approval, by="counsel-2")
    assert register.in_force(KEY.fingerprint()) == (PARTNER,)


def test_an_analyst_may_not_register_permissions(register: Register) -> None:
    with pytest.raises(StillwatchError) as caught:
        added(register, PARTNER, by="analyst-1")
    assert caught.value.code == "SW-PPL-01"
    assert register.versions() == ()


def test_a_body_that_was_changed_in_the_database_is_no_longer_what_was_approved(
    records: Records, register: Register
) -> None:
    approve(records, added(register, PARTNER))
    with records.database.write() as connection:
        connection.execute(text("UPDATE authorisations SET body = replace(body, 'org-example', 'org-other')"))
    assert register.in_force(KEY.fingerprint()) == ()


def test_a_new_version_replaces_the_old_one_only_when_it_is_approved(
    records: Records, register: Register
) -> None:
    approve(records, added(register, PARTNER))
    longer = dataclasses.replace(PARTNER, until_us=2_000_000_000_000_000)
    second = added(register, longer)
    assert register.in_force(KEY.fingerprint()) == (PARTNER,)
    approve(records, second)
    assert register.in_force(KEY.fingerprint()) == (longer,)
    assert [r.standing for r in register.versions("example-lab")] == [Standing.REPLACED, Standing.IN_FORCE]


def test_what_is_entered_twice_unchanged_waits_once(register: Register) -> None:
    added(register, PARTNER)
    assert register.add([PARTNER], "administrator-1", KEY.fingerprint()) == ()


def test_a_refused_version_leaves_the_one_before_in_force(records: Records, register: Register) -> None:
    approve(records, added(register, PARTNER))
    second = added(register, dataclasses.replace(PARTNER, volume=10**9))
    with records.database.write() as connection:
        records.approvals.refuse(connection, second, "counsel-1", "not agreed")
    assert register.in_force(KEY.fingerprint()) == (PARTNER,)
    assert register.versions()[-1].standing is Standing.REFUSED


def test_a_withdrawn_permission_counts_for_nothing_at_once_and_may_be_entered_anew(
    records: Records, register: Register
) -> None:
    approve(records, added(register, PARTNER))
    register.withdraw("example-lab", "counsel-1", "agreement ended early")
    assert register.in_force(KEY.fingerprint()) == ()
    with pytest.raises(StillwatchError, match="withdrawn already"):
        register.withdraw("example-lab", "counsel-1", "again")
    approve(records, added(register, PARTNER))
    assert register.in_force(KEY.fingerprint()) == (PARTNER,)


def test_an_unknown_permission_is_answered_with_the_nearest(register: Register) -> None:
    added(register, PARTNER)
    with pytest.raises(StillwatchError) as caught:
        register.versions("exmple-lab")
    assert caught.value.hint == "did you mean example-lab?"


def test_another_pseudonym_key_is_refused_where_fingerprints_would_find_nothing(
    records: Records, register: Register
) -> None:
    other = Pseudonymiser(b"o" * 32)
    plain = dataclasses.replace(PARTNER, authorisation_id="plain", api_keys=())
    approve(records, added(register, plain))
    assert register.in_force(other.fingerprint()) == (plain,)
    approve(records, added(register, PARTNER))
    with pytest.raises(StillwatchError, match="under another pseudonym key"):
        register.in_force(other.fingerprint())


def test_entering_approving_and_withdrawing_stand_in_the_ledger(records: Records, register: Register) -> None:
    approve(records, added(register, PARTNER))
    register.withdraw("example-lab", "counsel-2", "ended")
    kinds = [logged.entry.kind for logged in records.ledger.entries(0, records.ledger.size())]
    wanted = ["approval-asked", "authorisation-registered", "approval-approved", "authorisation-withdrawn"]
    assert [kind for kind in kinds if kind in wanted] == wanted


def test_a_permission_is_read_back_as_it_was_written() -> None:
    assert authorisation_of(body_of(PARTNER)) == PARTNER


def test_a_database_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError) as caught:
        read_all([str(tmp_path / "none.sqlite")], KEY)
    assert caught.value.code == "SW-SQL-10"
