"""A console without a network: the application itself, on a lab made by hand, with people who are logged in."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import httpx
from tests.casework.lab import Lab

from stillwatch.console.app import application
from stillwatch.console.options import Options
from stillwatch.console.server import open_live
from stillwatch.settings import Settings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a successor of httpx that is not released
    from starlette.testclient import TestClient

URL = "http://127.0.0.1:8470"


class Inside:
    """The application on a lab's folder.

    Args:
        lab: with its people.
        settings: of the console: sessions, https.
    """

    def __init__(self, lab: Lab, **settings: Any) -> None:
        self.lab = lab
        options = Options(folder=lab.folder, **settings)
        self.live = open_live(options, Settings(ledger_key=lab.folder / "ledger.key"), now=lab.time)
        self.app = application(self.live)
        self.url = settings.get("url", URL)

    def visitor(self) -> TestClient:
        """A browser that nobody has logged in with."""
        return TestClient(self.app, base_url=self.url, follow_redirects=False)

    def enter(self, name: str) -> Browser:
        """A browser of somebody who has logged in."""
        return Browser(self, name, self.lab.records.people.make_token(name, by="admin-1"))

    def close(self) -> None:
        self.live.office.close()


class Browser:
    """Somebody's browser."""

    def __init__(self, inside: Inside, name: str, token: str) -> None:
        self.inside = inside
        self.name, self.token = name, token
        self.http = inside.visitor()
        answer = self.http.post("/login", data={"token": token})
        assert answer.status_code == 303, answer.text
        self.session = inside.live.sessions.of(name)[0]

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form with this session's token, unless it says another."""
        return self.http.post(path, data={"csrf": self.session.csrf, **fields})

    def said(self) -> str:
        """What was said by the last act, shown on the next page."""
        found = re.search(r'class="callout flash[^>]*>(.*?)</div>', self.get("/queue").text, re.DOTALL)
        return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


def lab_in(folder: Path) -> Lab:
    """A staffed lab with three cases."""
    lab = Lab(folder, key=True)
    lab.staff()
    for number in range(3):
        lab.case(accounts=12 - number, name=f"camp-{number}", first=1 + 100 * number)
    return lab
