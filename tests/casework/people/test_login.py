"""Logging in through a real provider on loopback: what holds lets in, and everything else does not."""

from __future__ import annotations

import base64
import datetime
import json
import time

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from tests.casework.people.provider import CLIENT, SECRET, Provider

from stillwatch.casework.people import Role
from stillwatch.casework.people.login import Logins
from stillwatch.casework.people.oidc_provider import OidcProvider
from stillwatch.casework.people.oidc_settings import OidcSettings, read_oidc_settings
from stillwatch.errors import StillwatchError

BACK = "http://127.0.0.1:9/login"


@pytest.fixture
def provider():
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def settings(provider):
    return OidcSettings(
        issuer=provider.issuer,
        client_id=CLIENT,
        client_secret=SECRET,
        redirect_uri=BACK,
        roles={Role.ANALYST: ("desk",), Role.REVIEWER: ("leads", "second-line")},
    )


@pytest.fixture
def logins(empty, settings, clock):
    return Logins(empty.people, OidcProvider(settings), now=clock)


@pytest.fixture
def log_in(logins, provider):
    def done():
        came = provider.visit(logins.begin())
        return logins.finish(came["state"], came["code"], iss=came["iss"])

    return done


def code_of(call) -> str:
    with pytest.raises(StillwatchError) as caught:
        call()
    return caught.value.code


def test_a_login_makes_a_person_with_the_roles_of_their_groups_and_a_session(log_in, empty, provider, clock):
    person, token = log_in()
    assert person.roles == {Role.ANALYST}
    assert empty.people.who(token) == person
    assert empty.people.get("analyst-1").source == f"{provider.issuer} s-1"
    kinds = [logged.entry.kind for logged in empty.ledger.about("analyst-1")]
    assert kinds == ["person-roles", "person-login"]
    clock.ahead += datetime.timedelta(hours=8, seconds=1)
    assert code_of(lambda: empty.people.who(token)) == "SW-PPL-06"


def test_roles_follow_the_groups_at_the_next_login(log_in, empty, provider):
    _, first = log_in()
    provider.claims["groups"] = ["second-line", "other"]
    person, second = log_in()
    assert person.roles == {Role.REVIEWER}
    assert empty.people.who(first) == empty.people.who(second) == person
    assert code_of(lambda: empty.people.acting("analyst-1")) == "SW-PPL-07"


def test_keys_that_the_provider_changed_are_fetched_and_old_ones_are_not_believed(log_in, provider):
    log_in()
    old = provider.key
    provider.new_key("ec")
    log_in()
    assert provider.key_asked == 2
    log_in()
    assert provider.key_asked == 2
    provider.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": old.kid}, claims, old)
    assert code_of(log_in) == "SW-PPL-43"


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("SW-PPL-44", lambda claims: claims.update(iss="https://other.example.com")),
        ("SW-PPL-44", lambda claims: claims.update(aud="other")),
        ("SW-PPL-44", lambda claims: claims.update(aud=["other", "stillwatch"])),
        ("SW-PPL-44", lambda claims: claims.update(azp="other")),
        ("SW-PPL-44", lambda claims: claims.update(nonce="other")),
        ("SW-PPL-44", lambda claims: claims.update(nonce=7)),
        ("SW-PPL-44", lambda claims: claims.update(exp=int(time.time()) - 90)),
        ("SW-PPL-44", lambda claims: claims.update(exp="soon")),
        ("SW-PPL-44", lambda claims: claims.update(iat=int(time.time()) + 3600)),
        ("SW-PPL-44", lambda claims: claims.update(iat=int(time.time()) - 3600)),
        ("SW-PPL-44", lambda claims: claims.update(nbf=int(time.time()) + 3600)),
        ("SW-PPL-44", lambda claims: claims.update(sub="")),
        *(
            ("SW-PPL-44", lambda claims, name=name: claims.pop(name))
            for name in ("iss", "aud", "nonce", "exp", "iat", "sub")
        ),
        ("SW-PPL-46", lambda claims: claims.update(groups=["strangers"])),
        ("SW-PPL-46", lambda claims: claims.pop("groups")),
        ("SW-PPL-47", lambda claims: claims.update(preferred_username="not a name")),
        ("SW-PPL-47", lambda claims: claims.pop("preferred_username")),
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(log_in, empty, provider, code, spoil):
    provider.spoil = spoil
    assert code_of(log_in) == code
    assert empty.people.list() == ()


def _unsigned(claims):
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)
    ]
    return b".".join([*parts, b""]).decode()


@pytest.mark.parametrize(
    "sign",
    [
        _unsigned,
        lambda claims: jwt.encode({"alg": "HS256", "kid": "shared"}, claims, OctKey.import_key("shared" * 4)),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "new"}, claims, RSAKey.generate_key(2048)),
        lambda claims: "no.token.at all",
        lambda claims: "",
    ],
)
def test_a_token_that_no_key_of_the_provider_signed_lets_nobody_in(log_in, empty, provider, sign):
    provider.sign = sign
    assert code_of(log_in) == "SW-PPL-43"
    assert empty.people.list() == ()


def test_a_token_for_several_that_names_this_program_as_the_one_it_was_given_to_holds(log_in, provider):
    provider.spoil = lambda claims: claims.update(aud=["other", CLIENT], azp=CLIENT)
    assert log_in()[0].name == "analyst-1"


