"""From data to a page: the templates, always escaping, and the words that figures and times become in them."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import markupsafe
import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from stillwatch.console.assets import address_of
from stillwatch.reporting import wording
from stillwatch.reporting.markup import Markup


def render(template: str, shown: Mapping[str, Any]) -> str:
    """A template over what it shows."""
    return _ENVIRONMENT.get_template(template).render(shown)


def warm() -> None:
    """Compile every template, so that nobody's first page waits for it."""
    for name in _ENVIRONMENT.list_templates(extensions=["html"]):
        _ENVIRONMENT.get_template(name)


class Drawings(dict[str, markupsafe.Markup]):
    """Charts by name; one that was not drawn, because there was nothing to draw, is empty."""

    def __missing__(self, _name: str) -> markupsafe.Markup:
        return markupsafe.Markup()


def safe_drawings(drawings: Mapping[str, str]) -> Drawings:
    """Charts as templates may write them out: only what ``reporting.markup`` has built, which escapes everything.

    Raises:
        TypeError: one is plain text.
    """
    wrong = [name for name, drawing in drawings.items() if not isinstance(drawing, Markup)]
    if wrong:
        raise TypeError(f"not built by reporting.markup: {', '.join(wrong)}")
    made = ((name, markupsafe.Markup(drawing)) for name, drawing in drawings.items())  # noqa: S704 - see above
    return Drawings(made)


def account_path(account_id: str) -> str:
    """The page of an account; ids come from traffic and stay in the query."""
    return f"/account?{urlencode({'id': account_id})}"


def _figure(value: float, digits: int = 1) -> str:
    """A figure with its thousands apart and as many digits behind the point."""
    return f"{value:,.{digits}f}"


def _ago(ts: str | None, now: str) -> str:
    """How long before now something was."""
    words = wording.between(ts, now)
    return f"{words} ago" if words else wording.date_time(ts)


def _until(ts: str | None, now: str) -> str:
    """How long it is until a time, or how long it has been."""
    ahead, behind = wording.between(now, ts), wording.between(ts, now)
    return f"in {ahead}" if ahead else f"{behind} ago" if behind else wording.date_time(ts)


def _pretty(text: str) -> str:
    """JSON with a line for each value; text that is none stays as it is."""
    try:
        return orjson.dumps(orjson.loads(text), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return text


class _Templates(Environment):
    """Templates in which ``data.items`` is the key of that name and not a method of the dict."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A dict's value first, then what Jinja finds."""
        if isinstance(obj, Mapping):
            with contextlib.suppress(KeyError):
                return obj[attribute]
        return super().getattr(obj, attribute)


def _environment() -> Environment:
    made = _Templates(
        loader=PackageLoader("stillwatch.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(
        whole=wording.whole,
        percent=wording.percent,
        share=lambda part, total: wording.share(part, total),
        decibans=wording.decibans,
        duration=wording.duration,
        date_time=wording.date_time,
        visible=wording.visible,
        figure=_figure,
        ago=_ago,
        until=_until,
        pretty=_pretty,
    )
    made.globals.update(
        static=address_of,
        account_path=account_path,
        once=lambda: secrets.token_urlsafe(12),
        counted=wording.counted,
        between=wording.between,
    )
    return made


_ENVIRONMENT: Final = _environment()
