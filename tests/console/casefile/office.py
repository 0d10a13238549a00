"""A console's office over a small lab made by hand, and its pages rendered without a server."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.requests import Request
from tests.casework.lab import Lab

from stillwatch.console.ask import Ask
from stillwatch.console.contract import Page, View
from stillwatch.console.office import Office
from stillwatch.console.options import Options
from stillwatch.console.registry import pages
from stillwatch.console.rendering import render, safe_drawings
from stillwatch.console.shell import bare_shell
from stillwatch.settings import Settings

SHELL = bare_shell(
    Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
)


class Desk:
    """One person at the console of a lab.

    Args:
        lab: whose folder is the node's.
        name: who looks.
    """

    def __init__(self, lab: Lab, name: str = "analyst-1") -> None:
        self.lab = lab
        self.office = Office(Options(folder=Path(lab.folder)), Settings(), now=lab.time)
        self.name = name

    def ask(self, path: str, query: str = "", **parts: str) -> Ask:
        person = self.office.people.get(self.name)
        return Ask(person, self.office, path, parts, QueryParams(query), self.office.now())

    def page(self, name: str) -> Page:
        return next(each for each in pages() if each.name == name)

    def show(self, name: str, query: str = "", **parts: str) -> View:
        page = self.page(name)
        return page.handler(self.ask(page.path.format(**parts), query, **parts))

    def html(self, name: str, query: str = "", **parts: str) -> str:
        """The page as a browser gets it, but for what stands around it."""
        view = self.show(name, query, **parts)
        person = self.office.people.get(self.name)
        shown = {
            "data": view.data,
            "title": view.title,
            "draw": safe_drawings(view.drawings),
            "shell": SHELL | {"person": person},
        }
        return render(view.template or f"{name}.html", shown)


def text_of(html: str) -> str:
    """What somebody reads."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