def test_a_login_is_finished_once_in_time_and_only_where_it_was_begun(logins, provider, clock):
    came = provider.visit(logins.begin())
    assert code_of(lambda: logins.finish("other", came["code"])) == "SW-PPL-45"
    assert (
        code_of(lambda: logins.finish(came["state"], came["code"], iss="https://other.example.com"))
        == "SW-PPL-45"
    )
    again = provider.visit(logins.begin())
    logins.finish(again["state"], again["code"])
    assert code_of(lambda: logins.finish(again["state"], again["code"])) == "SW-PPL-45"
    late = provider.visit(logins.begin())
    clock.ahead += datetime.timedelta(minutes=11)
    assert code_of(lambda: logins.finish(late["state"], late["code"])) == "SW-PPL-45"


def test_a_code_of_another_login_is_refused_by_the_proof_key(logins, provider):
    mine, theirs = provider.visit(logins.begin()), provider.visit(logins.begin())
    assert code_of(lambda: logins.finish(mine["state"], theirs["code"])) == "SW-PPL-42"


def test_somebody_elses_name_cannot_be_taken_over(log_in, empty, provider):
    log_in()
    provider.claims["sub"] = "s-2"
    assert code_of(log_in) == "SW-PPL-47"


def test_a_name_of_the_local_register_is_not_taken_over_by_a_login(records, provider, settings, clock):
    logins = Logins(records.people, OidcProvider(settings), now=clock)
    came = provider.visit(logins.begin())
    assert code_of(lambda: logins.finish(came["state"], came["code"])) == "SW-PPL-47"


def test_whoever_was_removed_here_stays_out(records, provider, settings, clock):
    provider.claims["preferred_username"] = "newcomer-1"
    logins = Logins(records.people, OidcProvider(settings), now=clock)

    def log_in():
        came = provider.visit(logins.begin())
        return logins.finish(came["state"], came["code"])

    log_in()
    records.people.remove("newcomer-1", by="administrator-1")
    assert code_of(log_in) == "SW-PPL-47"


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic", "none"])
def test_a_client_shows_its_secret_as_the_provider_wants_it(empty, provider, settings, clock, method):
    import dataclasses

    provider.method = method
    mine = dataclasses.replace(settings, client_secret="" if method == "none" else SECRET)
    logins = Logins(empty.people, OidcProvider(mine), now=clock)
    came = provider.visit(logins.begin())
    assert logins.finish(came["state"], came["code"])[0].name == "analyst-1"


def test_a_wrong_secret_is_refused(empty, provider, settings, clock):
    import dataclasses

    logins = Logins(empty.people, OidcProvider(dataclasses.replace(settings, client_secret="x")), now=clock)
    came = provider.visit(logins.begin())
    assert code_of(lambda: logins.finish(came["state"], came["code"])) == "SW-PPL-42"


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "https://other.example.com"},
        {"token_endpoint": "http://login.example.com/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_says_odd_things_of_itself_is_not_used(logins, provider, discovery):
    provider.discovery = discovery
    assert code_of(logins.begin) == "SW-PPL-41"


def test_a_provider_that_sends_elsewhere_for_its_keys_is_not_followed(log_in, provider):
    provider.discovery = {"jwks_uri": f"{provider.issuer}/moved"}
    assert code_of(log_in) == "SW-PPL-41"


def test_a_provider_that_is_away_is_said_to_be_away(settings, empty, provider):
    provider.close()
    with pytest.raises(StillwatchError) as caught:
        Logins(empty.people, OidcProvider(settings)).begin()
    assert caught.value.code == "SW-PPL-41"
    assert caught.value.exit_code == 5


GOOD = """
issuer = "https://login.example.com"
client_id = "stillwatch"
client_secret_file = "secret"
[roles]
analyst = ["desk"]
"""


def test_settings_are_read_with_their_secret(tmp_path):
    (tmp_path / "secret").write_text("word-of-two\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "oidc.toml").write_text(GOOD)
    found = read_oidc_settings(tmp_path / "oidc.toml")
    assert (found.client_secret, found.roles) == ("word-of-two", {Role.ANALYST: ("desk",)})
    assert "word-of-two" not in repr(found)
    (tmp_path / "secret").chmod(0o644)
    assert code_of(lambda: read_oidc_settings(tmp_path / "oidc.toml")) == "SW-PPL-40"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("https://login", "http://login"), "https"),
        (('client_id = "stillwatch"', ""), "client_id"),
        (('analyst = ["desk"]', ""), "[roles]"),
        (("analyst =", "analist ="), "did you mean analyst?"),
        (("analyst =", "service ="), "no role of people"),
        (('["desk"]', '"desk"'), "list"),
        (("client_id", "cliend_id"), "did you mean client_id?"),
        (("[roles]", "session_hours = -1\n[roles]"), "kind"),
        (("[roles]", "name_claim = 3\n[roles]"), "kind"),
        (("[roles]", "[rol"), "TOML"),
        (('"secret"', '"missing"'), "secret"),
    ],
)
def test_wrong_settings_are_told(tmp_path, change, words):
    (tmp_path / "secret").write_text("s\n")
    (tmp_path / "secret").chmod(0o600)
    (tmp_path / "oidc.toml").write_text(GOOD.replace(*change))
    with pytest.raises(StillwatchError) as caught:
        read_oidc_settings(tmp_path / "oidc.toml")
    assert caught.value.code == "SW-PPL-40"
    assert words in caught.value.render()
