"""The files that pages load: small, ours or vendored as they were published, and nothing inline."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from tests.console.inside import Inside, lab_in

from stillwatch import console
from stillwatch.console.assets import assets

FOLDER = Path(console.__file__).parent
HTMX = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
"""SHA-256 of dist/htmx.min.js in the npm package htmx.org 4.0.1."""


def test_htmx_is_as_it_was_published_with_its_licence():
    vendor = FOLDER / "static" / "vendor"
    assert hashlib.sha256((vendor / "htmx.min.js").read_bytes()).hexdigest() == HTMX
    assert "Zero-Clause BSD" in (vendor / "htmx.LICENSE").read_text()
    assert {path.name for path in vendor.iterdir()} == {"htmx.min.js", "htmx.LICENSE"}


def test_axe_is_vendored_with_its_licence_for_tests_only():
    vendor = Path(__file__).parent / "vendor"
    assert (vendor / "axe.min.js").read_text()[:60].startswith("/*! axe v4.14.1")
    assert "Mozilla Public License, version 2.0" in (vendor / "axe-core.LICENSE").read_text()
    assert not any("axe" in name for name in assets())


def test_own_scripts_are_small():
    own = [
        content.content for name, content in assets().items() if name.endswith(".js") and "vendor" not in name
    ]
    assert sum(map(len, own)) <= 6_000


def test_the_first_load_is_at_most_a_hundred_kilobytes(tmp_path: Path):
    lab = lab_in(tmp_path)
    inside = Inside(lab)
    browser = inside.enter("analyst-1")
    page = browser.get("/overview")
    wanted = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    assert len(wanted) == 4
    answers = [browser.get(path) for path in wanted]
    assert all("immutable" in answer.headers["cache-control"] for answer in answers)
    assert len(page.content) + sum(len(answer.content) for answer in answers) <= 100_000
    assert "immutable" not in browser.get("/static/console.css?v=other").headers["cache-control"]
    inside.close()
    lab.close()


@pytest.mark.parametrize("path", sorted((FOLDER / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_hold_nothing_inline_and_nothing_foreign(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|javascript:", text)
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', text)
    assert "|safe" not in text
    assert "autoescape" not in text


def test_templates_of_forms_that_change_something_carry_the_sessions_token():
    for path in (FOLDER / "templates").rglob("*.html"):
        for form in re.findall(
            r'<form[^>]*method="post".*?</form>', path.read_text(encoding="utf-8"), re.DOTALL
        ):
            assert "guard(" in form or 'name="csrf"' in form or 'action="/login"' in form, path.name
