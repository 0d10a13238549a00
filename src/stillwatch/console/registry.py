"""Which pages there are: those of this package's folder, and those that other distributions offer."""

from __future__ import annotations

import functools
import importlib.resources
from typing import Final, cast

from stillwatch.console.contract import Page, Section
from stillwatch.plugins import discover

GROUP: Final = "stillwatch.pages"
_FOLDER: Final = "stillwatch.console.pages"


@functools.cache
def pages() -> tuple[Page, ...]:
    """Every page, in the order of the navigation."""
    order = {section: place for place, section in enumerate(Section)}
    found = [cast("Page", part) for part in discover(_FOLDER, "PAGE", GROUP).found.values()]
    return tuple(
        sorted(
            found,
            key=lambda page: (
                order.get(page.section, len(order)) if page.section else 99,
                page.order,
                page.name,
            ),
        )
    )


def broken() -> list[tuple[str, str]]:
    """Pages that could not be loaded, and why."""
    return discover(_FOLDER, "PAGE", GROUP).broken


def has_template(page: Page) -> bool:
    """Whether a page of ours has its template."""
    return (importlib.resources.files("stillwatch.console") / "templates" / f"{page.name}.html").is_file()
