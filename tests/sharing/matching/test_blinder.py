from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from tests.sharing.matching.conftest import Clock, Keys

from stillwatch.errors import StillwatchError
from stillwatch.sharing.matching.blinder import Blinder, Identifier
from stillwatch.sharing.matching.cache import Cache
from stillwatch.sharing.matching.floor import Disposition
from stillwatch.sharing.matching.values import What
from stillwatch.sharing.matching.voprf import Evaluator


@pytest.fixture
def blinder(keys: Keys, cache: Cache, clock: Clock) -> Blinder:
    return Blinder(keys, keys.signer, cache, clock)


def payments(number: int) -> list[Identifier]:
    return [Identifier(What.PAYMENT, f"V00100{n:04d}18036776997406{n:04d}22X9") for n in range(number)]


def test_two_labs_that_know_one_payment_get_one_token(keys: Keys, clock: Clock, tmp_path: Path) -> None:
    tokens = []
    for lab, text in (("a", "V0010013018036776997406844229"), ("b", "  V0010013018036776997406844229 ")):
        with Cache(tmp_path / lab) as cache:
            (outcome,) = Blinder(keys, keys.signer, cache, clock).blind([Identifier(What.PAYMENT, text)])
            tokens.append(str(outcome.blinded))
    assert tokens[0] == tokens[1]
    assert tokens[0].startswith("e1:payment:")


def test_what_was_blinded_once_is_not_asked_for_again(blinder: Blinder, keys: Keys) -> None:
    first = blinder.blind(payments(3))
    again = blinder.blind(payments(4))
    assert [each.blinded for each in again[:3]] == [each.blinded for each in first]
    assert keys.asked == [3, 1]


def test_an_identifier_named_twice_is_asked_for_once(blinder: Blinder, keys: Keys) -> None:
    outcomes = blinder.blind(payments(1) * 5)
    assert keys.asked == [1]
    assert len({each.blinded for each in outcomes}) == 1


def test_a_known_identifier_needs_no_key_service_for_as_long_as_its_epoch_lasts(
    blinder: Blinder, keys: Keys, clock: Clock
) -> None:
    known = blinder.blind(payments(2))
    keys.away = True
    clock.pass_days(60)
    assert blinder.blind(payments(2)) == known
    with pytest.raises(StillwatchError, match="away"):
        blinder.blind(payments(3))


def test_a_run_that_ends_early_goes_on_where_it_stopped(blinder: Blinder, keys: Keys) -> None:
    told: list[tuple[int, int]] = []
    keys.left = 550
    with pytest.raises(StillwatchError) as ended:
        blinder.blind(payments(600), progress=lambda done, of: told.append((done, of)))
    assert ended.value.code == "SW-MATCH-10"
    assert told == [(0, 600), (500, 600)]
    keys.left = None
    assert all(each.blinded for each in blinder.blind(payments(600)))
    assert keys.asked == [500, 100]


def test_in_the_next_epoch_tokens_are_others_and_old_ones_can_still_be_made(
    blinder: Blinder, keys: Keys, clock: Clock
) -> None:
    (old,) = blinder.blind(payments(1))
    clock.pass_days(91)
    (new,) = blinder.blind(payments(1))
    assert (old.blinded.epoch, new.blinded.epoch) == ("e1", "e2")
    assert old.blinded.token != new.blinded.token
    unseen = payments(2)[1:]
    assert blinder.blind(unseen, "e1")[0].blinded.epoch == "e1"


def test_tokens_of_an_epoch_that_is_over_are_forgotten(blinder: Blinder, keys: Keys, clock: Clock) -> None:
    blinder.blind(payments(1))
    clock.pass_days(119)
    blinder.fetch_epochs()
    keys.asked.clear()
    blinder.blind(payments(1), "e1")
    assert keys.asked == [1]  # asked anew; a real service refuses


def test_a_key_service_that_uses_another_key_is_found_out_and_nothing_is_kept(
    blinder: Blinder, keys: Keys
) -> None:
    keys.false_key = Evaluator(b"f" * 32)
    with pytest.raises(StillwatchError) as refused:
        blinder.blind(payments(2))
    assert refused.value.code == "SW-MATCH-02"
    keys.false_key = None
    blinder.blind(payments(2))
    assert keys.asked == [2, 2]


