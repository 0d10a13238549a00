"""Who is let in, for how long, and what a stranger's form can do: nothing."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.console.inside import Inside, lab_in

from stillwatch.console.options import Options, check
from stillwatch.errors import StillwatchError


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    lab = lab_in(tmp_path)
    made = Inside(lab)
    yield made
    made.close()
    lab.close()


def test_whoever_is_not_logged_in_goes_to_the_door_and_comes_back(inside: Inside):
    visitor = inside.visitor()
    answer = visitor.get("/queue?show=mine")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fqueue%3Fshow%3Dmine")
    token = inside.lab.records.people.make_token("analyst-1", by="admin-1")
    answer = visitor.post("/login", data={"token": token, "next": "/queue?show=mine"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?show=mine")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    assert visitor.get("/queue").status_code == 200


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1", ""]
)
def test_the_door_leads_nowhere_else(inside: Inside, next_: str):
    token = inside.lab.records.people.make_token("analyst-1", by="admin-1")
    answer = inside.visitor().post("/login", data={"token": token, "next": next_})
    assert answer.headers["location"] == "/overview"


def test_a_wrong_token_is_refused_without_saying_why(inside: Inside):
    answer = inside.visitor().post("/login", data={"token": "swp_wrong"})
    assert answer.status_code == 401
    assert "of nobody, or has expired" in answer.text
    assert "set-cookie" not in answer.headers


def test_programs_show_a_token_and_get_data(inside: Inside):
    token = inside.lab.records.people.make_token("auditor-1", by="admin-1")
    answer = inside.visitor().get("/queue.json", headers={"Authorization": f"Bearer {token}"})
    assert answer.json()["counts"][0] == {"show": "waiting", "cases": 3, "path": "/queue?show=waiting"}
    answer = inside.visitor().get("/queue.json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SW-CON-17")
    answer = inside.visitor().get("/queue.json", headers={"Authorization": "Bearer swp_other"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SW-PPL-06")


def test_a_token_alone_changes_nothing(inside: Inside):
    token = inside.lab.records.people.make_token("analyst-1", by="admin-1")
    answer = inside.visitor().post(
        "/queue/next", headers={"Authorization": f"Bearer {token}"}, data={"csrf": ""}
    )
    assert answer.status_code == 403
    assert inside.lab.office.cases.get("case-1").owner == ""


def test_a_form_needs_this_sessions_token(inside: Inside):
    browser, other = inside.enter("analyst-1"), inside.enter("analyst-2")
    for sent in ("", "x", other.session.csrf):
        answer = browser.post("/queue/next", csrf=sent)
        assert answer.status_code == 403
        assert "not sent from a page of your session" in answer.text
    assert inside.lab.office.cases.get("case-1").owner == ""


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
)
def test_a_form_of_another_site_is_refused_even_with_the_token(inside: Inside, headers: dict[str, str]):
    browser = inside.enter("analyst-1")
    answer = browser.http.post("/queue/next", data={"csrf": browser.session.csrf}, headers=headers)
    assert answer.status_code == 403
    assert inside.lab.office.cases.get("case-1").owner == ""


def test_another_name_for_this_address_is_refused(inside: Inside):
    answer = inside.visitor().get("/login", headers={"Host": "evil.example"})
    assert answer.status_code == 403
    assert "not reached under this name" in answer.text


def test_a_session_ends_when_idle_and_after_its_time(inside: Inside):
    browser = inside.enter("analyst-1")
    inside.lab.time.pass_(minutes=29)
    assert browser.get("/queue").status_code == 200
    inside.lab.time.pass_(minutes=30)
    assert browser.get("/queue").status_code == 303
    browser = inside.enter("analyst-2")
    for _ in range(24):
        inside.lab.time.pass_(minutes=29)
        browser.get("/queue")
    assert browser.get("/queue").status_code == 200
    inside.lab.time.pass_(minutes=25)
    assert browser.get("/queue").status_code == 303


def test_a_session_ends_with_its_token_and_with_the_person(inside: Inside):
    browser = inside.enter("analyst-1")
    inside.lab.records.people.revoke_tokens("analyst-1", by="admin-1")
    assert browser.get("/queue").status_code == 303
    browser = inside.enter("analyst-2")
    inside.lab.records.people.remove("analyst-2", by="admin-1")
    assert browser.get("/queue").status_code == 303


def test_roles_that_were_taken_away_count_at_once(inside: Inside):
    from stillwatch.casework.people import Role

    browser = inside.enter("analyst-1")
    inside.lab.records.people.set_roles("analyst-1", [Role.AUDITOR], by="admin-1")
    answer = browser.post("/queue/next")
    assert answer.status_code == 403
    assert "it takes one of: analyst, reviewer" in answer.text.lower()


def test_logging_out_ends_this_session_and_everywhere_ends_all(inside: Inside):
    browser = inside.enter("analyst-1")
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/queue").status_code == 303
    token = browser.token
    others = [inside.visitor() for _ in range(2)]
    for each in others:
        each.post("/login", data={"token": token})
    csrf = inside.live.sessions.of("analyst-1")[1].csrf
    assert others[0].post("/settings/sessions/end", data={"csrf": csrf}).status_code == 303
    assert [each.get("/queue").status_code for each in others] == [303, 303]


def test_a_foreign_page_cannot_log_somebody_out(inside: Inside):
    browser = inside.enter("analyst-1")
    assert browser.http.post("/logout", data={"csrf": "x"}).status_code == 403
    assert browser.get("/queue").status_code == 200


def test_every_answer_says_what_the_browser_may_do(inside: Inside):
    browser = inside.enter("analyst-1")
    for path in (
        "/queue",
        "/queue.json",
        "/queue.csv",
        "/nothing",
        "/login",
        "/static/console.css",
        "/static/none",
    ):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith(
            "default-src 'none'; script-src 'self'; style-src 'self'"
        )
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert "strict-transport-security" not in headers
    assert browser.get("/queue").headers["cache-control"] == "no-store"


def test_behind_https_the_cookie_belongs_to_this_host_alone(inside: Inside):
    safe = Inside(inside.lab, url="https://console.example.com")
    visitor = safe.visitor()
    token = inside.lab.records.people.make_token("analyst-1", by="admin-1")
    answer = visitor.post("/login", data={"token": token})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-stillwatch=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    safe.close()


def test_without_anybody_registered_the_door_says_how_to_begin(tmp_path: Path):
    from tests.casework.lab import Lab

    lab = Lab(tmp_path)
    empty = Inside(lab)
    assert "stillwatch people add NAME --role administrator" in empty.visitor().get("/login").text
    empty.close()
    lab.close()


def test_without_a_database_the_door_says_so(tmp_path: Path):
    from tests.casework.lab import Lab

    lab = Lab(tmp_path / "x" if (tmp_path / "x").mkdir() is None else tmp_path)
    none = Inside(lab, cases=str(tmp_path / "none.sqlite"))
    answer = none.visitor().get("/login")
    assert answer.status_code == 503
    assert "There is no casework database here" in answer.text
    assert none.visitor().get("/readyz").status_code == 503
    assert none.visitor().get("/healthz").status_code == 200
    none.close()
    lab.close()


def test_other_addresses_are_refused_without_tls(tmp_path: Path):
    with pytest.raises(StillwatchError) as caught:
        check(Options(folder=tmp_path, host="192.0.2.7"))
    assert caught.value.code == "SW-CON-02"
    with pytest.raises(StillwatchError) as caught:
        check(Options(folder=tmp_path, tls_cert=tmp_path / "c.pem"))
    assert caught.value.code == "SW-CON-01"
    check(Options(folder=tmp_path, host="192.0.2.7", tls_cert=tmp_path / "c", tls_key=tmp_path / "k"))


def test_reads_are_entered_in_the_ledger_once_in_a_while(inside: Inside):
    browser = inside.enter("auditor-1")
    for path in ("/queue", "/queue", "/ledger?subject=case-1", "/queue.json"):
        assert browser.get(path).status_code == 200
    assert inside.live.reads.enter(inside.live.office.records) == 1
    entry = inside.lab.records.ledger.about("console")[-1].entry
    assert (entry.kind, entry.by) == ("console-read", "auditor-1")
    assert entry.details == {
        "pages": {"ledger": 1, "queue": 3},
        "subjects": {"ledger case-1": 1},
        "more": 0,
    }
    assert inside.live.reads.enter(inside.live.office.records) == 0


def test_reads_that_cannot_be_entered_wait(inside: Inside, monkeypatch: pytest.MonkeyPatch):
    inside.enter("auditor-1").get("/queue")
    records = inside.live.office.records

    def full(*_: object) -> None:
        raise StillwatchError("the disk is full", code="SW-SQL-03")

    with monkeypatch.context() as patched:
        patched.setattr(type(records.ledger), "append", full)
        with pytest.raises(StillwatchError):
            inside.live.reads.enter(records)
    assert inside.live.reads.enter(records) == 1


def test_an_old_session_cookie_is_worth_nothing_after_a_restart(inside: Inside):
    browser = inside.enter("analyst-1")
    again = Inside(inside.lab)
    visitor = again.visitor()
    visitor.cookies = browser.http.cookies
    assert visitor.get("/queue").status_code == 303
    again.close()


def test_time_given_to_sessions_is_what_the_options_say(inside: Inside):
    short = Inside(inside.lab, idle_minutes=1, session_hours=0.1)
    browser = short.enter("analyst-1")
    inside.lab.time.now += datetime.timedelta(seconds=61)
    assert browser.get("/queue").status_code == 303
    short.close()
