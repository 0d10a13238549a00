"""In through an organisation's own login: a real provider, a console that sends people there, and a browser that comes back."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.casework.people.provider import CLIENT, SECRET, Provider
from tests.console.inside import URL, Inside, lab_in
from tests.console.running import Visit, copied, free_port, running

from stillwatch.console.doors import RETURN


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Under another name than the console, so that a browser takes it for the other site that it would be."""
    made = Provider(host="localhost")
    yield made
    made.close()


def settings(folder: Path, provider: Provider, back: str) -> Path:
    """What an operator writes down about the login."""
    (folder / "oidc.secret").touch(mode=0o600)
    (folder / "oidc.secret").write_text(SECRET, encoding="utf-8")
    file = folder / "oidc.toml"
    file.write_text(
        f'issuer = "{provider.issuer}"\nclient_id = "{CLIENT}"\nclient_secret_file = "oidc.secret"\n'
        f'redirect_uri = "{back}"\n[roles]\nanalyst = ["desk"]\nreviewer = ["leads"]\n',
        encoding="utf-8",
    )
    return file


@pytest.fixture
def inside(tmp_path: Path, provider: Provider) -> Iterator[Inside]:
    lab = lab_in(tmp_path)
    provider.claims["preferred_username"] = "newcomer-1"
    made = Inside(lab, oidc=settings(tmp_path, provider, URL + RETURN))
    yield made
    made.close()
    lab.close()


def begin(inside: Inside, browser: httpx.Client) -> httpx.Response:
    """Be sent to the login."""
    inside.lab.time.now = datetime.datetime.now(datetime.UTC)  # the provider's tokens are of today
    return browser.get("/login/begin")


def come_back(inside: Inside, browser: httpx.Client, provider: Provider, **changes: str) -> httpx.Response:
    """Go to the login and return from it, with what the provider says or something else."""
    came = provider.visit(begin(inside, browser).headers["location"])
    return browser.get(RETURN, params=came | changes)


def test_the_door_offers_the_organisations_login_and_lets_in_with_the_roles_of_the_groups(
    inside: Inside, provider: Provider
) -> None:
    browser = inside.visitor()
    assert 'href="/login/begin"' in browser.get("/login").text
    entered = come_back(inside, browser, provider)
    assert entered.status_code == 200, entered.text
    assert "newcomer-1" in entered.text
    assert browser.get("/queue").status_code == 200
    assert {role.value for role in inside.lab.records.people.get("newcomer-1").roles} == {"analyst"}
    session = inside.live.sessions.of("newcomer-1")[0]
    claimed = browser.post("/queue/next", data={"csrf": session.csrf})
    assert claimed.status_code == 303
    assert inside.lab.office.cases.get("case-1").owner == "newcomer-1"
    kinds = [each.entry.kind for each in inside.lab.records.ledger.about("newcomer-1")]
    assert kinds[:2] == ["person-roles", "person-login"]


def test_groups_that_have_no_role_here_let_nobody_in(inside: Inside, provider: Provider) -> None:
    provider.claims["groups"] = ["strangers"]
    browser = inside.visitor()
    refused = come_back(inside, browser, provider)
    assert refused.status_code == 403
    assert "None of the groups of newcomer-1 has a role here" in refused.text
    assert browser.get("/queue").status_code == 303


def test_a_login_that_another_browser_began_lets_nobody_in(inside: Inside, provider: Provider) -> None:
    begun = begin(inside, inside.visitor())
    came = provider.visit(begun.headers["location"])
    other = inside.visitor()
    refused = other.get(RETURN, params=came)
    assert refused.status_code == 400
    assert "This login was not begun in this browser" in refused.text
    assert other.get("/queue").status_code == 303


@pytest.mark.parametrize("changes", [{"state": "other"}, {"code": "other"}, {"iss": "https://other.example"}])
def test_an_answer_that_was_changed_on_the_way_lets_nobody_in(
    inside: Inside, provider: Provider, changes: dict[str, str]
) -> None:
    browser = inside.visitor()
    assert come_back(inside, browser, provider, **changes).status_code in (
        400,
        502,
    )  # 502: the provider refused it
    assert browser.get("/queue").status_code == 303


def test_a_provider_that_is_away_is_said_at_the_door_where_tokens_still_let_in(
    inside: Inside, provider: Provider
) -> None:
    provider.close()
    browser = inside.visitor()
    answer = begin(inside, browser)
    assert answer.status_code == 502
    assert "The login provider cannot be used" in answer.text
    token = inside.lab.records.people.make_token("analyst-1", by="admin-1")
    assert browser.post("/login", data={"token": token}).status_code == 303


def test_a_browser_goes_there_and_back_and_is_in(
    sample: Path, tmp_path: Path, provider: Provider, visit: Callable[..., Visit]
) -> None:
    """The session's cookie is for our own pages only; a page of ours has to go on from the return of another site."""
    lab = copied(sample, tmp_path / "lab")
    provider.claims["preferred_username"] = "newcomer-1"
    port = free_port()
    file = settings(lab.folder, provider, f"http://127.0.0.1:{port}{RETURN}")
    with running(lab, "--oidc", str(file), port=port) as console:
        visitor = visit("", at=console)
        visitor.go("/queue")
        visitor.page.get_by_role("link", name="With your organisation's login").click()
        visitor.page.wait_for_url("**/overview")
        assert "newcomer-1" in visitor.page.inner_text("body")
        assert [each for each in visitor.complaints if provider.issuer not in each] == []
        visitor.go("/approvals")
        assert visitor.page.get_by_role("button", name="Approve exactly this").count() == 0
        visitor.page.context.close()