def test_a_key_service_cannot_change_an_announced_key(blinder: Blinder, keys: Keys) -> None:
    blinder.fetch_epochs()
    keys.evaluators["e1"] = Evaluator(b"n" * 32)
    keys.serial += 1
    with pytest.raises(StillwatchError) as refused:
        blinder.fetch_epochs()
    assert refused.value.code == "SW-MATCH-16"


def test_an_older_list_is_a_replay(blinder: Blinder, keys: Keys) -> None:
    keys.serial = 5
    blinder.fetch_epochs()
    keys.serial = 4
    with pytest.raises(StillwatchError) as refused:
        blinder.fetch_epochs()
    assert refused.value.code == "SW-MATCH-15"


@pytest.mark.parametrize("hours", [-25, 1])
def test_a_list_that_was_not_issued_now_is_refused(
    blinder: Blinder, keys: Keys, clock: Clock, hours: int
) -> None:
    listed = keys.listed
    keys.listed = lambda: __import__("dataclasses").replace(
        listed(), issued=clock() + datetime.timedelta(hours=hours)
    )
    with pytest.raises(StillwatchError) as refused:
        blinder.fetch_epochs()
    assert refused.value.code == "SW-MATCH-21"


def test_an_unknown_epoch_is_named_as_such(blinder: Blinder) -> None:
    with pytest.raises(StillwatchError, match="no epoch of that name"):
        blinder.blind(payments(1), "e7")


def test_only_what_stands_above_the_floor_goes_out(blinder: Blinder, keys: Keys, clock: Clock) -> None:
    young = clock().date() - datetime.timedelta(days=30)
    outcomes = blinder.blind(
        [
            Identifier(What.API_CLIENT, "openai-python/1.30.1"),
            Identifier(What.API_CLIENT, "harvest-core/7.3 (tunnel=9f31c2d8; seat=mx4411)"),
            Identifier(What.ORGANIZATION_DOMAIN, "example.com"),
            Identifier(What.ORGANIZATION_DOMAIN, "www.Example.org.", registered=young),
            Identifier(What.ORGANIZATION_DOMAIN, "example.net", registered=young, common=True),
            Identifier(What.PAYMENT, "aaaa1111"),
        ]
    )
    said = [outcome.judged.disposition for outcome in outcomes]
    assert said == ["clear", "blind", "never", "blind", "never", "never"]
    assert [outcome.blinded is not None for outcome in outcomes] == [d is Disposition.BLIND for d in said]
    assert keys.asked == [2]


def test_own_identifiers_that_cannot_be_blinded_are_left_out_of_tokens(blinder: Blinder) -> None:
    good = "V0010013018036776997406844229"
    tokens = blinder.tokens(What.PAYMENT, "e1", [good, "4111 1111 1111 1111", "short", ""])
    assert list(tokens) == [good]
    assert blinder.blind([Identifier(What.PAYMENT, good)])[0].blinded.token == tokens[good]


def test_all_members_get_one_template_key_and_another_in_the_next_epoch(
    keys: Keys, clock: Clock, tmp_path: Path
) -> None:
    signatures = []
    for lab in ("a", "b"):
        with Cache(tmp_path / lab) as cache:
            blinder = Blinder(keys, keys.signer, cache, clock)
            signatures.append([blinder.hasher(e)[1].signature("one two three four") for e in ("e1", "e2")])
    assert signatures[0] == signatures[1]
    assert signatures[0][0] != signatures[0][1]


def test_the_cache_holds_no_identifier_and_is_for_its_owner_alone(blinder: Blinder, tmp_path: Path) -> None:
    secret = "V0010013018036776997406844229"
    blinder.blind([Identifier(What.PAYMENT, secret)])
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
        assert secret.encode() not in path.read_bytes()


def test_a_cache_key_that_others_may_read_is_refused(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "matching.sqlite.key").chmod(0o644)
    with pytest.raises(StillwatchError) as refused:
        Cache(tmp_path / "matching.sqlite")
    assert refused.value.code == "SW-MATCH-17"
