"""A page as one file that loads nothing, runs nothing and sends nothing.

The style sheet is allowed by its hash, everything else is forbidden by the page's own content security
policy.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
from functools import cache
from typing import Final

from stillwatch.reporting.markup import Child, Markup, tag

_ICON: Final = (
    "data:image/svg+xml;base64,"
    + base64.b64encode(
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" '
        b'fill="none" stroke="#5b7f9e" stroke-width="2"/><circle cx="8" cy="8" r="2.5" fill="#5b7f9e"/></svg>'
    ).decode()
)


def document(title: str, style: str, body: Child) -> str:
    """The whole page as text, to be written as UTF-8 without changing its line ends."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=content_security_policy(style)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="robots", content="noindex"),
        tag("title", title),
        tag("link", rel="icon", href=_ICON),
        tag("style", Markup(style)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', body), lang='en')}\n"


def content_security_policy(style: str) -> str:
    """A policy that forbids everything but one style sheet and pictures inside the page."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def stylesheet(*more: str) -> str:
    """The style sheet that all pages share, and parts of it that only some need, as they ship.

    Args:
        more: names of further files in ``static/``, without ``.css``.
    """
    folder = importlib.resources.files("stillwatch.reporting").joinpath("static")
    return "".join(folder.joinpath(f"{name}.css").read_text(encoding="utf-8") for name in ("report", *more))
